//! Time, as a parameter.

use std::time::{Instant, SystemTime};

/// What a ring takes the time from; in tests, something that goes when it is told to.
pub trait Clock: Send + Sync + 'static {
    /// Time that never jumps: graces are counted by it.
    fn monotonic(&self) -> Instant;

    /// The time of day: tokens are issued at it.
    fn wall(&self) -> SystemTime;
}

/// The clocks of the system.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn monotonic(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }
}
