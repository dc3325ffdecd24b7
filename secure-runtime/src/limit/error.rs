//! Why a quota or a set of rules is refused.

use std::fmt;

/// A quota that makes no sense, with the reason. It does not quote the text that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidQuota(Reason);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Form,
    Time,
    Zero,
    LargeWindow,
    LargeRate,
    Period,
    SlowBurst,
}

impl InvalidQuota {
    pub(super) const fn form() -> Self {
        Self(Reason::Form)
    }

    pub(super) const fn time() -> Self {
        Self(Reason::Time)
    }

    pub(super) const fn zero() -> Self {
        Self(Reason::Zero)
    }

    pub(super) const fn large_window() -> Self {
        Self(Reason::LargeWindow)
    }

    pub(super) const fn large_rate() -> Self {
        Self(Reason::LargeRate)
    }

    pub(super) const fn period() -> Self {
        Self(Reason::Period)
    }

    pub(super) const fn slow_burst() -> Self {
        Self(Reason::SlowBurst)
    }
}

impl fmt::Display for InvalidQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Reason::Form => "a quota is written as 10 per hour, 100/15m or 5/s burst 20",
            Reason::Time => "the time of a quota is written as s, m, h, d, or 15m, 15 minutes",
            Reason::Zero => "a quota of 0 allows nothing",
            Reason::LargeWindow => {
                "a window allows at most 500000 requests; a rate with a burst can allow more"
            }
            Reason::LargeRate => "at most 1000000000 requests",
            Reason::Period => "a period is from 1 second to 366 days",
            Reason::SlowBurst => "the burst would take more than 366 days to come back at this rate",
        })
    }
}

impl std::error::Error for InvalidQuota {}

/// Rules that cannot be, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitError(Vec<String>);

impl LimitError {
    pub(super) fn new(problems: Vec<String>) -> Self {
        Self(problems)
    }

    /// Every reason, in the order of the rules.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for LimitError {}
