//! What each layer costs a request, alone and composed; and tower-http's beside it.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    pin::{Pin, pin},
    process::ExitCode,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use http_body::Body;
use http_body_util::{Empty, Full};
use secure_runtime::{
    access_log::AccessLogLayer, body_limit::BodyLimitLayer, catch_panic::CatchPanicLayer, client::ClientLayer,
    connection::Connection, cors::CorsPolicy, headers::SecurityHeaders, maintenance::{Cause, MaintenancePolicy, Notice, Switch}, metrics::{Metrics, MetricsSettings}, request_id::RequestIdLayer,
    security_txt::SecurityTxt, stack::SecureStack,
    timeout::TimeoutLayer,
};
use tower_layer::Layer;
use tower_service::Service;
use tracing::{Subscriber, subscriber::Interest};
use tracing_subscriber::layer::SubscriberExt;

/// The service below: a small JSON answer.
#[derive(Clone)]
struct Bare;

impl<B> Service<Request<B>> for Bare {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        ready(Ok(response))
    }
}

/// Calls a service as a server does, and sends the body.
fn drive<S, B>(service: S, calls: usize)
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>>,
    B: Body,
{
    drive_page(service, calls, None);
}

/// The same for a page of this origin.
fn drive_page<S, B>(mut service: S, calls: usize, origin: Option<&'static str>)
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>>,
    B: Body,
{
    let mut cx = Context::from_waker(Waker::noop());
    let connection = Connection::new(Some(([192, 0, 2, 1], 50_000).into())).with_tls(true);
    let agent = HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    for _ in 0..calls {
        let mut request = Request::new(Empty::new());
        request.headers_mut().insert(header::USER_AGENT, agent.clone());
        if let Some(origin) = origin {
            request.headers_mut().insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        request.extensions_mut().insert(connection);
        let mut future = pin!(service.call(black_box(request)));
        let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut cx) else {
            unreachable!("the service below is always ready")
        };
        let (parts, body) = response.into_parts();
        let mut body = pin!(body);
        while !body.is_end_stream() {
            let Poll::Ready(Some(Ok(frame))) = Pin::as_mut(&mut body).poll_frame(&mut cx) else { break };
            black_box(frame.into_data().is_ok());
        }
        black_box(parts);
    }
}

const APP: &str = "https://app.example.com";

fn cors() -> secure_runtime::cors::CorsLayer {
    CorsPolicy::new().origin(APP).credentials(true).build().expect("the policy is sound")
}

fn tower_http_cors() -> tower_http::cors::CorsLayer {
    tower_http::cors::CorsLayer::new()
        .allow_origin([HeaderValue::from_static(APP)])
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([header::CONTENT_TYPE])
}

fn maintenance(on: bool) -> secure_runtime::maintenance::MaintenanceLayer {
    let switch = Switch::new();
    if on {
        switch.turn_on(Cause::Service, Notice::new());
    }
    MaintenancePolicy::new(&switch).allow_path("/assets/{*file}").build().expect("the policy is sound")
}

fn stack() -> SecureStack {
    SecureStack::new(SecurityHeaders::api().build().expect("the profile is sound"))
}

fn metrics(enabled: bool) -> Metrics {
    let mut settings = MetricsSettings::default();
    settings.enabled = enabled;
    Metrics::new(&settings).expect("the defaults are sound")
}

/// A subscriber that keeps spans and does nothing with them: what spans cost by themselves.
struct Nothing;

impl<S: Subscriber> tracing_subscriber::Layer<S> for Nothing {
    fn register_callsite(&self, _: &'static tracing::Metadata<'static>) -> Interest {
        Interest::always()
    }
}

fn with_registry(calls: usize, run: impl Fn(usize)) {
    let subscriber = tracing_subscriber::registry().with(Nothing);
    tracing::subscriber::with_default(subscriber, || run(calls));
}

fn main() -> ExitCode {
    marginal::main(
        &[
            ("bare", |calls| drive(Bare, calls)),
            ("client", |calls| drive(ClientLayer::default().layer(Bare), calls)),
            ("request id", |calls| drive(RequestIdLayer::new().layer(Bare), calls)),
            ("request id, spans kept", |calls| with_registry(calls, |calls| drive(RequestIdLayer::new().layer(Bare), calls))),
            ("tower-http request id", |calls| {
                use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};

                /// The cheapest id there is.
                #[derive(Clone)]
                struct Fixed;

                impl MakeRequestId for Fixed {
                    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
                        Some(RequestId::new(HeaderValue::from_static("0123456789abcdef0123456789abcdef")))
                    }
                }

                let service = PropagateRequestIdLayer::x_request_id().layer(Bare);
                drive(SetRequestIdLayer::x_request_id(Fixed).layer(service), calls);
            }),
            ("access log, events dropped", |calls| with_registry(calls, |calls| drive(AccessLogLayer::new().layer(Bare), calls))),
            ("tower-http trace, events dropped", |calls| {
                with_registry(calls, |calls| drive(tower_http::trace::TraceLayer::new_for_http().layer(Bare), calls));
            }),
            ("catch panic", |calls| drive(CatchPanicLayer::new().layer(Bare), calls)),
            ("tower-http catch panic", |calls| drive(tower_http::catch_panic::CatchPanicLayer::new().layer(Bare), calls)),
            ("body limit", |calls| drive(BodyLimitLayer::new(1 << 20).layer(Bare), calls)),
            ("tower-http body limit", |calls| drive(tower_http::limit::RequestBodyLimitLayer::new(1 << 20).layer(Bare), calls)),
            ("timeout", |calls| drive(TimeoutLayer::new(std::time::Duration::from_secs(30)).layer(Bare), calls)),
            // "no origin" is also what the engine costs every request that is none of its business.
            ("CORS, no origin", |calls| drive(cors().layer(Bare), calls)),
            ("tower-http CORS, no origin", |calls| drive(tower_http_cors().layer(Bare), calls)),
            ("CORS, listed origin", |calls| drive_page(cors().layer(Bare), calls, Some(APP))),
            ("tower-http CORS, listed origin", |calls| drive_page(tower_http_cors().layer(Bare), calls, Some(APP))),
            ("CORS, other origin", |calls| drive_page(cors().layer(Bare), calls, Some("https://other.example"))),
            ("maintenance, off", |calls| drive(maintenance(false).layer(Bare), calls)),
            ("maintenance, on", |calls| drive(maintenance(true).layer(Bare), calls)),
            ("security.txt, another path", |calls| {
                let file = SecurityTxt::new().contact("mailto:security@example.com").expires(std::time::SystemTime::now() + std::time::Duration::from_secs(86_400 * 100));
                drive(file.build().expect("it is sound").layer(Bare), calls);
            }),
            ("metrics", |calls| drive(metrics(true).layer().layer(Bare), calls)),
            ("metrics, switched off", |calls| drive(metrics(false).layer().layer(Bare), calls)),
            ("stack, nobody reads the log", |calls| drive(stack().layer(Bare), calls)),
            ("stack, spans kept, events dropped", |calls| with_registry(calls, |calls| drive(stack().layer(Bare), calls))),
        ],
        // Off is one look at a flag.
        &[("maintenance, off", 300, 0)],
    )
}
