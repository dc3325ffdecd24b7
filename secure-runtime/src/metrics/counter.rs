//! A number that only grows.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// A number that only grows. Clones are the same counter.
///
/// # Examples
///
/// ```
/// use secure_runtime::metrics::Registry;
///
/// let registry = Registry::new();
/// let jobs = registry.counter("jobs_total", "Jobs done.")?;
/// jobs.inc();
/// jobs.add(2);
/// assert_eq!(jobs.value(), 3);
/// assert!(registry.to_text().contains("\njobs_total 3\n"));
/// # Ok::<(), secure_runtime::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(1);
    }

    /// Adds `count`.
    #[inline]
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// The number.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
