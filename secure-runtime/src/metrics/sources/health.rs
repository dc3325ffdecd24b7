//! Health checks, as `health_check_up` and `health_check_consecutive_failures`.

use super::super::{Metrics, error::MetricsError, name::Kind};
use crate::health::{Health, Status};

impl Metrics {
    /// Shows each check of a service's health: `health_check_up{check="database"}` is 1 until the check is unhealthy, and
    /// `health_check_consecutive_failures{check="database"}` counts its failed runs in a row.
    ///
    /// # Errors
    ///
    /// It is shown already.
    pub fn watch_health(&self, health: &Health) -> Result<(), MetricsError> {
        let (checks, failures, whole) = (health.clone(), health.clone(), health.clone());
        self.registry().labelled_from(
            "health_check_up",
            "Whether a check is healthy or degraded, and not unhealthy.",
            Kind::Gauge,
            "check",
            move |show| checks.each_check(|check, status, _| show(check, u64::from(is_up(status)))),
        )?;
        self.registry().labelled_from(
            "health_check_consecutive_failures",
            "Failed runs of a check in a row.",
            Kind::Gauge,
            "check",
            move |show| failures.each_check(|check, _, failures| show(check, failures.into())),
        )?;
        self.registry()
            .gauge_from("health_up", "Whether the service takes requests.", move || {
                Some(f64::from(u8::from(whole.status().is_serving())))
            })
    }
}

/// A check that works, if badly, is up.
fn is_up(status: Status) -> bool {
    status.is_serving()
}
