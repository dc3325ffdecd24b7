//! secure-runtime: requests by the layer's own counters, and families as a service makes them.

use std::{hint::black_box, time::Duration};

use http::{Method, StatusCode};
use secure_runtime::metrics::{
    Buckets, Counter, CounterFamily, Histogram, HistogramFamily, Metrics, MetricsSettings, Registry,
};

use super::{SCRAPED_ROUTES, STATUSES, Way, assert_series, nanos, route, scraped_route, seconds};

pub fn metrics() -> Metrics {
    let mut settings = MetricsSettings::default();
    settings.enabled = true;
    Metrics::new(&settings).expect("the defaults are sound")
}

pub fn request(metrics: &Metrics, n: usize) {
    let time = Duration::from_nanos(nanos(n));
    metrics.record(black_box(&Method::GET), route(n), black_box(StatusCode::OK), time);
}

pub fn requests() -> Way {
    let metrics = metrics();
    Way::new("secure-runtime", move |n| request(&metrics, n))
}

pub struct Families {
    registry: Registry,
    counts: CounterFamily<3>,
    times: HistogramFamily<2>,
}

impl Families {
    pub fn new() -> Self {
        let registry = Registry::new();
        let counts = registry.counter_family("requests_total", "Requests.", ["method", "endpoint", "status"]);
        let times = registry.histogram_family(
            "request_duration_seconds",
            "Time.",
            ["method", "endpoint"],
            &Buckets::requests(),
        );
        Self {
            registry,
            counts: counts.expect("a name"),
            times: times.expect("a name"),
        }
    }

    pub fn request(&self, n: usize) {
        let route = route(n);
        self.counts
            .with([black_box("GET"), route, black_box("200")])
            .inc();
        self.times.with([black_box("GET"), route]).observe(seconds(n));
    }
}

pub fn families() -> Way {
    let families = Families::new();
    Way::new("secure-runtime, families of the service", move |n| {
        families.request(n)
    })
}

/// Where the labels are always the same.
pub fn kept() -> Way {
    let families = Families::new();
    let count: Counter = families.counts.with(["GET", "/", "200"]).clone();
    let time: Histogram = families.times.with(["GET", "/"]).clone();
    Way::new("secure-runtime, series kept", move |n| {
        black_box(&count).inc();
        time.observe(seconds(n));
    })
}

/// What the figures of the process cost, which are read from `/proc`.
pub fn process() -> Way {
    let metrics = metrics();
    Way::new("secure-runtime, the process's figures alone", move |_| {
        metrics.registry().to_text()
    })
}

pub fn scrape_requests() -> Way {
    let metrics = metrics();
    for route in (0..SCRAPED_ROUTES).map(scraped_route) {
        for (n, status) in [200, 404, 500].into_iter().enumerate() {
            let status = StatusCode::from_u16(status).expect("a status");
            metrics.record(
                &Method::GET,
                route.clone(),
                status,
                Duration::from_nanos(nanos(n)),
            );
        }
    }
    assert_series(&metrics.registry().to_text());
    Way::new("secure-runtime, and the process's figures", move |_| {
        metrics.registry().to_text()
    })
}

pub fn scrape_families() -> Way {
    let families = Families::new();
    for route in (0..SCRAPED_ROUTES).map(scraped_route) {
        for (n, status) in STATUSES.into_iter().enumerate() {
            families.counts.with(["GET", &route, status]).inc();
            families.times.with(["GET", &route]).observe(seconds(n));
        }
    }
    assert_series(&families.registry.to_text());
    Way::new("secure-runtime", move |_| families.registry.to_text())
}
