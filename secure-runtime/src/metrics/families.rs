//! Metrics of one name, told apart by labels.

use super::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram};

/// Counters of one name, told apart by `N` labels. Clones are the same counters.
///
/// There are at most as many as the [`Registry`](super::Registry) says. What comes after them is counted under
/// `overflow` in each label, so that no caller can fill the memory with values of his own. Values are cut at
/// 128 bytes.
///
/// # Examples
///
/// ```
/// use secure_runtime::metrics::Registry;
///
/// let registry = Registry::new();
/// let mails = registry.counter_family("mails_total", "Mails sent.", ["kind", "outcome"])?;
/// mails.with(["invoice", "sent"]).inc();
/// assert!(registry.to_text().contains("\nmails_total{kind=\"invoice\",outcome=\"sent\"} 1\n"));
/// # Ok::<(), secure_runtime::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CounterFamily<const N: usize>(pub(super) Family<Counter, N>);

impl<const N: usize> CounterFamily<N> {
    /// The counter with these values of the labels; made at the first call.
    ///
    /// Keep it where the values are the same each time: to find it takes longer than to count.
    #[must_use]
    #[inline]
    pub fn with(&self, values: [&str; N]) -> &Counter {
        self.0.with(values)
    }
}

/// Gauges of one name, told apart by `N` labels, as many as a [`CounterFamily`] has. Clones are the same
/// gauges.
#[derive(Clone, Debug)]
pub struct GaugeFamily<const N: usize>(pub(super) Family<Gauge, N>);

impl<const N: usize> GaugeFamily<N> {
    /// The gauge with these values of the labels; made at the first call.
    #[must_use]
    #[inline]
    pub fn with(&self, values: [&str; N]) -> &Gauge {
        self.0.with(values)
    }
}

/// Histograms of one name, told apart by `N` labels, as many as a [`CounterFamily`] has. Clones are the same
/// histograms.
#[derive(Clone, Debug)]
pub struct HistogramFamily<const N: usize>(pub(super) Family<Histogram, N>);

impl<const N: usize> HistogramFamily<N> {
    /// The histogram with these values of the labels; made at the first call.
    #[must_use]
    #[inline]
    pub fn with(&self, values: [&str; N]) -> &Histogram {
        self.0.with(values)
    }
}
