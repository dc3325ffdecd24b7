//! The layer that resolves clients.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32},
};

use tower_layer::Layer;

use super::{
    proxies::{ForwardedHeader, TrustedProxies},
    service::ResolveClient,
    settings::ClientSettings,
};

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
    /// How many requests have been looked at for the forwarding headers of strangers.
    pub(super) looked: AtomicU32,
    /// An entry of a trusted proxy that cannot be read was reported.
    pub(super) has_dropped: AtomicBool,
}

impl ClientLayer {
    /// Resolves clients behind these proxies, which write `X-Forwarded-For`.
    pub fn new(proxies: TrustedProxies) -> Self {
        Self::with_header(proxies, ForwardedHeader::default())
    }

    /// Resolves clients behind these proxies, which write `header`.
    pub fn with_header(proxies: TrustedProxies, header: ForwardedHeader) -> Self {
        Self(Arc::new(Shared {
            proxies,
            header,
            looked: AtomicU32::new(0),
            has_dropped: AtomicBool::new(false),
        }))
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
