//! Health checks, as `health_check_up`.

use super::super::{Metrics, error::MetricsError, name::Kind};
use crate::health::{Health, Status};

impl Metrics {
    /// Shows each check of a service's health: `health_check_up{check="database"}` is 1 while it passes.
    ///
    /// # Errors
    ///
    /// It is shown already.
    pub fn watch_health(&self, health: &Health) -> Result<(), MetricsError> {
        let (checks, whole) = (health.clone(), health.clone());
        self.registry().labelled_from(
            "health_check_up",
            "Whether a check passes.",
            Kind::Gauge,
            "check",
            move |show| checks.each_check(|check, status| show(check, u64::from(is_up(status)))),
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
