//! Refused requests, as `rate_limited_total`.

use super::super::{Metrics, error::MetricsError, name::Kind};
use crate::limit::LimitLayer;

impl Metrics {
    /// Shows how many requests each rule has refused: `rate_limited_total{rule="login"}`.
    ///
    /// # Errors
    ///
    /// Another layer is shown already.
    pub fn watch_limits(&self, limits: &LimitLayer) -> Result<(), MetricsError> {
        let limits = limits.clone();
        self.registry().labelled_from(
            "rate_limited_total",
            "Requests refused because they were over a quota.",
            Kind::Counter,
            "rule",
            move |show| limits.refused().for_each(|(rule, count)| show(rule, count)),
        )
    }
}
