//! A strict reader of both formats: whatever a scraper might trip over is an error.
//!
//! [Text format 0.0.4](https://prometheus.io/docs/instrumenting/exposition_formats/) and
//! [OpenMetrics 1.0.0](https://prometheus.io/docs/specs/om/open_metrics_spec/).

use std::collections::{BTreeMap, BTreeSet};

/// Which of the two formats a scrape is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Prometheus' text format 0.0.4.
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

/// A family of metrics.
#[derive(Clone, Debug, Default)]
pub struct Family {
    /// `counter`, `gauge` or `histogram`.
    pub kind: String,
    /// What its help says, unescaped.
    pub help: String,
    /// Its unit, which OpenMetrics tells.
    pub unit: Option<String>,
    /// Its samples, in their order.
    pub samples: Vec<Sample>,
}

/// Labels with their values, unescaped.
pub type Labels = BTreeMap<String, String>;

/// A line with a number.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The name, with the ending of its kind.
    pub name: String,
    /// The labels.
    pub labels: Labels,
    /// The number.
    pub value: f64,
}

impl Family {
    /// The sets of labels; the buckets of a histogram are one.
    #[must_use]
    pub fn series(&self) -> BTreeSet<Labels> {
        let without_bound = |sample: &Sample| {
            let mut labels = sample.labels.clone();
            labels.remove("le");
            labels
        };
        self.samples.iter().map(without_bound).collect()
    }

    /// The value of the sample with this name and exactly these labels.
    #[must_use]
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
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
#[must_use]
pub fn read(text: &str, format: Format) -> BTreeMap<String, Family> {
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
