//! Clients that cannot be told apart.

use std::sync::atomic::{AtomicBool, Ordering};

use http::Extensions;

use crate::connection::Connection;

/// Warns once that the address of a client is needed and is not known.
#[derive(Debug, Default)]
pub(crate) struct UnknownPeer(AtomicBool);

impl UnknownPeer {
    /// A request with these extensions has a client without an address; `effect` is what follows from that.
    #[cold]
    pub(crate) fn warn(&self, extensions: &Extensions, effect: &'static str) {
        if self.0.swap(true, Ordering::Relaxed) {
            return;
        }
        if extensions.get::<Connection>().is_some() {
            tracing::warn!(
                "the address of a client on a unix socket is unknown, so {effect}; \
                 set TRUSTED_PROXIES when a proxy connects there; said once"
            );
        } else {
            tracing::warn!(
                "the server does not report the peer of a connection, so {effect}; with axum::serve, call \
                 into_make_service_with_connect_info::<SocketAddr>() on the service and \
                 peer_from(|info: &ConnectInfo<SocketAddr>| info.0) on the ClientLayer; said once"
            );
        }
    }
}
