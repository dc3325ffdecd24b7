//! A strict reader of both formats: whatever a scraper might trip over is an error.
//!
//! [Text format 0.0.4](https://prometheus.io/docs/instrumenting/exposition_formats/) and
//! [OpenMetrics 1.0.0](https://prometheus.io/docs/specs/om/open_metrics_spec/).

use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    OpenMetrics,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) help: String,
    pub(crate) unit: Option<String>,
    pub(crate) samples: Vec<Sample>,
}

pub(crate) type Labels = BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: Labels,
    pub(crate) value: f64,
}

impl Family {
    /// The sets of labels; the buckets of a histogram are one.
    pub(crate) fn series(&self) -> BTreeSet<Labels> {
        let without_bound = |sample: &Sample| {
            let mut labels = sample.labels.clone();
            labels.remove("le");
            labels
        };
        self.samples.iter().map(without_bound).collect()
    }

    /// The value of the sample with this name and exactly these labels.
    pub(crate) fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let wanted: Labels = labels
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.samples
            .iter()
            .find(|sample| sample.name == name && sample.labels == wanted)
            .map(|sample| sample.value)
    }
}

/// Reads a scrape; panics at the first line that is not as it should be. Families are by their name in OpenMetrics, so
/// that a counter is the same in both formats.
pub(crate) fn read(text: &str, format: Format) -> BTreeMap<String, Family> {
    let text = text.strip_suffix('\n').expect("the last line ends, too");
    let text = match format {
        Format::Text => text,
        Format::OpenMetrics => text
            .strip_suffix("# EOF")
            .expect("the end is marked")
            .trim_end_matches('\n'),
    };
    let mut families = BTreeMap::<String, Family>::new();
    let mut current = None::<(String, Family)>;
    for line in text.split('\n') {
        if let Some(rest) = line.strip_prefix("# ") {
            let (word, rest) = rest.split_once(' ').unwrap_or_else(|| panic!("{line:?}"));
            let (name, rest) = rest.split_once(' ').unwrap_or_else(|| panic!("{line:?}"));
            assert!(is_name(name), "{line:?}");
            if current.as_ref().is_none_or(|(known, _)| known != name) {
                finish(&mut families, current.take(), format);
                current = Some((name.to_owned(), Family::default()));
            }
            let (_, family) = current.as_mut().unwrap();
            assert!(
                family.samples.is_empty(),
                "a family is described before its samples: {line:?}"
            );
            match word {
                "TYPE" => set(&mut family.kind, rest, line),
                "HELP" => set(
                    &mut family.help,
                    &unescape(rest, format == Format::OpenMetrics),
                    line,
                ),
                "UNIT" if format == Format::OpenMetrics => {
                    assert!(name.ends_with(&format!("_{rest}")), "{line:?}");
                    assert_eq!(family.unit.replace(rest.to_owned()), None, "{line:?}");
                }
                _ => panic!("{line:?}"),
            }
            continue;
        }
        let sample = sample(line);
        let (_, family) = current
            .as_mut()
            .unwrap_or_else(|| panic!("of no family: {line:?}"));
        family.samples.push(sample);
    }
    finish(&mut families, current, format);
    families
}

fn set(place: &mut String, value: &str, line: &str) {
    assert!(place.is_empty() && !value.is_empty(), "{line:?}");
    value.clone_into(place);
}

