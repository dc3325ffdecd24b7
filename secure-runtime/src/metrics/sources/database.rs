//! The pool of a database.

use super::super::{Metrics, error::MetricsError, name::Kind};
use crate::database::Pool;

impl Metrics {
    /// Shows the pool of a database: `db_pool_connections`, `db_pool_idle_connections`, `db_pool_max_connections`, and
    /// `db_pool_failures_total{reason="exhausted"}` for those who got no connection.
    ///
    /// # Errors
    ///
    /// Another pool is shown already.
    pub fn watch_database(&self, pool: &impl Pool) -> Result<(), MetricsError> {
        let registry = self.registry();
        let shown = pool.clone();
        registry.gauge_from(
            "db_pool_connections",
            "Connections of the pool, used or not.",
            move || Some(f64::from(shown.state().connections)),
        )?;
        let shown = pool.clone();
        registry.gauge_from(
            "db_pool_idle_connections",
            "Connections that nobody uses.",
            move || Some(f64::from(shown.state().idle)),
        )?;
        let shown = pool.clone();
        registry.gauge_from("db_pool_max_connections", "Connections at most.", move || {
            Some(f64::from(shown.state().max))
        })?;
        let shown = pool.clone();
        registry.labelled_from(
            "db_pool_failures_total",
            "Requests for a connection that got none, by reason.",
            Kind::Counter,
            "reason",
            move |show| {
                shown
                    .failures()
                    .for_each(|(kind, count)| show(kind.as_str(), count));
            },
        )
    }
}
