//! The words of the answer.

use std::fmt;

use http::StatusCode;

/// How the service is, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Every check passed.
    Healthy,
    /// It serves, but something optional fails, something works badly, or a critical check has begun to fail.
    Degraded,
    /// A critical check has failed too often in a row, or has no recent result.
    Unhealthy,
    /// It does not serve yet, or a critical check has not reported yet.
    Starting,
    /// It is about to stop and takes no new work.
    Draining,
}

impl Status {
    /// The word in the answer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Unhealthy => "unhealthy",
            Self::Starting => "starting",
            Self::Draining => "draining",
        }
    }

    /// Whether the service takes requests: healthy or degraded.
    #[must_use]
    pub const fn is_serving(self) -> bool {
        matches!(self, Self::Healthy | Self::Degraded)
    }

    /// 200 while the service takes requests, otherwise 503, so that `curl -f` and orchestrators see it.
    #[must_use]
    pub const fn code(self) -> StatusCode {
        if self.is_serving() {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The reason why a check is not healthy, in words that are safe to show, unlike an error's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It returned an error.
    Failed,
    /// It panicked.
    Panicked,
    /// It was cut off.
    TimedOut,
    /// Its last result is too old to rely on.
    Stale,
    /// It passes again, but not yet often enough in a row.
    Recovering,
}

impl Reason {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::TimedOut => "timeout",
            Self::Stale => "stale",
            Self::Recovering => "recovering",
        }
    }
}
