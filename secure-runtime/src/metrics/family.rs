//! Metrics of one name, told apart by labels.

use std::{fmt, sync::Arc};

use super::{
    buckets::Buckets,
    counter::Counter,
    encode::{Lines, Meta, Writer, labels, sample},
    gauge::Gauge,
    histogram::Histogram,
    registry::Source,
    table::Table,
};

/// What stands for the labels of series that a family has no room for.
pub(super) const OVERFLOW: &str = "overflow";

/// The most bytes of a label's value.
const MAX_VALUE: usize = 128;

/// Metrics of one name, told apart by `N` labels. Clones are the same family.
pub(super) struct Family<M: Metric, const N: usize>(Arc<Inner<M, N>>);

struct Inner<M: Metric, const N: usize> {
    name: String,
    meta: Meta,
    labels: [String; N],
    make: M::Make,
    series: Table<Series<M, N>>,
    overflow: std::sync::OnceLock<Series<M, N>>,
    overflowed: Counter,
}

struct Series<M: Metric, const N: usize> {
    values: [Box<str>; N],
    before: M::Before,
    metric: M,
}

impl<M: Metric, const N: usize> Family<M, N> {
    pub(super) fn new(
        name: &str,
        meta: Meta,
        labels: [&str; N],
        make: M::Make,
        max: usize,
        overflowed: Counter,
    ) -> Self {
        Self(Arc::new(Inner {
            name: name.to_owned(),
            meta,
            labels: labels.map(str::to_owned),
            make,
            series: Table::new(max),
            overflow: std::sync::OnceLock::new(),
            overflowed,
        }))
    }

    /// The metric with these values of the labels; made at the first call.
    pub(super) fn with(&self, values: [&str; N]) -> &M {
        let inner = &*self.0;
        let values = values.map(cut);
        let hash = values
            .iter()
            .fold(inner.series.hash(), |hash, value| hash.text(value));
        let is = |series: &Series<M, N>| {
            series
                .values
                .iter()
                .zip(values)
                .all(|(known, value)| **known == *value)
        };
        match inner.series.get(hash, is, || inner.series_of(values)) {
            Some(series) => &series.metric,
            None => {
                inner.overflowed.inc();
                &inner
                    .overflow
                    .get_or_init(|| inner.series_of([OVERFLOW; N]))
                    .metric
            }
        }
    }
}

impl<M: Metric, const N: usize> Inner<M, N> {
    fn series_of(&self, values: [&str; N]) -> Series<M, N> {
        let names = self.labels.each_ref().map(String::as_str);
        Series {
            values: values.map(Box::from),
            before: M::before(&self.name, &labels(&names, &values), &self.make),
            metric: M::make(&self.make),
        }
    }
}

/// At most [`MAX_VALUE`] bytes.
fn cut(value: &str) -> &str {
    if value.len() <= MAX_VALUE {
        return value;
    }
    let mut end = MAX_VALUE;
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    &value[..end]
}

impl<M: Metric, const N: usize> Source for Family<M, N> {
    fn write(&self, out: &mut Writer) {
        let mut series = self.0.series.values().chain(self.0.overflow.get()).peekable();
        // Of a family without series there is nothing to say.
        if series.peek().is_some() {
            out.family(&self.0.meta);
        }
        for series in series {
            series.metric.write(&series.before, out);
        }
    }
}

impl<M: Metric, const N: usize> Clone for Family<M, N> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Metric, const N: usize> fmt::Debug for Family<M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Family")
            .field("name", &self.0.name)
            .field("labels", &self.0.labels)
            .finish_non_exhaustive()
    }
}

/// A metric that a [`Family`] can be of.
pub(super) trait Metric: Clone + Send + Sync + 'static {
    /// What it takes to make one.
    type Make: Send + Sync;
    /// What comes before the numbers of its lines.
    type Before: Send + Sync;

    fn make(make: &Self::Make) -> Self;
    fn before(name: &str, labels: &str, make: &Self::Make) -> Self::Before;
    fn write(&self, before: &Self::Before, out: &mut Writer);
}

impl Metric for Counter {
    type Make = ();
    type Before = String;

    fn make((): &()) -> Self {
        Self::default()
    }

    fn before(name: &str, labels: &str, (): &()) -> String {
        sample(name, labels)
    }

    fn write(&self, before: &String, out: &mut Writer) {
        out.integer(before, self.value());
    }
}

impl Metric for Gauge {
    type Make = ();
    type Before = String;

    fn make((): &()) -> Self {
        Self::default()
    }

    fn before(name: &str, labels: &str, (): &()) -> String {
        sample(name, labels)
    }

    fn write(&self, before: &String, out: &mut Writer) {
        out.float(before, self.value());
    }
}

impl Metric for Histogram {
    type Make = Buckets;
    type Before = Lines;

    fn make(buckets: &Buckets) -> Self {
        Self::new(buckets.clone())
    }

    fn before(name: &str, labels: &str, buckets: &Buckets) -> Lines {
        Lines::new(name, labels, buckets)
    }

    fn write(&self, before: &Lines, out: &mut Writer) {
        let (counts, sum) = self.read();
        before.write(out, counts, |out, line| out.float(line, sum));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"x".repeat(1_000)).len(), 128);
        assert_eq!(cut(&format!("x{}", "é".repeat(100))).len(), 127);
    }
}
