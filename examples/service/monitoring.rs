//! What Prometheus reads on the metrics listener.

use secure_config::reload::Live;
use secure_runtime::health::Health;
use secure_runtime::limit::LimitLayer;
use secure_runtime::log;
use secure_runtime::metrics::{Metrics, MetricsError};
use secure_runtime::server::{Handle, ServerSettings};

use crate::settings::Settings;

/// The metrics of the service and of the process.
pub fn metrics(settings: &Settings) -> Result<Metrics, MetricsError> {
    let metrics = Metrics::new(&settings.metrics)?;
    metrics.build_info([("version", env!("CARGO_PKG_VERSION"))])?;
    if metrics.is_enabled() && !has_listener(&settings.server) {
        tracing::warn!("PROMETHEUS_ENABLED is on, but without METRICS_PORT nobody can scrape");
    }
    Ok(metrics)
}

fn has_listener(settings: &ServerSettings) -> bool {
    settings.metrics_port.is_some() || settings.metrics_addr.is_some()
}

/// Shows what the other parts count.
pub fn watch(
    metrics: &Metrics,
    live: &Live<Settings>,
    health: &Health,
    limits: &LimitLayer,
    server: &Handle,
) -> Result<(), MetricsError> {
    metrics.watch_events()?;
    metrics.watch_reload(live)?;
    metrics.watch_health(health)?;
    metrics.watch_limits(limits)?;
    metrics.watch_server(server)?;
    match log::handle() {
        Some(log) => metrics.watch_log(&log),
        None => Ok(()),
    }
}
