//! Reloads of the settings, and what became of them.

use secure_config::reload::Live;

use super::super::{Metrics, error::MetricsError, gauge::unix_seconds, name::Kind};

impl Metrics {
    /// Shows what became of reloads: `config_reloads_total{result="refused"}`, whether the newest passed, when the set in force
    /// came into force, and how many variables wait for a restart.
    ///
    /// # Errors
    ///
    /// It is shown already.
    pub fn watch_reload<T: Send + Sync + 'static>(&self, live: &Live<T>) -> Result<(), MetricsError> {
        let registry = self.registry();
        let settings = live.clone();
        registry.labelled_from(
            "config_reloads_total",
            "Reloads of the settings, by what became of them.",
            Kind::Counter,
            "result",
            move |show| {
                let status = settings.status();
                show("exchanged", status.exchanged);
                show("unchanged", status.unchanged);
                show("refused", status.refused);
            },
        )?;
        let settings = live.clone();
        registry.gauge_from(
            "config_last_reload_successful",
            "Whether the newest reload passed.",
            move || Some(f64::from(u8::from(settings.status().refusal.is_none()))),
        )?;
        let settings = live.clone();
        registry.gauge_from(
            "config_last_change_timestamp_seconds",
            "When the settings in force came into force, in seconds since 1970.",
            move || Some(unix_seconds(settings.status().since)),
        )?;
        let settings = live.clone();
        registry.gauge_from(
            "config_pending_restart",
            "How many variables have changed and need a restart.",
            move || Some(settings.status().pending_restart.len() as f64),
        )
    }
}
