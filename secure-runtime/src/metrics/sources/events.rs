//! Security events, as `security_events_total`.

use super::super::{Metrics, error::MetricsError, name::Kind};
use crate::events::Event;

impl Metrics {
    /// Shows how often each security event came: `security_events_total{event="authn_login_fail"}`.
    ///
    /// Events that never came are there with 0: of a series that begins at 1, Prometheus sees no increase, and no alert
    /// would know of the first one.
    ///
    /// # Errors
    ///
    /// It is shown already.
    pub fn watch_events(&self) -> Result<(), MetricsError> {
        self.registry().labelled_from(
            "security_events_total",
            "Security events, by their name in OWASP's logging vocabulary.",
            Kind::Counter,
            "event",
            |show| {
                Event::ALL
                    .iter()
                    .for_each(|event| show(event.name(), event.count()))
            },
        )
    }
}
