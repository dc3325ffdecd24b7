//! The whole stack with a line a request, beside bare hyper and beside the layers a team would wire up today.
//!
//! `bench-throughput KIND` serves one small answer on a free port, writes the address to standard error, and lines, where there are any,
//! to standard output. Every kind has tokio's default runtime. `run` takes turns with all of them. With a second argument the program sends
//! itself that many requests and ends: run it under callgrind with two numbers, and the difference is the cost of the requests.
//!
//! | kind | what |
//! |---|---|
//! | `bare` | hyper on a TCP listener |
//! | `dressed` | the same, and the handler sends what our stack would add to its headers, from a map made once |
//! | `peers` | hyper, tower-http's layers for the same ends, tracing-subscriber's JSON lines |
//! | `server` | our server, without layers |
//! | `stack` | our server and `SecureStack` with health, without a log |
//! | `direct` | the same, each line written at once |
//! | `batched` | the same, lines written together |
//! | `full` | the same, and metrics, CORS, maintenance, and a limit that nobody reaches |

use std::convert::Infallible;
use std::error::Error;
use std::future::{Ready, ready};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body_util::{Empty, Full};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use secure_config::Profile;
use secure_runtime::connection::Listener;
use secure_runtime::cors::CorsPolicy;
use secure_runtime::headers::SecurityHeaders;
use secure_runtime::health::Health;
use secure_runtime::limit::{Limits, Rule};
use secure_runtime::log::{self, LogFormat, LogSettings};
use secure_runtime::maintenance::{MaintenancePolicy, Switch};
use secure_runtime::metrics::{Metrics, MetricsSettings};
use secure_runtime::route::Route;
use secure_runtime::server::{Server, ServerSettings};
use secure_runtime::stack::SecureStack;
use tokio::net::TcpListener;
use tower::{Service, ServiceBuilder, ServiceExt};
use tower_http::ServiceBuilderExt;
use tower_http::request_id::MakeRequestUuid;
use tower_layer::Layer;

/// The service below: a small JSON answer.
#[derive(Clone)]
struct Hello;

