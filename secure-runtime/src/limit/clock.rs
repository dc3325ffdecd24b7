//! Where the time comes from.

use std::{
    cell::Cell,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Where a limiter reads the time: the system's monotonic clock, or a test's.
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
#[derive(Clone, Default)]
pub struct Clock(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<Manual>),
}

#[derive(Default)]
struct Manual {
    nanos: AtomicU64,
    /// By how much the cheap reading is late.
    lag: AtomicU64,
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
        Self(Source::Manual(Arc::default()))
    }

    /// Moves a manual clock on; the system's clock takes no notice.
    pub fn advance(&self, time: Duration) {
        if let Source::Manual(manual) = &self.0 {
            let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
            manual.nanos.fetch_add(time, Ordering::Relaxed);
        }
    }

    /// Makes the cheap reading late.
    #[cfg(test)]
    pub(super) fn set_lag(&self, lag: u64) {
        if let Source::Manual(manual) = &self.0 {
            manual.lag.store(lag, Ordering::Relaxed);
        }
    }

    #[inline]
    pub(super) fn now(&self) -> Now<'_> {
        Now {
            coarse: match &self.0 {
                Source::System => system::coarse(),
                Source::Manual(manual) => {
                    let nanos = manual.nanos.load(Ordering::Relaxed);
                    Some(nanos.saturating_sub(manual.lag.load(Ordering::Relaxed)))
                }
            },
            exact: Cell::new(None),
            clock: self,
        }
    }

    fn exact(&self) -> u64 {
        match &self.0 {
            Source::System => system::exact(),
            Source::Manual(manual) => manual.nanos.load(Ordering::Relaxed),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Clock(system)",
            Source::Manual(_) => "Clock(manual)",
        })
    }
}

/// A stretch of time, in nanoseconds since some fixed moment, that has the present in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Span {
    /// How much later than a cheap reading the present may be. Linux updates the cheap clock every 1 to
    /// 10 ms; the rest is for a virtual machine that was halted meanwhile.
    pub(super) const SLACK: u64 = 100_000_000;

    pub(super) const fn exact(nanos: u64) -> Self {
        Self {
            from: nanos,
            to: nanos,
        }
    }
}

/// The present, read as exactly as it is asked for, and the same each time.
///
/// To read a clock exactly costs as much as everything else about a check. The clock of the last tick costs
/// a tenth, and nearly always settles the matter.
pub(super) struct Now<'a> {
    coarse: Option<u64>,
    exact: Cell<Option<u64>>,
    clock: &'a Clock,
}

impl Now<'_> {
    /// About now.
    #[inline]
    pub(super) fn about(&self) -> Span {
        match self.coarse {
            Some(from) => Span {
                from,
                to: from + Span::SLACK,
            },
            None => self.exact(),
        }
    }

    /// Now.
    #[cold]
    pub(super) fn exact(&self) -> Span {
        let nanos = self.exact.get().unwrap_or_else(|| {
            let nanos = self.clock.exact();
            self.exact.set(Some(nanos));
            nanos
        });
        Span::exact(nanos)
    }
}

#[cfg(target_os = "linux")]
mod system {
    //! Both clocks of Linux count from the same moment.

    use rustix::time::{ClockId, Timespec, clock_gettime};

    #[inline]
    pub(super) fn coarse() -> Option<u64> {
        Some(nanos(clock_gettime(ClockId::MonotonicCoarse)))
    }

    pub(super) fn exact() -> u64 {
        nanos(clock_gettime(ClockId::Monotonic))
    }

    /// Enough for 584 years of uptime; the kernel gives no negative times.
    #[inline]
    fn nanos(time: Timespec) -> u64 {
        (time.tv_sec as u64)
            .wrapping_mul(1_000_000_000)
            .wrapping_add(time.tv_nsec as u64)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::{sync::OnceLock, time::Instant};

    pub(super) fn coarse() -> Option<u64> {
        None
    }

    pub(super) fn exact() -> u64 {
        static START: OnceLock<Instant> = OnceLock::new();
        let time = START.get_or_init(Instant::now).elapsed();
        u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_is_in_the_span() {
        let clock = Clock::system();
        for _ in 0..1_000 {
            let before = clock.now().exact();
            let about = clock.now().about();
            let after = clock.now().exact();
            assert!(about.from <= after.from, "{about:?} {after:?}");
            assert!(before.from <= about.to, "{before:?} {about:?}");
        }
    }

    #[test]
    fn the_present_is_read_once() {
        let clock = Clock::manual();
        let now = clock.now();
        let exact = now.exact();
        clock.advance(Duration::from_secs(1));
        assert_eq!(now.exact(), exact);
    }

    #[test]
    fn time_goes_on() {
        let clock = Clock::system();
        let first = clock.now().exact().from;
        std::thread::sleep(Duration::from_millis(20));
        assert!(clock.now().exact().from >= first + 20_000_000);
        assert!(clock.now().about().from > first);
    }
}
