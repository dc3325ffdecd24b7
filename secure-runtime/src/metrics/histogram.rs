//! How often a number was how large.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{buckets::Buckets, gauge::add_f64};

/// How often a number was how large. Clones are the same histogram.
///
/// # Examples
///
/// ```
/// use secure_runtime::metrics::{Buckets, Registry};
///
/// let registry = Registry::new();
/// let bounds = Buckets::exponential(1e3, 10.0, 4)?;
/// let sizes = registry.histogram("upload_bytes", "Sizes of uploads.", &bounds)?;
/// sizes.observe(512.0);
/// sizes.observe(2e6);
/// assert!(registry.to_text().contains("\nupload_bytes_bucket{le=\"1000.0\"} 1\n"));
/// # Ok::<(), secure_runtime::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bounds: Buckets,
    /// One more than there are bounds.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

impl Histogram {
    pub(super) fn new(bounds: Buckets) -> Self {
        let counts = (0..=bounds.bounds().len()).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Inner {
            bounds,
            counts,
            sum: AtomicU64::new(0),
        }))
    }

    /// Counts a number. One that is NaN counts nowhere: it would spoil the sum for good.
    #[inline]
    pub fn observe(&self, value: f64) {
        if value.is_nan() {
            return;
        }
        // Few bounds, and most numbers are below most of them: this is faster than a search by halves.
        let bounds = self.0.bounds.bounds();
        let bucket = bounds
            .iter()
            .position(|bound| value <= *bound)
            .unwrap_or(bounds.len());
        self.0.counts[bucket].fetch_add(1, Ordering::Relaxed);
        add_f64(&self.0.sum, value);
    }

    /// Counts a time, in seconds.
    #[inline]
    pub fn observe_duration(&self, time: Duration) {
        self.observe(time.as_secs_f64());
    }

    /// The counts up to each bound, and the sum.
    pub(super) fn read(&self) -> (impl Iterator<Item = u64>, f64) {
        let mut sum = 0;
        let counts = self.0.counts.iter().map(move |count| {
            sum += count.load(Ordering::Relaxed);
            sum
        });
        (counts, f64::from_bits(self.0.sum.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_in_its_bucket() {
        let histogram = Histogram::new(Buckets::new([1.0, 2.0]).unwrap());
        for value in [0.0, 1.0, 1.5, 2.0, 2.1, f64::INFINITY, -1.0, f64::NAN] {
            histogram.observe(value);
        }
        let (counts, sum) = histogram.read();
        assert_eq!(counts.collect::<Vec<_>>(), [3, 5, 7]);
        assert_eq!(sum, f64::INFINITY);
    }
}
