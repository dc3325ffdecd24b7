//! Both formats, as scrapers and linters read them.

use tests::{
    exposition::{Family, Format, read},
    tools,
};

use crate::{linters, support::everything};

#[tokio::test]
async fn both_formats_are_well_formed_and_say_the_same() {
    let everything = everything().await;
    let registry = everything.metrics.registry();
    let (text, open) = (registry.to_text(), registry.to_open_metrics());
    let (text, open) = (read(&text, Format::Text), read(&open, Format::OpenMetrics));
    let names: Vec<_> = text.keys().collect();
    assert_eq!(names, open.keys().collect::<Vec<_>>());
    // The figures of the process change between two scrapes.
    for name in names.into_iter().filter(|name| !name.starts_with("process_")) {
        let (text, open) = (&text[name], &open[name]);
        assert_eq!((&text.kind, &text.help), (&open.kind, &open.help), "{name}");
        let values = |family: &Family| {
            let samples = family.samples.iter();
            samples
                .map(|sample| (sample.name.clone(), sample.labels.clone(), sample.value.to_bits()))
                .collect::<Vec<_>>()
        };
        assert_eq!(values(text), values(open), "{name}");
    }
    assert_eq!(open["request_duration_seconds"].unit.as_deref(), Some("seconds"));
    for name in [
        "requests",
        "request_duration_seconds",
        "requests_in_flight",
        "process_cpu_seconds",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_start_time_seconds",
        "build_info",
        "metrics_overflow",
        "health_check_up",
        "health_check_consecutive_failures",
        "health_up",
        "rate_limited",
        "log_lines",
        "connections_open",
        "connection_incidents",
        "reloads",
        "certificates_refused",
        "certificate_expiry_timestamp_seconds",
        "odd",
    ] {
        assert!(text.contains_key(name), "{name} is missing");
    }
}

#[tokio::test]
async fn the_linter_finds_nothing() {
    tests::needs!("promtool");
    let everything = everything().await;
    let registry = everything.metrics.registry();
    assert_eq!(linters::promtool(&registry.to_text()), Ok(()));
}

#[tokio::test]
async fn the_reference_parsers_take_both_formats() {
    if !linters::has_python() {
        return;
    }
    let everything = everything().await;
    let registry = everything.metrics.registry();
    for (text, format) in [
        (registry.to_text(), "parser"),
        (registry.to_open_metrics(), "openmetrics.parser"),
    ] {
        assert_eq!(linters::python(&text, format), Ok(()), "{text}");
    }
}

/// Prometheus' own parser of OpenMetrics, by the way of its command that takes old samples in.
#[tokio::test]
async fn prometheus_takes_open_metrics_in() {
    tests::needs!("promtool");
    let everything = everything().await;
    let text = everything.metrics.registry().to_open_metrics();
    // That command wants to know when a sample was taken.
    let dated: String = text
        .lines()
        .map(|line| {
            if line.starts_with('#') {
                format!("{line}\n")
            } else {
                format!("{line} 1700000000\n")
            }
        })
        .collect();
    let scratch = tests::Scratch::new();
    scratch.file("metrics.om", dated);
    let arguments = ["tsdb", "create-blocks-from", "openmetrics", "metrics.om", "out"];
    let outcome = tools::run("promtool", &arguments, Some(scratch.path()), "");
    assert_eq!(outcome, Ok(()), "{text}");
}

#[test]
fn the_linter_finds_what_there_is_to_find() {
    tests::needs!("promtool");
    let bad = "# HELP hits Hits.\n# TYPE hits counter\nhits 1\n";
    assert!(linters::promtool(bad).unwrap_err().contains("_total"));
}

#[test]
fn the_reference_parser_refuses_what_is_wrong() {
    if linters::has_python() {
        assert!(linters::python("# TYPE a counter\na 1\n# EOF\n", "openmetrics.parser").is_err());
    }
}

#[test]
fn the_reader_refuses_what_scrapers_refuse() {
    let good = "# HELP a_total A.\n# TYPE a_total counter\na_total{x=\"1\"} 1\n";
    assert_eq!(
        read(good, Format::Text)["a"].value("a_total", &[("x", "1")]),
        Some(1.0)
    );
    for bad in [
        "# HELP a_total A.\n# TYPE a_total counter\na_total{x=\"1\"} 1",
        "# TYPE a_total counter\na_total 1\n",
        "# HELP a_total A.\na_total 1\n",
        "# HELP a A.\n# TYPE a counter\na 1\n",
        "# HELP a_total A.\n# TYPE a_total counter\na_total 1\na_total 1\n",
        "# HELP a_total A.\n# TYPE a_total counter\nb_total 1\n",
        "# HELP a_total A.\n# TYPE a_total counter\na_total{x=\"\"1\"} 1\n",
        "# HELP a_total A.\n# TYPE a_total counter\na_total  1\n",
        "# HELP a_total A.\n# TYPE a_total counter\na_total one\n",
        "# HELP a_total A.\n# TYPE a_total counter\n\na_total 1\n",
        "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 1\n",
        "# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n# TYPE a gauge\na 1\n",
    ] {
        assert!(
            std::panic::catch_unwind(|| read(bad, Format::Text)).is_err(),
            "{bad}"
        );
    }
    for bad in [good, "# EOF", "# TYPE a counter\n# HELP a A.\na 1\n# EOF\n"] {
        assert!(
            std::panic::catch_unwind(|| read(bad, Format::OpenMetrics)).is_err(),
            "{bad}"
        );
    }
}
