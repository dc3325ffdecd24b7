//! The crates `metrics` and `metrics-exporter-prometheus`.

use std::hint::black_box;

use metrics::{counter, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::{BOUNDS, SCRAPED_ROUTES, STATUSES, Way, assert_series, route, scraped_route, seconds};

/// Installs the exporter for the process, which can be done once.
pub fn install() -> PrometheusHandle {
    PrometheusBuilder::new()
        .set_buckets(&BOUNDS)
        .expect("buckets")
        .install_recorder()
        .expect("the first")
}

pub fn request(n: usize) {
    let route = route(n);
    counter!("requests_total", "method" => black_box("GET"), "endpoint" => route, "status" => black_box("200"))
        .increment(1);
    histogram!("request_duration_seconds", "method" => black_box("GET"), "endpoint" => route)
        .record(seconds(n));
}

pub fn requests(exporter: PrometheusHandle) -> Way {
    let way = Way::new("metrics + exporter", request);
    // As a service does every few seconds: what was recorded is kept until then.
    Way {
        after: Box::new(move || exporter.run_upkeep()),
        ..way
    }
}

pub fn scrapes(exporter: PrometheusHandle) -> Way {
    for route in (0..SCRAPED_ROUTES).map(scraped_route) {
        for (n, status) in STATUSES.into_iter().enumerate() {
            let endpoint = route.clone();
            counter!("requests_total", "method" => "GET", "endpoint" => endpoint.clone(), "status" => status)
                .increment(1);
            histogram!("request_duration_seconds", "method" => "GET", "endpoint" => endpoint)
                .record(seconds(n));
        }
    }
    assert_series(&exporter.render());
    Way::new("metrics + exporter", move |_| exporter.render())
}
