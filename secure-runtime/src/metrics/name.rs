//! Which names metrics and labels may have.
//!
//! Stricter than the format: what Prometheus' linter (promtool) would find is an error when it is made.

use std::collections::HashSet;

use super::error::{MetricsError, Reason};

const MAX_LEN: usize = 100;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// Checks a name, with its prefix if it has one.
pub(super) fn check(name: &str, kind: Kind) -> Result<(), MetricsError> {
    let refuse = |reason| Err(MetricsError::new(name, reason));
    if !is_name(name) {
        return refuse(Reason::Name);
    }
    match (kind, name.ends_with("_total")) {
        (Kind::Counter, false) => return refuse(Reason::Counter),
        (Kind::Gauge | Kind::Histogram, true) => return refuse(Reason::NotCounter),
        _ => {}
    }
    let base = base(name);
    if ["_bucket", "_count", "_sum", "_created"].iter().any(|end| base.ends_with(end))
        // `build_info` is a gauge that is always 1; a counter of that name would say something else.
        || (base.ends_with("_info") && kind != Kind::Gauge)
    {
        return refuse(Reason::Suffix);
    }
    let unit = base.rsplit('_').next().unwrap_or_default();
    let foreign = [
        "ms",
        "us",
        "ns",
        "milliseconds",
        "microseconds",
        "nanoseconds",
        "minutes",
        "hours",
        "days",
        "kb",
        "mb",
        "gb",
        "kilobytes",
        "megabytes",
        "gigabytes",
        "kib",
        "mib",
        "gib",
        "bits",
        "percent",
    ];
    if foreign.contains(&unit) {
        return refuse(Reason::Unit);
    }
    Ok(())
}

/// Checks the labels of a metric.
pub(super) fn check_labels(labels: &[&str], kind: Kind) -> Result<(), MetricsError> {
    for (n, &label) in labels.iter().enumerate() {
        let letters = label.strip_prefix('_').unwrap_or(label);
        let reason = if label.len() > MAX_LEN || !is_name(&letters.to_ascii_lowercase()) {
            Reason::Label
        } else if label == "le" && kind == Kind::Histogram {
            Reason::Reserved
        } else if labels[..n].contains(&label) {
            Reason::LabelTwice
        } else {
            continue;
        };
        return Err(MetricsError::new(label, reason));
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    name.len() <= MAX_LEN
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The name of a family in OpenMetrics, where a counter's is without its ending.
pub(super) fn base(name: &str) -> &str {
    name.strip_suffix("_total").unwrap_or(name)
}

/// The unit that a name says, as OpenMetrics wants it said again.
pub(super) fn unit(name: &str) -> Option<&'static str> {
    ["seconds", "bytes", "ratio", "celsius", "volts", "joules", "grams"]
        .into_iter()
        .find(|unit| {
            base(name)
                .strip_suffix(unit)
                .is_some_and(|rest| rest.ends_with('_'))
        })
}

/// The names in use: of families, and of the samples that they make.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// Takes the names of a metric, or says that one of them is taken.
    pub(super) fn take(&mut self, name: &str, kind: Kind) -> Result<(), MetricsError> {
        let mut names = vec![base(name).to_owned()];
        match kind {
            Kind::Counter => names.push(name.to_owned()),
            Kind::Gauge => {}
            Kind::Histogram => {
                names.extend(["bucket", "count", "sum"].map(|end| format!("{name}_{end}")));
            }
        }
        if names.iter().any(|name| self.0.contains(name)) {
            return Err(MetricsError::new(name, Reason::Taken));
        }
        self.0.extend(names);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_pass() {
        for (name, kind) in [
            ("logins_total", Kind::Counter),
            ("cpu_seconds_total", Kind::Counter),
            ("queue_length", Kind::Gauge),
            ("build_info", Kind::Gauge),
            ("cert_expiry_timestamp_seconds", Kind::Gauge),
            ("request_duration_seconds", Kind::Histogram),
            ("h2_streams", Kind::Gauge),
        ] {
            assert_eq!(check(name, kind), Ok(()), "{name}");
        }
    }

    #[test]
    fn what_the_linter_would_find_is_refused() {
        for (name, kind) in [
            ("", Kind::Gauge),
            ("1st", Kind::Gauge),
            ("_x", Kind::Gauge),
            ("a-b", Kind::Gauge),
            ("a:b", Kind::Gauge),
            ("queueLength", Kind::Gauge),
            ("zürich", Kind::Gauge),
            ("logins", Kind::Counter),
            ("logins_total", Kind::Gauge),
            ("logins_total", Kind::Histogram),
            ("request_count", Kind::Gauge),
            ("request_bucket", Kind::Histogram),
            ("build_info_total", Kind::Counter),
            ("duration_ms", Kind::Histogram),
            ("wait_milliseconds_total", Kind::Counter),
            ("memory_mb", Kind::Gauge),
        ] {
            assert!(check(name, kind).is_err(), "{name}");
        }
        assert!(check(&"a".repeat(101), Kind::Gauge).is_err());
    }

    #[test]
    fn labels() {
        let check = |labels: &[&str], kind| check_labels(labels, kind).is_ok();
        assert!(check(&["method", "_private", "statusCode", "le"], Kind::Counter));
        for labels in [&["__name__"][..], &[""], &["a b"], &["é"], &["a", "a"]] {
            assert!(!check(labels, Kind::Counter), "{labels:?}");
        }
        assert!(!check(&["le"], Kind::Histogram));
    }

    #[test]
    fn a_name_is_taken_with_all_that_is_made_of_it() {
        let mut names = Names::default();
        names.take("wait_seconds", Kind::Histogram).unwrap();
        names.take("jobs_total", Kind::Counter).unwrap();
        for (name, kind) in [
            ("wait_seconds", Kind::Gauge),
            ("wait_seconds", Kind::Histogram),
            ("wait_seconds_total", Kind::Counter),
            ("wait_seconds_sum", Kind::Gauge),
            ("jobs_total", Kind::Counter),
            ("jobs", Kind::Gauge),
        ] {
            assert!(names.take(name, kind).is_err(), "{name}");
        }
        names.take("wait_seconds_max", Kind::Gauge).unwrap();
    }

    #[test]
    fn units_are_read_from_names() {
        assert_eq!(unit("request_duration_seconds"), Some("seconds"));
        assert_eq!(unit("cpu_seconds_total"), Some("seconds"));
        assert_eq!(unit("seconds"), None);
        assert_eq!(unit("jobs_total"), None);
    }
}
