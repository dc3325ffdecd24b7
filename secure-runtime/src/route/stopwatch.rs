//! How long a request takes.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Runs from when it is made until it is first read: layers that tell of the same request read the clock once, and agree.
#[derive(Debug)]
pub(super) struct Stopwatch {
    started: Instant,
    took: OnceLock<Duration>,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            took: OnceLock::new(),
        }
    }
}

impl Stopwatch {
    #[inline]
    pub(super) fn read(&self) -> Duration {
        *self.took.get_or_init(|| self.started.elapsed())
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
