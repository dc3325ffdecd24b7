//! Writes metrics in the formats that Prometheus reads.
//!
//! The text format (version 0.0.4) and OpenMetrics 1.0.0 have the same samples here; what differs is what is
//! said of a family, and the end.

use super::{buckets::Buckets, name};

/// A format of a scrape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    OpenMetrics,
}

/// What is said of a family before its samples, in both formats.
#[derive(Debug)]
pub(super) struct Meta {
    text: String,
    open: String,
}

impl Meta {
    pub(super) fn new(name: &str, kind: name::Kind, help: &str) -> Self {
        let (base, kind) = (name::base(name), kind.as_str());
        let help = help.replace('\\', r"\\").replace('\n', r"\n");
        let unit = match name::unit(name) {
            Some(unit) => format!("# UNIT {base} {unit}\n"),
            None => String::new(),
        };
        Self {
            text: format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"),
            open: format!(
                "# TYPE {base} {kind}\n{unit}# HELP {base} {}\n",
                help.replace('"', r#"\""#)
            ),
        }
    }
}

/// A scrape that is being written.
#[derive(Debug)]
pub(super) struct Writer {
    out: Vec<u8>,
    format: Format,
}

impl Writer {
    pub(super) fn new(format: Format, size: usize) -> Self {
        Self {
            out: Vec::with_capacity(size),
            format,
        }
    }

    pub(super) fn family(&mut self, meta: &Meta) {
        self.push(match self.format {
            Format::Text => &meta.text,
            Format::OpenMetrics => &meta.open,
        });
    }

    /// A line: what comes before the number, and the number.
    #[inline]
    pub(super) fn integer(&mut self, before: &str, value: u64) {
        self.push(before);
        self.push(itoa::Buffer::new().format(value));
        self.out.push(b'\n');
    }

    pub(super) fn float(&mut self, before: &str, value: f64) {
        self.push(before);
        self.push_float(value);
        self.out.push(b'\n');
    }

    /// A line with a number of billionths.
    pub(super) fn nanos(&mut self, before: &str, nanos: u64) {
        const SECOND: u64 = 1_000_000_000;

        self.push(before);
        let mut buffer = itoa::Buffer::new();
        self.push(buffer.format(nanos / SECOND));
        // A one in front keeps the zeros.
        let fraction = buffer.format(SECOND + nanos % SECOND);
        let fraction = fraction[1..].trim_end_matches('0');
        if !fraction.is_empty() {
            self.out.push(b'.');
            self.push(fraction);
        }
        self.out.push(b'\n');
    }

