//! Where the time comes from.

use std::{
    cell::Cell,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
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

    /// The moment at which a request came, if one of the layers has noted it: so a request reads the clock once for all of them, and
    /// counts from when it was there.
    #[inline]
    pub(super) fn at(&self, arrived: Option<Instant>) -> Now<'_> {
        match (&self.0, arrived) {
            (Source::System, Some(arrived)) => Now {
                coarse: None,
                exact: Cell::new(Some(system::nanos(arrived))),
                clock: self,
            },
            _ => self.now(),
        }
    }

    fn exact(&self) -> u64 {
        match &self.0 {
            Source::System => system::nanos(Instant::now()),
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
    #[inline]
    pub(super) fn exact(&self) -> Span {
        let nanos = self.exact.get().unwrap_or_else(|| {
            let nanos = self.clock.exact();
            self.exact.set(Some(nanos));
            nanos
        });
        Span::exact(nanos)
    }
}

mod system {
    use std::{
        sync::LazyLock,
        time::{Duration, Instant},
    };

    /// A moment, and what the cheap clock counts it as.
    static ORIGIN: LazyLock<(Instant, u64)> = LazyLock::new(|| {
        // In this order the cheap clock is never ahead of the exact one; and of several tries the one that nothing came between.
        let read = |_| {
            let (instant, nanos) = (Instant::now(), monotonic());
            (instant.elapsed(), instant, nanos)
        };
        let (_, instant, nanos) = (1..4).map(read).fold(read(0), Ord::min);
        (instant, nanos)
    });

    /// Nanoseconds up to `instant`; enough for 584 years of uptime.
    #[inline]
    pub(super) fn nanos(instant: Instant) -> u64 {
        let &(origin, nanos) = &*ORIGIN;
        match instant.checked_duration_since(origin) {
            Some(after) => nanos.wrapping_add(count(after)),
            // A request that came before the first one was counted.
            None => nanos.saturating_sub(count(origin.duration_since(instant))),
        }
    }

    /// A duration in nanoseconds. No `as_nanos`: its 128 bits are not needed.
    #[inline]
    fn count(time: Duration) -> u64 {
        time.as_secs()
            .wrapping_mul(1_000_000_000)
            .wrapping_add(u64::from(time.subsec_nanos()))
    }

    #[cfg(target_os = "linux")]
    pub(super) use linux::coarse;
    #[cfg(target_os = "linux")]
    use linux::monotonic;

    #[cfg(target_os = "linux")]
    mod linux {
        //! Both clocks of Linux count from the same moment.

        use rustix::time::{ClockId, Timespec, clock_gettime};

        #[inline]
        pub(in super::super) fn coarse() -> Option<u64> {
            Some(nanos(clock_gettime(ClockId::MonotonicCoarse)))
        }

        pub(super) fn monotonic() -> u64 {
            nanos(clock_gettime(ClockId::Monotonic))
        }

        /// The kernel gives no negative times.
        #[inline]
        fn nanos(time: Timespec) -> u64 {
            (time.tv_sec as u64)
                .wrapping_mul(1_000_000_000)
                .wrapping_add(time.tv_nsec as u64)
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn coarse() -> Option<u64> {
        None
    }

    /// Far enough from 0 for a request that came before the first one was counted.
    #[cfg(not(target_os = "linux"))]
    fn monotonic() -> u64 {
        1 << 60
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
    fn a_request_counts_from_when_it_came() {
        let clock = Clock::system();
        let before = clock.now().exact();
        let arrived = Instant::now();
        let after = clock.now().exact();
        let at = clock.at(Some(arrived));
        assert!(before.from <= at.exact().from && at.exact().from <= after.from);
        assert_eq!(at.about(), at.exact());
        // One that nothing has noted counts from now, and a test's clock knows nothing of the system's.
        assert!(clock.at(None).exact().from >= after.from);
        let manual = Clock::manual();
        assert_eq!(manual.at(Some(arrived)).exact(), Span::exact(0));
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
