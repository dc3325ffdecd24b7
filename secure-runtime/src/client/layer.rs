//! The layer that resolves clients.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32},
    },
};

use http::Extensions;
use tower_layer::Layer;

use super::{
    proxies::{ForwardedHeader, TrustedProxies},
    service::ResolveClient,
    settings::ClientSettings,
    unknown::UnknownPeer,
};
use crate::connection::Connection;

/// Layer that applies [`ResolveClient`], so that [`Client::of`](super::Client::of) knows the client of each request.
///
/// See the [module](super) for the rules.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientLayer(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) proxies: TrustedProxies,
    pub(super) header: ForwardedHeader,
    /// Reads the peer where another server has put it.
    pub(super) peer: Option<ReadPeer>,
    /// How many requests have been looked at for the forwarding headers of strangers.
    pub(super) looked: AtomicU32,
    /// An entry of a trusted proxy that cannot be read was reported.
    pub(super) has_dropped: AtomicBool,
    pub(super) unknown: UnknownPeer,
}

type Read = dyn Fn(&Extensions) -> Option<Connection> + Send + Sync;

/// Reads the peer from the extensions of a request.
#[derive(Clone)]
pub(super) struct ReadPeer(Arc<Read>);

impl ReadPeer {
    /// Inserts the [`Connection`] of a request that has none.
    pub(super) fn insert(&self, extensions: &mut Extensions) {
        if extensions.get::<Connection>().is_none() {
            if let Some(connection) = (self.0)(extensions) {
                extensions.insert(connection);
            }
        }
    }
}

impl fmt::Debug for ReadPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadPeer(..)")
    }
}

impl ClientLayer {
    /// Resolves clients behind these proxies, which write `X-Forwarded-For`.
    pub fn new(proxies: TrustedProxies) -> Self {
        Self::with_header(proxies, ForwardedHeader::default())
    }

    /// Resolves clients behind these proxies, which write `header`.
    pub fn with_header(proxies: TrustedProxies, header: ForwardedHeader) -> Self {
        Self::of(proxies, header, None)
    }

    fn of(proxies: TrustedProxies, header: ForwardedHeader, peer: Option<ReadPeer>) -> Self {
        Self(Arc::new(Shared {
            proxies,
            header,
            peer,
            looked: AtomicU32::new(0),
            has_dropped: AtomicBool::new(false),
            unknown: UnknownPeer::default(),
        }))
    }

    /// Reads the peer from an extension that another server puts into each request.
    ///
    /// The server of this crate needs nothing of this: a [`Connection`] that is already there is kept. Return the address, or a whole
    /// [`Connection`] when the server also reports TLS.
    ///
    /// With `axum::serve` and `into_make_service_with_connect_info::<SocketAddr>()`, the extension is axum's `ConnectInfo`:
    ///
    /// ```
    /// use std::net::SocketAddr;
    ///
    /// use axum::extract::ConnectInfo;
    /// use secure_runtime::client::ClientLayer;
    ///
    /// let client = ClientLayer::default().peer_from(|info: &ConnectInfo<SocketAddr>| info.0);
    /// ```
    ///
    /// With tonic's server it is `TcpConnectInfo`: `.peer_from(TcpConnectInfo::remote_addr)`.
    pub fn peer_from<T, C>(self, read: impl Fn(&T) -> C + Send + Sync + 'static) -> Self
    where
        T: Send + Sync + 'static,
        C: Into<Connection>,
    {
        let read = move |extensions: &Extensions| extensions.get().map(|info| read(info).into());
        Self::of(
            self.0.proxies.clone(),
            self.0.header,
            Some(ReadPeer(Arc::new(read))),
        )
    }
}

impl Default for ClientLayer {
    /// Trusts no proxy.
    fn default() -> Self {
        Self::new(TrustedProxies::none())
    }
}

impl From<&ClientSettings> for ClientLayer {
    fn from(settings: &ClientSettings) -> Self {
        Self::with_header(settings.trusted_proxies.clone(), settings.forwarded_header)
    }
}

impl<S> Layer<S> for ClientLayer {
    type Service = ResolveClient<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ResolveClient::new(inner, self.clone())
    }
}