fn finish(families: &mut BTreeMap<String, Family>, family: Option<(String, Family)>, format: Format) {
    let Some((name, family)) = family else { return };
    assert!(
        !family.kind.is_empty() && !family.help.is_empty(),
        "{name}: {family:?}"
    );
    assert!(!family.samples.is_empty(), "{name} has no samples");
    let base = match (family.kind.as_str(), format) {
        ("counter", Format::Text) => name.strip_suffix("_total").expect("a counter ends in _total"),
        _ => &name,
    };
    let mut seen = BTreeSet::new();
    for sample in &family.samples {
        let end = sample
            .name
            .strip_prefix(base)
            .unwrap_or_else(|| panic!("{name}: {sample:?}"));
        let is_of_kind = match family.kind.as_str() {
            "counter" => end == "_total" && sample.value >= 0.0,
            "gauge" => end.is_empty(),
            "histogram" => match end {
                "_bucket" => sample.labels.contains_key("le"),
                "_sum" | "_count" => !sample.labels.contains_key("le"),
                _ => false,
            },
            _ => false,
        };
        assert!(is_of_kind, "{name}: {sample:?}");
        assert!(seen.insert((&sample.name, &sample.labels)), "twice: {sample:?}");
    }
    if family.kind == "histogram" {
        check_buckets(base, &family, format);
    }
    assert!(
        families.insert(base.to_owned(), family).is_none(),
        "{name} stands twice"
    );
}

/// Bounds rise and end at infinity, counts never fall, and the last is the whole count.
fn check_buckets(name: &str, family: &Family, format: Format) {
    for labels in family.series() {
        let of = |end: &'static str| {
            family
                .samples
                .iter()
                .filter(move |sample| sample.name == format!("{name}_{end}"))
        };
        let buckets: Vec<_> = of("bucket")
            .filter(|sample| {
                let mut own = sample.labels.clone();
                own.remove("le");
                own == labels
            })
            .map(|sample| {
                let bound = &sample.labels["le"];
                // OpenMetrics: integers are written as floats, so that `1` and `1.0` are not two bounds.
                assert!(
                    format == Format::Text || bound == "+Inf" || bound.contains(['.', 'e']),
                    "{bound}"
                );
                (number(bound), sample.value)
            })
            .collect();
        assert!(
            buckets
                .windows(2)
                .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1),
            "{buckets:?}"
        );
        let (last, count) = *buckets.last().expect("buckets");
        assert_eq!(last, f64::INFINITY, "{name}");
        let whole: Vec<_> = of("count").filter(|sample| sample.labels == labels).collect();
        assert_eq!(whole.len(), 1, "{name}");
        assert_eq!(whole[0].value, count, "{name}");
        assert_eq!(
            of("sum").filter(|sample| sample.labels == labels).count(),
            1,
            "{name}"
        );
    }
}

fn sample(line: &str) -> Sample {
    let end = line.find(['{', ' ']).unwrap_or_else(|| panic!("{line:?}"));
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line:?}");
    let mut labels = Labels::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, value) = rest.split_once("=\"").unwrap_or_else(|| panic!("{line:?}"));
            assert!(
                is_name(label) && !label.contains(':') && !label.starts_with("__"),
                "{line:?}"
            );
            let end = closing_quote(value).unwrap_or_else(|| panic!("{line:?}"));
            let known = labels.insert(label.to_owned(), unescape(&value[..end], true));
            assert_eq!(known, None, "{line:?}");
            rest = &value[end + 1..];
            match rest.as_bytes().first() {
                Some(b',') => rest = &rest[1..],
                Some(b'}') => break,
                _ => panic!("{line:?}"),
            }
        }
        rest = &rest[1..];
    }
    // One space, a number, and neither a timestamp nor an exemplar: none are written.
    let value = rest.strip_prefix(' ').unwrap_or_else(|| panic!("{line:?}"));
    Sample {
        name: name.to_owned(),
        labels,
        value: number(value),
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| match c {
        _ if escaped => {
            escaped = false;
            None
        }
        '\\' => {
            escaped = true;
            None
        }
        '"' => Some(at),
        _ => None,
    })
}

fn unescape(text: &str, quotes: bool) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('\\') => '\\',
                Some('n') => '\n',
                Some('"') if quotes => '"',
                other => panic!("\\{other:?} in {text:?}"),
            },
            c => c,
        });
    }
    out
}

fn number(text: &str) -> f64 {
    match text {
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        "NaN" => f64::NAN,
        digits => {
            assert!(
                digits.bytes().all(|byte| b"0123456789.e+-".contains(&byte)),
                "{text:?}"
            );
            digits.parse().unwrap_or_else(|_| panic!("{text:?}"))
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
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
