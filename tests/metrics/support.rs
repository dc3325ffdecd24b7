//! Metrics with something in every family, and requests to count.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use secure_runtime::{
    health::{BoxError, Health},
    limit::{Clock, LimitLayer, Limits, Rule},
    log::{self, LogOutput, LogSettings},
    metrics::{Buckets, Metrics, MetricsSettings},
    server::{Handle, Server, ServerSettings},
};
use tower_service::Service;

use tests::exposition::{Family, Format, read};

pub(crate) fn enabled() -> MetricsSettings {
    let mut settings = MetricsSettings::default();
    settings.enabled = true;
    settings
}

pub(crate) fn metrics() -> Metrics {
    Metrics::new(&enabled()).unwrap()
}

/// A family as it is scraped now.
pub(crate) fn family(metrics: &Metrics, name: &str) -> Family {
    read(&metrics.registry().to_text(), Format::Text)
        .remove(name)
        .unwrap_or_default()
}

/// Requests counted under these labels.
pub(crate) fn counted(metrics: &Metrics, method: &str, endpoint: &str, status: &str) -> f64 {
    let labels = [("method", method), ("endpoint", endpoint), ("status", status)];
    family(metrics, "requests")
        .value("requests_total", &labels)
        .unwrap_or_default()
}

/// Metrics that watch every other part, with the parts.
pub(crate) struct Everything {
    pub(crate) metrics: Metrics,
    pub(crate) health: Health,
    pub(crate) limits: LimitLayer,
    pub(crate) server: Handle,
    pub(crate) log: log::LogGuard,
    pub(crate) certificate: tests::Scratch,
}

pub(crate) async fn everything() -> Everything {
    let metrics = metrics();
    let registry = metrics.registry();
    metrics
        .build_info([("version", "1.2.3"), ("commit", "0123abc")])
        .unwrap();
    metrics.record(
        &Method::GET,
        "/users/{id}",
        StatusCode::OK,
        Duration::from_micros(1_234),
    );
    metrics.record(
        &Method::POST,
        "/logins",
        StatusCode::IM_A_TEAPOT,
        Duration::from_secs(60),
    );

    let health = Health::builder()
        .system(false)
        .critical("database", async || Ok::<_, BoxError>(()))
        .optional("mails", async || Err::<(), BoxError>("no connection".into()))
        .start()
        .unwrap();
    health.lifecycle().serve();
    for _ in 0..5_000 {
        if health.status().is_serving() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    metrics.watch_health(&health).unwrap();

    let limits = Limits::new()
        .clock(Clock::manual())
        .rule(Rule::per_client("client", "1 per hour".parse().unwrap()))
        .build()
        .unwrap();
    metrics.watch_limits(&limits).unwrap();

    let (_, log) = log::layer(LogSettings::new(), LogOutput::stderr()).unwrap();
    metrics.watch_log(&log.handle()).unwrap();

    let certificate = tests::Scratch::new();
    let server = server(&certificate).await;
    metrics.watch_server(&server).unwrap();

    // Names and values of a service's own that are as odd as they may be.
    let odd = registry
        .counter_family("odd_total", "A \"help\" with\na \\ in it.", ["value"])
        .unwrap();
    for value in [
        "",
        "\"",
        "\\",
        "\n",
        "}",
        "{a=\"b\"} 7",
        "é ☃ 🦀",
        "\u{0}\u{1b}",
        " # EOF",
        &"x".repeat(1_000),
    ] {
        odd.with([value]).inc();
    }
    let gauges = registry.gauge_family("level_ratio", "A level.", ["of"]).unwrap();
    gauges.with(["nothing"]).set(f64::NAN);
    gauges.with(["all"]).set(f64::INFINITY);
    gauges.with(["little"]).set(1e-300);
    let sizes = Buckets::exponential(1.0, 10.0, 6).unwrap();
    registry
        .histogram("upload_bytes", "Uploads.", &sizes)
        .unwrap()
        .observe(1e9);
    Everything {
        metrics,
        health,
        limits,
        server,
        log,
        certificate,
    }
}

/// A server with a certificate, which nobody calls.
async fn server(scratch: &tests::Scratch) -> Handle {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut settings = ServerSettings::default();
    settings.port = 0;
    settings.tls_cert_path = Some(scratch.file("cert.pem", made.cert.pem()));
    settings.tls_key_path = Some(scratch.file("key.pem", made.signing_key.serialize_pem()));
    let server = Server::builder(settings)
        .profile(secure_config::Profile::Development)
        .without_signals()
        .bind()
        .await
        .unwrap();
    server.handle()
}

/// A request from somewhere.
pub(crate) fn request(method: &str, path: &str) -> Request<Full<Bytes>> {
    let peer: SocketAddr = "192.0.2.1:1".parse().unwrap();
    Request::builder()
        .method(method)
        .uri(path)
        .extension(secure_runtime::connection::Connection::new(Some(peer)))
        .body(Full::default())
        .unwrap()
}

/// Calls a service and reads the whole answer.
pub(crate) async fn call<S, R>(service: &mut S, request: Request<Full<Bytes>>) -> Response<Bytes>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible>,
    R: http_body::Body,
    R::Error: std::fmt::Debug,
{
    let Ok(response) = service.call(request).await;
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}
