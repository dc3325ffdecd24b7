//! How much is allowed, in how much time.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

use super::{error::InvalidQuota, parse};

/// How many requests are allowed in how much time.
///
/// There are two kinds, and the word `burst` tells them apart:
///
/// - **`10 per hour`** is a *window*: at most 10 in any 60 minutes, wherever the 60 minutes begin. For
///   sensitive actions, where the number is a promise.
/// - **`5/s burst 20`** is a *rate* (the generic cell rate algorithm, GCRA): 20 at once, and one more
///   every 200 ms. For traffic, which comes in bursts. In any time *t* at most 20 + *t* / 200 ms pass.
///
/// # As text
///
/// A count, `/` or `per`, and a time: `10/h`, `10 per hour`, `100 per 15 minutes`, `1000/d`, with
/// `burst` and a count for a rate. Times are whole numbers of `s`, `m`, `h` or `d`, or written out.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use secure_runtime::limit::Quota;
///
/// let quota: Quota = "10 per hour".parse()?;
/// assert_eq!(quota, Quota::window(10, Duration::from_secs(3600))?);
///
/// let quota: Quota = "5/s burst 20".parse()?;
/// assert_eq!(quota, Quota::rate(5, Duration::from_secs(1), 20)?);
/// assert_eq!(quota.to_string(), "5/s burst 20");
///
/// let refused = "10 per fortnight".parse::<Quota>().unwrap_err();
/// assert_eq!(refused.to_string(), "the time of a quota is written as s, m, h, d, or 15m, 15 minutes");
/// # Ok::<(), secure_runtime::limit::InvalidQuota>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    count: NonZeroU32,
    period: Duration,
    /// `None` for a window.
    burst: Option<NonZeroU32>,
}

impl Quota {
    /// What a client may do unless an operator says otherwise: `50/s burst 200`.
    pub(super) const CLIENT: Self = Self {
        count: NonZeroU32::new(50).unwrap(),
        period: Duration::from_secs(1),
        burst: NonZeroU32::new(200),
    };
    /// The most requests that a window may allow.
    pub const MAX_WINDOW: u32 = 500_000;
    /// The most requests that a rate may allow, a period or at once.
    pub const MAX_RATE: u32 = 1_000_000_000;
    /// The longest period.
    pub const MAX_PERIOD: Duration = Duration::from_secs(366 * 24 * 60 * 60);
    /// The shortest period.
    pub const MIN_PERIOD: Duration = Duration::from_secs(1);

    /// At most `count` in any `period`.
    ///
    /// # Errors
    ///
    /// A count of 0 or over [`MAX_WINDOW`](Self::MAX_WINDOW) (a rate can allow more), or a period outside
    /// [`MIN_PERIOD`](Self::MIN_PERIOD) to [`MAX_PERIOD`](Self::MAX_PERIOD).
    pub fn window(count: u32, period: Duration) -> Result<Self, InvalidQuota> {
        let count = NonZeroU32::new(count).ok_or_else(InvalidQuota::zero)?;
        if count.get() > Self::MAX_WINDOW {
            return Err(InvalidQuota::large_window());
        }
        Self::check_period(period)?;
        Ok(Self {
            count,
            period,
            burst: None,
        })
    }

    /// `burst` at once, and `count` more in each `period`, evenly spread.
    ///
    /// # Errors
    ///
    /// A count or burst of 0 or over [`MAX_RATE`](Self::MAX_RATE), or a period outside
    /// [`MIN_PERIOD`](Self::MIN_PERIOD) to [`MAX_PERIOD`](Self::MAX_PERIOD), or a burst that would take
    /// longer than `MAX_PERIOD` to come back.
    pub fn rate(count: u32, period: Duration, burst: u32) -> Result<Self, InvalidQuota> {
        let count = NonZeroU32::new(count).ok_or_else(InvalidQuota::zero)?;
        let burst = NonZeroU32::new(burst).ok_or_else(InvalidQuota::zero)?;
        if count.max(burst).get() > Self::MAX_RATE {
            return Err(InvalidQuota::large_rate());
        }
        Self::check_period(period)?;
        let quota = Self {
            count,
            period,
            burst: Some(burst),
        };
        if quota.refill_nanos() > Self::MAX_PERIOD.as_nanos() {
            return Err(InvalidQuota::slow_burst());
        }
        Ok(quota)
    }