    #[inline]
    pub(super) fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn push_float(&mut self, value: f64) {
        use std::io::Write;

        // Up to here every integer is exact.
        const EXACT: f64 = 9_007_199_254_740_992.0;

        if value.abs() < EXACT && value.trunc() == value {
            self.push(itoa::Buffer::new().format(value as i64));
        } else if value.is_nan() {
            self.push("NaN");
        } else if value.is_infinite() {
            self.push(if value > 0.0 { "+Inf" } else { "-Inf" });
        } else {
            // Writing to a `Vec` cannot fail.
            let _ = write!(self.out, "{value}");
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.format == Format::OpenMetrics {
            self.push("# EOF\n");
        }
        self.out
    }
}

/// Labels as they stand in a line: `method="GET",status="200"`.
pub(super) fn labels(names: &[&str], values: &[&str]) -> String {
    let mut out = String::new();
    for (name, value) in names.iter().zip(values) {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(name);
        out.push_str("=\"");
        for c in value.chars() {
            match c {
                '\\' => out.push_str(r"\\"),
                '"' => out.push_str(r#"\""#),
                '\n' => out.push_str(r"\n"),
                c => out.push(c),
            }
        }
        out.push('"');
    }
    out
}

/// What comes before the number of a sample: `name{labels} `.
pub(super) fn sample(name: &str, labels: &str) -> String {
    if labels.is_empty() {
        format!("{name} ")
    } else {
        format!("{name}{{{labels}}} ")
    }
}

/// What comes before each number of a histogram: its buckets, the last of them without a bound, then the sum
/// and the count.
#[derive(Debug)]
pub(super) struct Lines {
    text: String,
    ends: Box<[u32]>,
}

impl Lines {
    pub(super) fn new(name: &str, labels: &str, buckets: &Buckets) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        let mut add = |line: String| {
            text.push_str(&line);
            // At most 64 buckets with bounded labels.
            ends.push(text.len() as u32);
        };
        let separator = if labels.is_empty() { "" } else { "," };
        // As OpenMetrics spells them: `1.0`, not `1`.
        let bounds = buckets.bounds().iter().map(|bound| format!("{bound:?}"));
        for bound in bounds.chain(["+Inf".to_owned()]) {
            add(format!("{name}_bucket{{{labels}{separator}le=\"{bound}\"}} "));
        }
        add(sample(&format!("{name}_sum"), labels));
        add(sample(&format!("{name}_count"), labels));
        Self {
            text,
            ends: ends.into(),
        }
    }

    /// Writes the lines of a histogram: the counts up to each bound, and the sum as `sum` writes it.
    #[inline]
    pub(super) fn write(
        &self,
        out: &mut Writer,
        counts: impl Iterator<Item = u64>,
        sum: impl FnOnce(&mut Writer, &str),
    ) {
        let (mut start, mut total) = (0, 0);
        let mut lines = self.ends.iter().map(|&end| {
            let line = &self.text[start..end as usize];
            start = end as usize;
            line
        });
        for (count, line) in counts.zip(&mut lines) {
            out.integer(line, count);
            total = count;
        }
        if let Some(line) = lines.next() {
            sum(out, line);
        }
        if let Some(line) = lines.next() {
            out.integer(line, total);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(value: f64) -> String {
        let mut out = Writer::new(Format::Text, 0);
        out.float("x ", value);
        String::from_utf8(out.finish()).unwrap()
    }

    #[test]
    fn numbers() {
        assert_eq!(float(3.0), "x 3\n");
        assert_eq!(float(-0.5), "x -0.5\n");
        assert_eq!(float(1e300), format!("x {}\n", 1e300));
        assert_eq!(float(f64::NAN), "x NaN\n");
        assert_eq!(float(f64::NEG_INFINITY), "x -Inf\n");
        assert_eq!(float(1_793_577_600.25), "x 1793577600.25\n");
    }

    #[test]
    fn billionths() {
        let nanos = |nanos| {
            let mut out = Writer::new(Format::Text, 0);
            out.nanos("x ", nanos);
            String::from_utf8(out.finish()).unwrap()
        };
        assert_eq!(nanos(0), "x 0\n");
        assert_eq!(nanos(1), "x 0.000000001\n");
        assert_eq!(nanos(1_500_000_000), "x 1.5\n");
        assert_eq!(nanos(u64::MAX), "x 18446744073.709551615\n");
    }

    #[test]
    fn a_label_cannot_leave_its_quotes() {
        assert_eq!(
            labels(&["a", "b"], &["x\"\\\n}", "é"]),
            "a=\"x\\\"\\\\\\n}\",b=\"é\""
        );
    }

    #[test]
    fn what_is_said_of_a_family() {
        let meta = Meta::new("cpu_seconds_total", name::Kind::Counter, "CPU \"time\"\nused.");
        assert_eq!(
            meta.text,
            "# HELP cpu_seconds_total CPU \"time\"\\nused.\n# TYPE cpu_seconds_total counter\n"
        );
        assert_eq!(
            meta.open,
            "# TYPE cpu_seconds counter\n# UNIT cpu_seconds seconds\n# HELP cpu_seconds CPU \\\"time\\\"\\nused.\n"
        );
    }
}
