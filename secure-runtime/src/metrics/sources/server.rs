//! Connections of the server, and its certificate.

use super::super::{Metrics, error::MetricsError, gauge::unix_seconds, name::Kind};
use crate::server::Handle;

impl Metrics {
    /// Shows the connections of a server, what went wrong with them, its reloads, and when its certificate expires.
    ///
    /// # Errors
    ///
    /// It is shown already.
    pub fn watch_server(&self, server: &Handle) -> Result<(), MetricsError> {
        let registry = self.registry();
        let handle = server.clone();
        registry.gauge_from("connections_open", "Connections open now.", move || {
            Some(handle.stats().connections as f64)
        })?;
        let handle = server.clone();
        registry.counter_from("connections_accepted_total", "Connections accepted.", move || {
            handle.stats().accepted
        })?;
        let handle = server.clone();
        registry.labelled_from(
            "connection_incidents_total",
            "What went wrong with connections, by kind.",
            Kind::Counter,
            "kind",
            move |show| {
                let stats = handle.stats();
                show("refused", stats.refused);
                show("evicted", stats.evicted);
                show("health_only", stats.health_only);
                show("accept_error", stats.accept_errors);
                show("proxy_header_error", stats.proxy_header_errors);
                show("handshake_error", stats.handshake_errors);
                show("handshake_timeout", stats.handshake_timeouts);
                show("header_timeout", stats.header_timeouts);
                show("body_timeout", stats.body_timeouts);
                show("write_timeout", stats.write_timeouts);
                show("cancel_flood", stats.cancel_floods);
                show("protocol_error", stats.protocol_errors);
                show("service_error", stats.service_errors);
                show("panic", stats.panics);
            },
        )?;
        let handle = server.clone();
        registry.labelled_from(
            "reloads_total",
            "Times that configuration and certificates were read again, by result.",
            Kind::Counter,
            "result",
            move |show| {
                let stats = handle.stats();
                show("done", stats.reloads);
                show("refused", stats.reloads_refused);
            },
        )?;
        let handle = server.clone();
        registry.counter_from(
            "certificates_refused_total",
            "Certificates that were found in place of the one in use and are no good.",
            move || handle.stats().certificates_refused,
        )?;
        let handle = server.clone();
        registry.gauge_from(
            "certificate_expiry_timestamp_seconds",
            "When the certificate in use expires, in seconds since 1970.",
            move || handle.certificate_expiry().map(unix_seconds),
        )
    }
}
