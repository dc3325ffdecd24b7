//! The crate `prometheus`.

use std::hint::black_box;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

use super::{BOUNDS, SCRAPED_ROUTES, STATUSES, Way, assert_series, route, scraped_route, seconds};

pub struct Families {
    registry: Registry,
    counts: IntCounterVec,
    times: HistogramVec,
}

impl Families {
    pub fn new() -> Self {
        let registry = Registry::new();
        let counts = IntCounterVec::new(
            Opts::new("requests_total", "Requests."),
            &["method", "endpoint", "status"],
        );
        let options = HistogramOpts::new("request_duration_seconds", "Time.").buckets(BOUNDS.to_vec());
        let times = HistogramVec::new(options, &["method", "endpoint"]);
        let families = Self {
            registry,
            counts: counts.expect("a name"),
            times: times.expect("a name"),
        };
        families
            .registry
            .register(Box::new(families.counts.clone()))
            .expect("a free name");
        families
            .registry
            .register(Box::new(families.times.clone()))
            .expect("a free name");
        families
    }

    pub fn request(&self, n: usize) {
        let route = route(n);
        self.counts
            .with_label_values(&[black_box("GET"), route, black_box("200")])
            .inc();
        self.times
            .with_label_values(&[black_box("GET"), route])
            .observe(seconds(n));
    }

    fn text(&self) -> String {
        TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .expect("encodes")
    }
}

pub fn requests() -> Way {
    let families = Families::new();
    Way::new("prometheus", move |n| families.request(n))
}

pub fn scrapes() -> Way {
    let families = Families::new();
    for route in (0..SCRAPED_ROUTES).map(scraped_route) {
        for (n, status) in STATUSES.into_iter().enumerate() {
            families.counts.with_label_values(&["GET", &route, status]).inc();
            families
                .times
                .with_label_values(&["GET", &route])
                .observe(seconds(n));
        }
    }
    assert_series(&families.text());
    Way::new("prometheus", move |_| families.text())
}
