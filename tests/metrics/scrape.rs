//! `/metrics` over the wire.

use axum::Router;
use secure_runtime::metrics::{Metrics, MetricsSettings};
use tests::{
    exposition::{Format, read},
    loopback::{Answer, ask, serve},
};
use tower_layer::Layer;

use crate::support::metrics;

async fn scrape(metrics: &Metrics, head: &str) -> Answer {
    let fallback = Router::new().fallback(|| async { (http::StatusCode::NOT_FOUND, "nothing here") });
    let addr = serve(metrics.scrape().layer(fallback), false).await;
    ask(addr, head, "").await
}

/// What Prometheus 2 and 3 send.
const PROMETHEUS: &str = "accept: application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,\
                          text/plain;version=0.0.4;q=0.4,*/*;q=0.3";

#[tokio::test]
async fn the_format_is_the_one_that_is_asked_for() {
    let metrics = metrics();
    let answer = scrape(&metrics, "GET /metrics HTTP/1.1").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("vary"), Some("accept"));
    assert!(read(&answer.body, Format::Text).contains_key("requests_in_flight"));

    let answer = scrape(
        &metrics,
        &format!("GET /metrics?name=ignored HTTP/1.1\n{PROMETHEUS}"),
    )
    .await;
    let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(answer.header("content-type"), Some(media));
    assert!(read(&answer.body, Format::OpenMetrics).contains_key("requests_in_flight"));
}

#[tokio::test]
async fn head_has_the_fields_and_no_body() {
    let metrics = metrics();
    let get = scrape(&metrics, "GET /metrics HTTP/1.1").await;
    let head = scrape(&metrics, "HEAD /metrics HTTP/1.1").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-type"), get.header("content-type"));
    let length: usize = head.header("content-length").unwrap().parse().unwrap();
    // The figures of the process are a digit longer now and then.
    assert!(length.abs_diff(get.body.len()) < 100, "{length}");
}

#[tokio::test]
async fn other_methods_and_paths_are_no_scrape() {
    let metrics = metrics();
    let answer = scrape(&metrics, "POST /metrics HTTP/1.1\ncontent-length: 0").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")));
    for path in ["/", "/metrics/", "/Metrics", "/metrics%2f", "//metrics"] {
        let answer = scrape(&metrics, &format!("GET {path} HTTP/1.1")).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (404, "nothing here"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn switched_off_there_is_nothing_there() {
    let metrics = Metrics::new(&MetricsSettings::default()).unwrap();
    let answer = scrape(&metrics, "GET /metrics HTTP/1.1").await;
    assert_eq!((answer.status, answer.body.as_str()), (404, "nothing here"));
}

#[tokio::test]
async fn a_prefix_is_before_all_names_but_those_of_the_process() {
    let mut settings = crate::support::enabled();
    settings.prefix = "shop".to_owned();
    let metrics = Metrics::new(&settings).unwrap();
    metrics.build_info([("version", "1")]).unwrap();
    metrics.registry().counter("orders_total", "Orders.").unwrap();
    for name in read(&metrics.registry().to_text(), Format::Text).keys() {
        assert!(
            name.starts_with("shop_") || name.starts_with("process_"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn buckets_are_the_ones_that_are_set() {
    let mut settings = crate::support::enabled();
    settings.buckets = "0.1, 1".parse().unwrap();
    let metrics = Metrics::new(&settings).unwrap();
    metrics.record(
        &http::Method::GET,
        "/",
        http::StatusCode::OK,
        std::time::Duration::from_millis(100),
    );
    let family = crate::support::family(&metrics, "request_duration_seconds");
    let count = |bound| {
        let labels = [("method", "GET"), ("endpoint", "/"), ("le", bound)];
        family.value("request_duration_seconds_bucket", &labels)
    };
    assert_eq!(
        ["0.1", "1.0", "+Inf", "0.5"].map(count),
        [Some(1.0), Some(1.0), Some(1.0), None]
    );
}
