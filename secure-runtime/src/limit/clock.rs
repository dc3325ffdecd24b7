//! Where the time comes from.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Where a limiter reads the time: the system, or a test.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use secure_runtime::limit::{Clock, Key, Limiter};
///
/// let clock = Clock::manual();
/// let limiter = Limiter::new("1 per hour".parse()?).with_clock(clock.clone());
///
/// assert!(limiter.check(Key::user("alice")).is_ok());
/// assert!(limiter.check(Key::user("alice")).is_err());
/// clock.advance(Duration::from_secs(2 * 3600));
/// assert!(limiter.check(Key::user("alice")).is_ok());
/// # Ok::<(), secure_runtime::limit::InvalidQuota>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    /// Nanoseconds since a start that was read once.
    Manual(Instant, Arc<AtomicU64>),
}

impl Clock {
    /// The monotonic clock of the system.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is [advanced](Self::advance). Clones are the same clock.
    #[must_use]
    pub fn manual() -> Self {
        Self(Source::Manual(Instant::now(), Arc::default()))
    }

    /// Moves a manual clock on; the system's clock takes no notice.
    pub fn advance(&self, time: Duration) {
        if let Source::Manual(_, nanos) = &self.0 {
            let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
            nanos.fetch_add(time, Ordering::Relaxed);
        }
    }

    /// The time now.
    #[must_use]
    #[inline]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Source::System => Instant::now(),
            Source::Manual(start, nanos) => *start + Duration::from_nanos(nanos.load(Ordering::Relaxed)),
        }
    }
}
