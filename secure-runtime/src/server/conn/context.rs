//! What the connections of a server share.

use std::time::{Duration, Instant};

use super::deadline::Timeouts;
use crate::server::incident::Incidents;

/// What the connections of a server share.
#[derive(Debug)]
pub(in crate::server) struct Context {
    /// The server's start.
    pub(in crate::server) epoch: Instant,
    pub(in crate::server) timeouts: Timeouts,
    pub(in crate::server) body_timeout: Duration,
    #[cfg(feature = "tls")]
    pub(in crate::server) handshake_timeout: Duration,
    /// Unanswered requests that an HTTP/2 client may cancel.
    pub(in crate::server) max_cancelled: u32,
    pub(in crate::server) http: super::http::Http,
    pub(in crate::server) incidents: Incidents,
}

#[cfg(test)]
impl Context {
    /// The defaults.
    pub(in crate::server) fn for_tests(epoch: Instant) -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self::new(&crate::server::ServerSettings::default(), epoch))
    }
}

impl Context {
    pub(in crate::server) fn new(settings: &crate::server::ServerSettings, epoch: Instant) -> Self {
        Self {
            epoch,
            timeouts: Timeouts {
                header: settings.header_timeout,
                write: settings.write_timeout,
                keep_alive: settings.keep_alive_timeout,
                min_rate: settings.min_rate,
            },
            body_timeout: settings.body_timeout,
            #[cfg(feature = "tls")]
            handshake_timeout: settings.handshake_timeout,
            max_cancelled: settings.http2_max_cancelled,
            http: super::http::Http::new(settings),
            incidents: Incidents::new(epoch),
        }
    }
}
