//! The crate `prometheus-client`.

use std::{borrow::Cow, hint::black_box};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{BOUNDS, SCRAPED_ROUTES, STATUSES, Way, assert_series, route, scraped_route, seconds};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Counted {
    method: &'static str,
    endpoint: Cow<'static, str>,
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Timed {
    method: &'static str,
    endpoint: Cow<'static, str>,
}

pub struct Families {
    registry: Registry,
    counts: Family<Counted, Counter>,
    times: Family<Timed, Histogram>,
}

impl Families {
    pub fn new() -> Self {
        let counts = Family::default();
        let times = Family::new_with_constructor((|| Histogram::new(BOUNDS)) as fn() -> Histogram);
        let mut registry = Registry::default();
        // It adds `_total` by itself.
        registry.register("requests", "Requests", counts.clone());
        registry.register("request_duration_seconds", "Time", times.clone());
        Self {
            registry,
            counts,
            times,
        }
    }

    pub fn request(&self, n: usize) {
        self.record(Cow::Borrowed(route(n)), black_box("200"), n);
    }

    fn record(&self, endpoint: Cow<'static, str>, status: &'static str, n: usize) {
        let method = black_box("GET");
        self.counts
            .get_or_create(&Counted {
                method,
                endpoint: endpoint.clone(),
                status,
            })
            .inc();
        self.times
            .get_or_create(&Timed { method, endpoint })
            .observe(seconds(n));
    }

    fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("encodes");
        text
    }
}

pub fn requests() -> Way {
    let families = Families::new();
    Way::new("prometheus-client", move |n| families.request(n))
}

pub fn scrapes() -> Way {
    let families = Families::new();
    for route in (0..SCRAPED_ROUTES).map(scraped_route) {
        for (n, status) in STATUSES.into_iter().enumerate() {
            families.record(Cow::Owned(route.clone()), status, n);
        }
    }
    assert_series(&families.text());
    Way::new("prometheus-client", move |_| families.text())
}
