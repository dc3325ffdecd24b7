//! Who is calling: the peer, or what trusted proxies say of it.
//!
//! [`ClientLayer`] resolves each request once, and [`Client::of`] returns the result to everything below:
//! the caller's address, whether its connection is known to be secure, and whether the peer is a trusted
//! proxy, whose word counts. It needs the [`Connection`] that the server of this crate inserts; with another
//! server, such as `axum::serve`, name the extension that holds the peer: [`ClientLayer::peer_from`].
//!
//! # Rules
//!
//! 1. Nothing is trusted unless [`TrustedProxies`] says so. A stranger's `X-Forwarded-For` is ignored,
//!    and reported in the log once, if it comes with one of the first thousand requests.
//! 2. One family of headers is read, the one the proxies write ([`ForwardedHeader`]). A proxy passes
//!    the other one on as the caller sent it, so reading both would let anyone choose an address.
//! 3. Addresses are read from the right, where the nearest proxy writes. With a list of networks the
//!    client is the first address that is no trusted proxy; with a number of hops it is the entry at
//!    that place.
//! 4. What cannot be read is not guessed: the client is then the last address that a trusted proxy
//!    vouched for, in the end the peer. It is reported in the log once, unless the proxy withholds the address (`unknown`, `_hidden`).
//!    Ports, brackets and quotes around an address are read. At most 32 entries are looked at.
//! 5. The request is known to be secure when this process's own TLS carried it; where a trusted proxy
//!    speaks for a client, when it says `https` for it and nothing else.
//! 6. A peer on a unix socket is a proxy of this host: trusted as soon as any proxy is.
//! 7. Behind a load balancer that speaks the PROXY protocol the peer is whom it announces (the `server` module's feature
//!    `proxy-protocol`), and so the one that is asked whether it is a trusted proxy.
//!
//! # Security
//!
//! - With [`TrustedProxies::hops`] every peer counts as a proxy. The port must then be out of reach for
//!   anyone else; prefer [`TrustedProxies::networks`].
//! - A proxy that adds `X-Forwarded-For` and leaves `X-Forwarded-Proto` alone lets the caller claim
//!   `https`. Make it overwrite both.
//!
//! # Examples
//!
//! ```
//! use http::Request;
//! use secure_runtime::{client::{Client, ClientLayer, TrustedProxies}, connection::Connection};
//! use tower_layer::Layer;
//! use tower_service::Service;
//!
//! # #[derive(Clone)] struct Echo;
//! # impl Service<Request<()>> for Echo {
//! #     type Response = Client; type Error = (); type Future = std::future::Ready<Result<Client, ()>>;
//! #     fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), ()>> { std::task::Poll::Ready(Ok(())) }
//! #     fn call(&mut self, r: Request<()>) -> Self::Future { std::future::ready(Ok(Client::of(r.extensions()))) }
//! # }
//! # futures_block(async {
//! let layer = ClientLayer::new(TrustedProxies::networks(["10.0.0.0/8"])?);
//! let request = Request::builder()
//!     .extension(Connection::new(Some("10.1.2.3:50000".parse()?)))
//!     .header("x-forwarded-for", "198.51.100.9, 203.0.113.7") // the left one is the caller's own claim
//!     .body(())?;
//!
//! let client = layer.layer(Echo).call(request).await.unwrap();
//! assert_eq!(client.ip(), Some("203.0.113.7".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! # fn futures_block<F: std::future::Future>(f: F) -> F::Output {
//! #     let mut f = Box::pin(f); let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
//! #     loop { if let std::task::Poll::Ready(out) = f.as_mut().poll(&mut cx) { return out } }
//! # }
//! ```

mod address;
mod forwarded;
mod key;
mod layer;
mod network;
mod proxies;
mod resolve;
mod service;
mod settings;
#[cfg(any(feature = "access-log", feature = "events"))]
pub(crate) mod text;
mod unknown;

use std::net::IpAddr;

use http::Extensions;

use crate::connection::Connection;

#[cfg(any(feature = "maintenance", feature = "server"))]
pub(crate) use self::proxies::networks;
#[cfg(any(feature = "limit", feature = "maintenance"))]
pub(crate) use self::unknown::UnknownPeer;
pub use self::{
    key::ClientKey,
    layer::ClientLayer,
    network::{Network, ParseNetworkError},
    proxies::{ForwardedHeader, ParseForwardedHeaderError, ParseProxiesError, TrustedProxies},
    service::ResolveClient,
    settings::ClientSettings,
};

/// The caller of a request, as [`ClientLayer`] resolved it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Client {
    ip: Option<IpAddr>,
    secure: bool,
    proxied: bool,
}

impl Client {
    /// The client of a request with these extensions.
    ///
    /// Without a [`ClientLayer`] above it is the peer itself, and with no
    /// [`Connection`] either it is nobody: no address, not secure.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        match extensions.get::<Self>() {
            Some(client) => *client,
            None => extensions
                .get::<Connection>()
                .map(Self::direct)
                .unwrap_or_default(),
        }
    }

    /// Whether the client of a request with these extensions [is secure](Self::is_secure).
    ///
    /// The same as asking [`of`](Self::of) for it, without making the rest.
    #[cfg(feature = "headers")]
    pub(crate) fn is_secure_in(extensions: &Extensions) -> bool {
        match extensions.get::<Self>() {
            Some(client) => client.secure,
            None => extensions.get::<Connection>().is_some_and(Connection::is_tls),
        }
    }

    /// The client that is at the other end of the connection.
    fn direct(connection: &Connection) -> Self {
        Self {
            ip: connection.peer().map(|peer| peer.ip().to_canonical()),
            secure: connection.is_tls(),
            proxied: false,
        }
    }

    /// Its address; `None` for a caller on a unix socket that says nothing of its own client.
    ///
    /// An IPv4 address that came in on an IPv6 socket (`::ffff:…`) is an IPv4 address here.
    #[must_use]
    pub const fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// What to count it under; see [`ClientKey`].
    #[must_use]
    pub const fn key(&self) -> ClientKey {
        ClientKey::new(self.ip)
    }

    /// Whether the caller's own connection is known to be secure (https).
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether the peer is a trusted proxy, so that what it says of the request counts.
    #[must_use]
    pub const fn is_proxied(&self) -> bool {
        self.proxied
    }
}