    fn check_period(period: Duration) -> Result<(), InvalidQuota> {
        if (Self::MIN_PERIOD..=Self::MAX_PERIOD).contains(&period) {
            Ok(())
        } else {
            Err(InvalidQuota::period())
        }
    }

    /// How many requests can pass at once: the count of a window, the burst of a rate.
    #[must_use]
    pub const fn capacity(&self) -> u32 {
        match self.burst {
            Some(burst) => burst.get(),
            None => self.count.get(),
        }
    }

    /// The time after which a used-up quota is whole again: the period of a window; for a rate, what the
    /// burst takes to come back.
    #[must_use]
    pub fn window_length(&self) -> Duration {
        match self.burst {
            None => self.period,
            // Bounded by `MAX_PERIOD`, so it fits.
            Some(_) => Duration::from_nanos(u64::try_from(self.refill_nanos()).unwrap_or(u64::MAX)),
        }
    }

    /// The count, each [`period`](Self::period).
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count.get()
    }

    /// The period of the [`count`](Self::count).
    #[must_use]
    pub const fn period(&self) -> Duration {
        self.period
    }

    /// The burst of a rate; `None` for a window.
    #[must_use]
    pub const fn burst(&self) -> Option<u32> {
        match self.burst {
            Some(burst) => Some(burst.get()),
            None => None,
        }
    }

    /// Nanoseconds until one more request of a rate is allowed, rounded up, so that the rate is never
    /// exceeded.
    pub(super) fn interval_nanos(&self) -> u64 {
        let nanos = self.period.as_nanos().div_ceil(u128::from(self.count.get()));
        // A period is at most 366 days: 3.2e16 ns.
        u64::try_from(nanos).unwrap_or(u64::MAX)
    }

    fn refill_nanos(&self) -> u128 {
        u128::from(self.interval_nanos()) * u128::from(self.capacity())
    }
}

impl FromStr for Quota {
    type Err = InvalidQuota;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse::quota(text)
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, parse::Period(self.period))?;
        match self.burst {
            Some(burst) => write!(f, " burst {burst}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(Quota::window(0, HOUR).is_err());
        assert!(Quota::window(Quota::MAX_WINDOW + 1, HOUR).is_err());
        assert!(Quota::window(1, Duration::from_millis(999)).is_err());
        assert!(Quota::window(1, Quota::MAX_PERIOD + Duration::from_nanos(1)).is_err());
        assert!(Quota::rate(0, HOUR, 1).is_err());
        assert!(Quota::rate(1, HOUR, 0).is_err());
        assert!(Quota::rate(1, HOUR, 366 * 24 + 1).is_err());
        assert!(Quota::rate(Quota::MAX_RATE + 1, HOUR, 1).is_err());
    }

    #[test]
    fn extremes_are_accepted() {
        assert!(Quota::window(Quota::MAX_WINDOW, Quota::MAX_PERIOD).is_ok());
        assert!(Quota::rate(1, Quota::MAX_PERIOD, 1).is_ok());
        let fastest = Quota::rate(Quota::MAX_RATE, Quota::MIN_PERIOD, Quota::MAX_RATE).unwrap();
        assert_eq!(fastest.interval_nanos(), 1);
    }

    #[test]
    fn an_interval_is_rounded_up() {
        let quota = Quota::rate(3, Duration::from_secs(1), 3).unwrap();
        assert_eq!(quota.interval_nanos(), 333_333_334);
        assert_eq!(quota.window_length(), Duration::from_nanos(1_000_000_002));
    }
}
