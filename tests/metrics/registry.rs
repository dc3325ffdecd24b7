//! What a service counts by itself.

use std::{sync::Arc, thread};

use proptest::prelude::*;
use secure_runtime::metrics::{Buckets, Registry};

use tests::exposition::{Format, read};

#[test]
fn a_name_is_given_once() {
    let registry = Registry::new();
    let buckets = Buckets::requests();
    registry.counter("jobs_total", "Jobs.").unwrap();
    registry.histogram("wait_seconds", "Waits.", &buckets).unwrap();
    let refused = [
        registry.counter("jobs_total", "Jobs.").err(),
        registry.counter_family("jobs_total", "Jobs.", ["kind"]).err(),
        registry.counter_from("jobs_total", "Jobs.", || 1).err(),
        registry.gauge("jobs", "Jobs.").err(),
        registry.gauge("wait_seconds", "Waits.").err(),
        registry.gauge("wait_seconds_sum", "Waits.").err(),
        registry.gauge("wait_seconds_bucket", "Waits.").err(),
        registry.counter("wait_seconds_total", "Waits.").err(),
        registry
            .histogram_family("wait_seconds", "Waits.", ["of"], &buckets)
            .err(),
    ];
    for refused in refused {
        let refused = refused.expect("the name is taken").to_string();
        assert!(refused.starts_with('"') && refused.is_ascii(), "{refused}");
    }
    // What was refused has left nothing behind.
    assert_eq!(read(&registry.to_text(), Format::Text).len(), 2);
}

#[test]
fn what_a_linter_would_find_is_refused() {
    let registry = Registry::new();
    assert!(registry.counter("jobs", "Jobs.").is_err());
    assert!(registry.gauge("jobs_total", "Jobs.").is_err());
    assert!(registry.gauge("wait_ms", "Waits.").is_err());
    assert!(registry.gauge("Jobs", "Jobs.").is_err());
    assert!(registry.gauge("jobs", " ").is_err());
    assert!(registry.timestamp("expires", "Expires.").is_err());
    assert!(registry.gauge_family("a", "A.", ["__name__"]).is_err());
    assert!(registry.gauge_family("a", "A.", ["x", "x"]).is_err());
    let buckets = Buckets::requests();
    assert!(registry.histogram_family("a", "A.", ["le"], &buckets).is_err());
}

#[test]
fn threads_that_count_at_once_lose_nothing() {
    let registry = Registry::with("", 4).unwrap();
    let counts = registry
        .counter_family("counts_total", "Counts.", ["of"])
        .unwrap();
    let sizes = Buckets::new([1.0, 2.0]).unwrap();
    let sizes = registry
        .histogram_family("sizes", "Sizes.", ["of"], &sizes)
        .unwrap();
    let levels = registry.gauge_family("levels", "Levels.", ["of"]).unwrap();
    let all = Arc::new((counts, sizes, levels, registry.clone()));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let all = Arc::clone(&all);
            thread::spawn(move || {
                for n in 0..20_000_u32 {
                    let name = ["a", "b", "c", "d", "e", "f"][n as usize % 6];
                    all.0.with([name]).inc();
                    all.1.with([name]).observe(f64::from(n % 3));
                    all.2.with([name]).add(1.0);
                    if n % 4_000 == 0 {
                        // Scrapes at the same time are well-formed, too.
                        let _ = read(&all.3.to_text(), Format::Text);
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let families = read(&registry.to_text(), Format::Text);
    let sum = |family: &str, sample: &str| -> f64 {
        families[family]
            .samples
            .iter()
            .filter(|found| found.name == sample)
            .map(|found| found.value)
            .sum()
    };
    assert_eq!(sum("counts", "counts_total"), 80_000.0);
    assert_eq!(sum("sizes", "sizes_count"), 80_000.0);
    // Of each thread's numbers 6,667 are 0, 6,667 are 1 and 6,666 are 2.
    assert_eq!(sum("sizes", "sizes_sum"), 4.0 * (6_667.0 + 2.0 * 6_666.0));
    assert_eq!(sum("levels", "levels"), 80_000.0);
    // Four of six names have a series of their own; two share the fifth.
    for name in ["counts", "sizes", "levels"] {
        let series = families[name].series();
        assert_eq!(series.len(), 5, "{series:?}");
        assert!(series.iter().any(|labels| labels["of"] == "overflow"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_comes_back_as_it_went_in(values in prop::collection::vec(("\\PC{0,20}", "[\"\\\\\n\r\t{},=# a]{0,20}"), 1..20)) {
        let registry = Registry::new();
        let family = registry.counter_family("odd_total", "Odd.", ["a", "b"]).unwrap();
        let mut expected = std::collections::BTreeSet::new();
        for (a, b) in &values {
            family.with([a, b]).inc();
            expected.insert((a.clone(), b.clone()));
        }
        for (text, format) in [(registry.to_text(), Format::Text), (registry.to_open_metrics(), Format::OpenMetrics)] {
            let families = read(&text, format);
            let series = families["odd"].series();
            let found: std::collections::BTreeSet<_> =
                series.into_iter().map(|labels| (labels["a"].clone(), labels["b"].clone())).collect();
            prop_assert_eq!(&found, &expected);
        }
    }

    #[test]
    fn any_help_is_one_line(help in "[\"\\\\\n\r# a]{1,40}x") {
        let registry = Registry::new();
        registry.gauge("a", &help).unwrap();
        for (text, format) in [(registry.to_text(), Format::Text), (registry.to_open_metrics(), Format::OpenMetrics)] {
            prop_assert_eq!(&read(&text, format)["a"].help, &help);
        }
    }

    #[test]
    fn any_name_that_is_taken_can_be_scraped(name in "[a-z_]{1,12}|\\PC{0,12}", label in "[a-zA-Z_]{1,8}|\\PC{0,8}") {
        let registry = Registry::new();
        if let Ok(family) = registry.gauge_family(&name, "Anything.", [label.as_str()]) {
            family.with(["x"]).set(1.0);
            let _ = read(&registry.to_text(), Format::Text);
            let _ = read(&registry.to_open_metrics(), Format::OpenMetrics);
        }
    }

    #[test]
    fn any_accept_header_is_answered(accept in "[a-z/*;=,. 0-9q]{0,60}|\\PC{0,40}") {
        use tower_layer::Layer;
        let metrics = crate::support::metrics();
        let fallback = axum::Router::new();
        let mut request = crate::support::request("GET", "/metrics");
        let Ok(value) = http::HeaderValue::from_bytes(accept.as_bytes()) else { return Ok(()) };
        request.headers_mut().insert("accept", value);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(crate::support::call(&mut metrics.scrape().layer(fallback), request));
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        let is_open = answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text");
        let _ = read(&text, if is_open { Format::OpenMetrics } else { Format::Text });
    }
}
