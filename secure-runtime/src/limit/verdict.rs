//! What a limiter answers.

use std::{fmt, time::Duration};

use super::algorithm::Outcome;

/// One request is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    remaining: u32,
    more_in_nanos: u64,
}

impl Allowance {
    #[cfg(feature = "valkey")]
    pub(crate) fn new(remaining: u32, more_in: Duration) -> Self {
        Self {
            remaining,
            more_in_nanos: nanos(more_in),
        }
    }

    /// How many more are allowed right now.
    #[must_use]
    pub const fn remaining(&self) -> u32 {
        self.remaining
    }

    /// How long until more are allowed than now; zero if nothing is used.
    #[must_use]
    pub const fn more_in(&self) -> Duration {
        Duration::from_nanos(self.more_in_nanos)
    }
}

/// A request is over its quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    retry_after_nanos: u64,
}

impl Refusal {
    #[cfg(feature = "valkey")]
    pub(crate) fn after(wait: Duration) -> Self {
        Self {
            retry_after_nanos: nanos(wait),
        }
    }

    /// How long to wait. Another request before that is refused, too, and changes nothing.
    #[must_use]
    pub const fn retry_after(&self) -> Duration {
        Duration::from_nanos(self.retry_after_nanos)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "over the quota; to be tried again in {} s",
            whole_seconds(self.retry_after())
        )
    }
}

impl std::error::Error for Refusal {}

impl From<Outcome> for Result<Allowance, Refusal> {
    #[inline]
    fn from(outcome: Outcome) -> Self {
        if outcome.allowed {
            Ok(Allowance {
                remaining: outcome.remaining,
                more_in_nanos: outcome.more_in,
            })
        } else {
            Err(Refusal {
                retry_after_nanos: outcome.more_in,
            })
        }
    }
}

#[cfg(feature = "valkey")]
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Seconds, rounded up: who comes back then is not refused for a fraction.
pub(super) const fn whole_seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add((time.subsec_nanos() > 0) as u64)
}