impl<B> Service<Request<B>> for Hello {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Route::mark(request.extensions(), "/");
        let mut response = Response::new(Full::new(Bytes::from_static(br#"{"hello":"world"}"#)));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        ready(Ok(response))
    }
}

/// Serves `service` by hyper alone.
macro_rules! bare {
    ($service:expr) => {{
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        ready_at(listener.local_addr()?);
        let service = TowerToHyperService::new($service);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let service = service.clone();
            tokio::spawn(async move {
                // A client that leaves is no matter here.
                let _ = http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    }};
}

/// The handler of someone who writes our headers by hand.
#[derive(Clone)]
struct Dressed(Arc<HeaderMap>);

impl Dressed {
    /// With the headers of an answer of our stack.
    async fn new() -> Result<Self, Box<dyn Error>> {
        let request = Request::new(Empty::<Bytes>::new());
        let answer = stack()?.layer(Hello).oneshot(request).await?;
        Ok(Self(Arc::new(answer.headers().clone())))
    }
}

impl<B> Service<Request<B>> for Dressed {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        let mut response = Response::new(Full::new(Bytes::from_static(br#"{"hello":"world"}"#)));
        *response.headers_mut() = (*self.0).clone();
        ready(Ok(response))
    }
}

async fn ours<S, B>(service: S) -> Result<(), Box<dyn Error>>
where
    S: Service<Request<secure_runtime::server::RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: std::fmt::Display,
    B: hyper::body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let mut settings = ServerSettings::default();
    settings.port = 0;
    let server = Server::builder(settings)
        .profile(Profile::Development)
        .bind()
        .await?;
    ready_at(server.local_addr(Listener::Main).ok_or("not TCP")?);
    Ok(server.serve(service).await?)
}

/// Says where the service is, or asks it for as many answers as were asked for.
fn ready_at(addr: SocketAddr) {
    eprintln!("{addr}");
    let Some(requests) = std::env::args().nth(2) else {
        return;
    };
    let requests: usize = requests.parse().expect("a number");
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(addr).expect("connects");
        stream.set_nodelay(true).expect("a socket");
        let mut answer = [0; 4096];
        for _ in 0..requests {
            let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nuser-agent: bench\r\n\r\n";
            stream.write_all(request).expect("writes");
            let bytes = stream.read(&mut answer).expect("reads");
            assert!(answer[..bytes].ends_with(br#"{"hello":"world"}"#));
        }
        std::process::exit(0);
    });
}

fn stack() -> Result<SecureStack, Box<dyn Error>> {
    let health = Health::builder().start()?;
    Ok(SecureStack::new(SecurityHeaders::api().build()?).health(health.layer()))
}

fn log(batched: bool) -> Result<log::LogGuard, Box<dyn Error>> {
    let mut settings = LogSettings::new();
    settings.format = LogFormat::Json;
    settings.batched = batched;
    Ok(log::init(settings)?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("bare") => bare!(Hello),
        Some("dressed") => bare!(Dressed::new().await?),
        Some("peers") => {
            tracing_subscriber::fmt().json().init();
            let name = HeaderName::from_static;
            let value = HeaderValue::from_static;
            let trace = tower_http::trace::TraceLayer::new_for_http()
                .make_span_with(
                    tower_http::trace::DefaultMakeSpan::new()
                        .level(tracing::Level::INFO)
                        .include_headers(false),
                )
                .on_request(())
                .on_response(tower_http::trace::DefaultOnResponse::new().level(tracing::Level::INFO));
            let layers = ServiceBuilder::new()
                .set_x_request_id(MakeRequestUuid)
                .layer(trace)
                .propagate_x_request_id()
                .override_response_header(
                    name("content-security-policy"),
                    value("default-src 'none'; frame-ancestors 'none'"),
                )
                .override_response_header(name("strict-transport-security"), value("max-age=63072000"))
                .override_response_header(name("x-content-type-options"), value("nosniff"))
                .override_response_header(name("x-frame-options"), value("DENY"))
                .override_response_header(name("referrer-policy"), value("no-referrer"))
                .override_response_header(
                    name("permissions-policy"),
                    value("camera=(), geolocation=(), microphone=()"),
                )
                .override_response_header(name("cross-origin-opener-policy"), value("same-origin"))
                .override_response_header(name("cross-origin-resource-policy"), value("same-origin"))
                .override_response_header(name("cross-origin-embedder-policy"), value("require-corp"))
                .override_response_header(name("cache-control"), value("no-store"))
                .override_response_header(name("x-permitted-cross-domain-policies"), value("none"))
                .override_response_header(name("x-dns-prefetch-control"), value("off"))
                .catch_panic()
                .layer(tower_http::limit::RequestBodyLimitLayer::new(2 << 20))
                .layer(tower_http::timeout::TimeoutLayer::with_status_code(
                    http::StatusCode::SERVICE_UNAVAILABLE,
                    Duration::from_secs(30),
                ));
            bare!(layers.service(Hello))
        }
        Some("server") => ours(Hello).await,
        Some("stack") => ours(stack()?.layer(Hello)).await,
        Some("direct") => {
            let _log = log(false)?;
            ours(stack()?.layer(Hello)).await
        }
        Some("batched") => {
            let _log = log(true)?;
            ours(stack()?.layer(Hello)).await
        }
        Some("full") => {
            let _log = log(true)?;
            let mut settings = MetricsSettings::default();
            settings.enabled = true;
            let metrics = Metrics::new(&settings)?;
            let limit = Limits::new()
                .rule(Rule::per_client("all", "1000000/s burst 1000000".parse()?))
                .build()?;
            let stack = stack()?
                .metrics(metrics.layer())
                .cors(CorsPolicy::new().origin("https://app.example.com").build()?)
                .maintenance(MaintenancePolicy::new(&Switch::new()).build()?)
                .limit(limit);
            ours(stack.layer(Hello)).await
        }
        _ => Err("bench-throughput bare|dressed|peers|server|stack|direct|batched|full".into()),
    }
}
