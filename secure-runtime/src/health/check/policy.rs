//! How a check is run and what its failure means.

use std::time::Duration;

/// How a check is run and what its failure means.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use secure_runtime::health::Policy;
///
/// // Asked once a minute; the search may be down without the service being down.
/// let policy = Policy::optional().period(Duration::from_secs(60)).timeout(Duration::from_secs(2));
/// assert!(!policy.is_critical());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Policy {
    critical: bool,
    pub(in crate::health) period: Option<Duration>,
    pub(in crate::health) timeout: Option<Duration>,
}

impl Policy {
    /// Without this dependency the service cannot serve: its failure answers 503.
    pub const fn critical() -> Self {
        Self {
            critical: true,
            period: None,
            timeout: None,
        }
    }

    /// The service can do without this dependency: its failure is `degraded`, with 200.
    pub const fn optional() -> Self {
        Self {
            critical: false,
            period: None,
            timeout: None,
        }
    }

    /// From the start of one run to the start of the next; that of the settings if unsaid.
    pub const fn period(mut self, period: Duration) -> Self {
        self.period = Some(period);
        self
    }

    /// A run that takes longer is cut off and has failed; that of the settings if unsaid. At most half of the period, whatever is said here.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Whether a failure means that the service cannot serve.
    #[must_use]
    pub const fn is_critical(&self) -> bool {
        self.critical
    }
}
