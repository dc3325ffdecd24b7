//! A number that goes up and down.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// A number that goes up and down. Clones are the same gauge.
///
/// # Examples
///
/// ```
/// use secure_runtime::metrics::Registry;
///
/// let registry = Registry::new();
/// let queue = registry.gauge("queue_length", "Jobs that wait.")?;
/// queue.set(4.0);
/// queue.sub(1.0);
/// assert_eq!(queue.value(), 3.0);
/// # Ok::<(), secure_runtime::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicU64>);

impl Gauge {
    /// Sets the number.
    #[inline]
    pub fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Ordering::Relaxed);
    }

    /// Sets the number to a moment: seconds since 1970.
    pub fn set_time(&self, moment: SystemTime) {
        self.set(unix_seconds(moment));
    }

    /// Adds to the number.
    #[inline]
    pub fn add(&self, value: f64) {
        add_f64(&self.0, value);
    }

    /// Takes from the number.
    #[inline]
    pub fn sub(&self, value: f64) {
        self.add(-value);
    }

    /// The number.
    #[must_use]
    pub fn value(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// Seconds since 1970, negative before.
pub(super) fn unix_seconds(moment: SystemTime) -> f64 {
    match moment.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}

/// Adds to a number that is kept as its bits.
#[inline]
pub(super) fn add_f64(bits: &AtomicU64, value: f64) {
    let mut seen = bits.load(Ordering::Relaxed);
    loop {
        let sum = (f64::from_bits(seen) + value).to_bits();
        match bits.compare_exchange_weak(seen, sum, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return,
            Err(now) => seen = now,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_seconds() {
        let gauge = Gauge::default();
        gauge.set_time(UNIX_EPOCH + Duration::from_millis(1_500));
        assert_eq!(gauge.value(), 1.5);
        gauge.set_time(UNIX_EPOCH - Duration::from_secs(2));
        assert_eq!(gauge.value(), -2.0);
    }

    #[test]
    fn threads_add_without_loss() {
        let gauge = Gauge::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1_000).for_each(|_| gauge.add(1.0)));
            }
        });
        assert_eq!(gauge.value(), 4_000.0);
    }
}
