//! No caller makes series.

use axum::{Router, extract::MatchedPath, routing::get};
use http::StatusCode;
use secure_runtime::route::{RouteLayer, RouteTable};
use tower_layer::Layer;

use crate::support::{call, enabled, family, metrics, request};

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "home" }))
        .route(
            "/users/{id}",
            get(|| async { "someone" }).post(|| async { StatusCode::CREATED }),
        )
        .route_layer(RouteLayer::template_from(MatchedPath::as_str))
}

const FAMILIES: [&str; 2] = ["requests", "request_duration_seconds"];

#[tokio::test]
async fn unknown_paths_and_invented_methods_add_two_series_a_family() {
    let metrics = metrics();
    let mut service = metrics.layer().layer(router());
    call(&mut service, request("GET", "/")).await;
    let lines = metrics.registry().to_text().lines().count();
    let before = FAMILIES.map(|name| family(&metrics, name).series().len());
    assert_eq!(before, [1, 1]);
    for n in 0..20_000 {
        assert_eq!(
            call(&mut service, request("GET", &format!("/.env/{n}.php?x={n}")))
                .await
                .status(),
            404
        );
    }
    for n in 0..500 {
        call(&mut service, request(&format!("INVENTED{n}"), &format!("/{n}"))).await;
    }
    let after = FAMILIES.map(|name| family(&metrics, name).series().len());
    assert_eq!(after, [3, 3], "GET and other, both unmatched");
    // Two counters and two histograms of 14 buckets, the one without a bound, the sum and the count.
    assert_eq!(metrics.registry().to_text().lines().count(), lines + 2 + 2 * 17);
    let labels = [("method", "other"), ("endpoint", "unmatched"), ("status", "404")];
    assert_eq!(
        family(&metrics, "requests").value("requests_total", &labels),
        Some(500.0)
    );
    assert_eq!(
        family(&metrics, "metrics_overflow").value("metrics_overflow_total", &[]),
        Some(0.0)
    );
}

#[tokio::test]
async fn ids_are_one_series_for_each_method_and_status() {
    let metrics = metrics();
    let mut service = metrics.layer().layer(router());
    for n in 0..20_000 {
        let method = if n % 2 == 0 { "GET" } else { "POST" };
        call(&mut service, request(method, &format!("/users/{n}"))).await;
    }
    let requests = family(&metrics, "requests");
    assert_eq!(requests.series().len(), 2, "{requests:?}");
    for (method, status) in [("GET", "200"), ("POST", "201")] {
        let labels = [
            ("method", method),
            ("endpoint", "/users/{id}"),
            ("status", status),
        ];
        assert_eq!(requests.value("requests_total", &labels), Some(10_000.0));
    }
    assert_eq!(family(&metrics, "request_duration_seconds").series().len(), 2);
}

#[tokio::test]
async fn so_without_a_router_that_tells() {
    let metrics = metrics();
    let routes = RouteTable::new(["/", "/users/{id}"]).unwrap();
    let mut service = metrics.layer().layer(routes.layer(
        // Answers everything, and marks nothing.
        Router::new().fallback(|| async { "something" }),
    ));
    for n in 0..2_000 {
        call(&mut service, request("GET", &format!("/users/{n}"))).await;
        call(&mut service, request("GET", &format!("/unknown/{n}"))).await;
    }
    let requests = family(&metrics, "requests");
    let endpoints: Vec<_> = requests
        .series()
        .into_iter()
        .map(|labels| labels["endpoint"].clone())
        .collect();
    assert_eq!(endpoints, ["/users/{id}", "unmatched"]);
}

/// Even routes without end, which only code could make, find an end.
#[tokio::test]
async fn a_family_has_its_most_series_and_the_rest_is_one_more() {
    let mut settings = enabled();
    settings.max_series = 10;
    let metrics = secure_runtime::metrics::Metrics::new(&settings).unwrap();
    for n in 0..1_000 {
        let time = std::time::Duration::from_millis(n);
        metrics.record(&http::Method::GET, format!("/made/{n}"), StatusCode::OK, time);
    }
    for name in FAMILIES {
        assert_eq!(family(&metrics, name).series().len(), 11, "{name}");
    }
    let labels = [("method", "GET"), ("endpoint", "overflow"), ("status", "200")];
    assert_eq!(
        family(&metrics, "requests").value("requests_total", &labels),
        Some(990.0)
    );
    assert_eq!(
        family(&metrics, "metrics_overflow").value("metrics_overflow_total", &[]),
        Some(990.0)
    );
    // Those that are there still count.
    metrics.record(
        &http::Method::GET,
        "/made/7",
        StatusCode::OK,
        std::time::Duration::ZERO,
    );
    let labels = [("method", "GET"), ("endpoint", "/made/7"), ("status", "200")];
    assert_eq!(
        family(&metrics, "requests").value("requests_total", &labels),
        Some(2.0)
    );
}
