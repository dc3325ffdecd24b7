//! What is known of the connection a request came in on.
//!
//! # Rules
//!
//! 1. It says what this process saw by itself: the peer, whether its own TLS carried the request, which listener took it.
//! 2. The one exception is a load balancer's PROXY header, where the server was told to believe that balancer.
//! 3. Of a peer on a unix socket there is no address. Loopback proves nothing: a proxy on the same machine has it, too.
//! 4. With another server, such as `axum::serve`, give `ClientLayer::peer_from` the extension that holds the address of the peer, or
//!    insert a [`Connection`] into each request yourself. Without it no client is known and no request is secure.
//!
//! # Examples
//!
//! ```
//! use secure_runtime::connection::{Connection, Listener};
//!
//! let connection = Connection::new(Some("203.0.113.7:50000".parse()?)).with_tls(true);
//! let mut request = http::Request::new(());
//! request.extensions_mut().insert(connection);
//!
//! let seen = request.extensions().get::<Connection>().expect("the server has put it there");
//! assert!(seen.is_tls());
//! assert_eq!(seen.listener(), Listener::Main);
//! assert_eq!(Connection::default().peer(), None);
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

use std::net::SocketAddr;

/// The face of the service that accepted a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Listener {
    /// The service itself.
    #[default]
    Main,
    /// Scrapes and health details, read-only.
    Metrics,
    /// Maintenance, log level, reload; loopback or a unix socket.
    Admin,
    /// Plain http that only redirects to https.
    Redirect,
}

impl Listener {
    /// The name used in log lines: `main`, `metrics`, `admin` or `redirect`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Metrics => "metrics",
            Self::Admin => "admin",
            Self::Redirect => "redirect",
        }
    }
}

/// The connection that a request came in on: an extension of every request that the server hands on.
///
/// It says only what this process saw by itself, or was told by a load balancer's PROXY header that the server believes. What a
/// proxy claims in a request is judged by the `client` module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    peer: Option<SocketAddr>,
    tls: bool,
    listener: Listener,
}

impl Connection {
    /// A plain connection to the main listener from `peer`; `None` for a unix socket.
    #[must_use]
    pub const fn new(peer: Option<SocketAddr>) -> Self {
        Self {
            peer,
            tls: false,
            listener: Listener::Main,
        }
    }

    /// The same connection, secured by this process's own TLS or not.
    #[must_use]
    pub const fn with_tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// The same connection, accepted by `listener`.
    #[must_use]
    pub const fn with_listener(mut self, listener: Listener) -> Self {
        self.listener = listener;
        self
    }

    /// The address at the other end; `None` for a unix socket.
    #[must_use]
    pub const fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// Whether TLS secures the connection: this process's own, or a load balancer's whose PROXY header says so.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// The listener that accepted it.
    #[must_use]
    pub const fn listener(&self) -> Listener {
        self.listener
    }
}

impl From<SocketAddr> for Connection {
    /// A plain connection from this peer.
    fn from(peer: SocketAddr) -> Self {
        Self::new(Some(peer))
    }
}

impl From<Option<SocketAddr>> for Connection {
    /// A plain connection from this peer; `None` for a unix socket.
    fn from(peer: Option<SocketAddr>) -> Self {
        Self::new(peer)
    }
}
