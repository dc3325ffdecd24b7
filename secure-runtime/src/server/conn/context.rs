//! What the connections of a server share.

use super::deadline::Timeouts;
use super::http::Http;
use crate::server::ServerSettings;
use crate::server::clock::{Clock, Millis, millis};
use crate::server::incident::Incidents;

/// What the connections of a server share.
#[derive(Debug)]
pub(in crate::server) struct Context {
    pub(in crate::server) clock: Clock,
    pub(in crate::server) timeouts: Timeouts,
    pub(in crate::server) body_timeout: Millis,
    #[cfg(feature = "tls")]
    pub(in crate::server) handshake_timeout: Millis,
    #[cfg(feature = "proxy-protocol")]
    pub(in crate::server) proxy_protocol_timeout: Millis,
    /// Unanswered requests that an HTTP/2 client may cancel.
    pub(in crate::server) max_cancelled: u32,
    pub(in crate::server) http: Http,
    pub(in crate::server) incidents: Incidents,
}

impl Context {
    /// The context of a server that starts now.
    pub(in crate::server) fn new(settings: &ServerSettings) -> Self {
        let clock = Clock::start();
        Self {
            clock,
            timeouts: Timeouts {
                header: millis(settings.header_timeout),
                write: millis(settings.write_timeout),
                keep_alive: millis(settings.keep_alive_timeout),
                min_rate: settings.min_rate,
            },
            body_timeout: millis(settings.body_timeout),
            #[cfg(feature = "tls")]
            handshake_timeout: millis(settings.handshake_timeout),
            #[cfg(feature = "proxy-protocol")]
            proxy_protocol_timeout: millis(settings.proxy_protocol_timeout),
            max_cancelled: settings.http2_max_cancelled,
            http: Http::new(settings),
            incidents: Incidents::new(clock),
        }
    }

    /// The defaults.
    #[cfg(test)]
    pub(in crate::server) fn for_tests() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self::new(&ServerSettings::default()))
    }
}
