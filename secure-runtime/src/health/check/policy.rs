//! The way in which a check is run, and the effect of its failure.

use std::time::Duration;

/// The way in which a check is run, and the effect of its failure.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use secure_runtime::health::Policy;
///
/// // Runs once a minute; the search may be down without the service being down.
/// let policy = Policy::optional().period(Duration::from_secs(60)).timeout(Duration::from_secs(2)).failure_threshold(2);
/// assert!(!policy.is_critical());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Policy {
    critical: bool,
    pub(in crate::health) period: Option<Duration>,
    pub(in crate::health) timeout: Option<Duration>,
    pub(in crate::health) failure_threshold: Option<u32>,
    pub(in crate::health) success_threshold: Option<u32>,
}

impl Policy {
    /// A check of something that the service cannot serve without: while it is unhealthy, readiness is 503.
    pub const fn critical() -> Self {
        Self {
            critical: true,
            period: None,
            timeout: None,
            failure_threshold: None,
            success_threshold: None,
        }
    }

    /// A check of something that the service can do without: while it fails, the service is `degraded`, with 200.
    pub const fn optional() -> Self {
        Self {
            critical: false,
            period: None,
            timeout: None,
            failure_threshold: None,
            success_threshold: None,
        }
    }

    /// Sets the time from the start of one run to the start of the next; by default that of the settings.
    pub const fn period(mut self, period: Duration) -> Self {
        self.period = Some(period);
        self
    }

    /// Sets the time after which a run is cut off and has failed; by default that of the settings. It is never more than half of the period.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how many runs in a row must fail before the check is unhealthy; by default that of the settings.
    ///
    /// One means that each failure counts at once. Use it for a check that reads a state of the process itself, not a network.
    pub const fn failure_threshold(mut self, runs: u32) -> Self {
        self.failure_threshold = Some(runs);
        self
    }

    /// Sets how many runs in a row must pass before an unhealthy check is healthy again; by default that of the settings.
    pub const fn success_threshold(mut self, runs: u32) -> Self {
        self.success_threshold = Some(runs);
        self
    }

    /// Returns `true` if the service cannot serve while the check is unhealthy.
    #[must_use]
    pub const fn is_critical(&self) -> bool {
        self.critical
    }
}
