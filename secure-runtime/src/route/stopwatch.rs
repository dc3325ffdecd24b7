//! How long a request takes.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Runs from when it is made until it is first read: layers that tell of the same request read the clock once, and agree.
#[derive(Debug)]
pub(super) struct Stopwatch {
    started: Instant,
    /// What was read, in nanoseconds; 0 while it runs.
    took: AtomicU64,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            took: AtomicU64::new(0),
        }
    }
}

impl Stopwatch {
    #[cfg(any(feature = "limit", all(feature = "access-log", feature = "log")))]
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    #[inline]
    pub(super) fn read(&self) -> Duration {
        let took = match self.took.load(Ordering::Relaxed) {
            0 => self.stop(),
            took => took,
        };
        Duration::from_nanos(took)
    }

    fn stop(&self) -> u64 {
        let took = u64::try_from(self.started.elapsed().as_nanos())
            .unwrap_or(u64::MAX)
            .max(1);
        // Nobody reads it at the same moment: who holds a response's body ends its layers one by one.
        self.took.store(took, Ordering::Relaxed);
        took
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stops_when_it_is_first_read() {
        let watch = Stopwatch::default();
        std::thread::sleep(Duration::from_millis(2));
        let time = watch.read();
        assert!(time >= Duration::from_millis(2));
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(watch.read(), time);
    }
}
