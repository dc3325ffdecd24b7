//! Accepts, secures and drains connections.
//!
//! [`Server`] serves a tower service over HTTP/1 and HTTP/2 (on TLS by ALPN, on plain TCP and unix sockets with prior
//! knowledge), with everything limited that a client could use up:
//!
//! 1. **Time.** A TLS handshake, a header, each wait for a piece of a body, each wait for the client to take a piece of the
//!    response and the idle time between requests have timeouts; a client that keeps within them but sends or takes less
//!    than a lowest rate is cut off too. How long the service itself takes is its own affair.
//! 2. **Connections.** A listener has a limit, and a client has one. A full listener closes the connection that has been
//!    quiet longest for a newcomer, and when all are at work it keeps a reserve for health checks.
//! 3. **Memory.** Headers, buffers, HTTP/2 streams and windows are bounded, so that thousands of idle and slow clients fit
//!    into a few dozen megabytes.
//! 4. **Floods.** HTTP/2 clients that reset streams, and clients that only cancel, lose the connection. What goes wrong is
//!    counted ([`Handle::stats`]), and logged at most once in ten seconds for each kind.
//!
//! There are up to four listeners: *main*; *metrics*, which only reads; *admin*, which only this machine reaches and only a
//! token opens ([`Admin`]); *redirect*, which sends plain http to https and answers health checks itself.
//! [`Server::serve`] tells how a server ends. Every request carries a [`Connection`](crate::connection::Connection) in its
//! extensions.
//!
//! # PROXY protocol
//!
//! With the feature `proxy-protocol` a load balancer that hands on TCP connections can say whose they are (HAProxy's
//! protocol, versions 1 and 2), on the main and redirect listeners, before TLS:
//!
//! 1. Only peers within `PROXY_PROTOCOL_NETWORKS` are asked, and unix sockets as soon as any network is set. Of everyone else
//!    the header is a malformed request, and never believed.
//! 2. Those must: a connection without a valid header in time is closed, so that nobody passes for the balancer by silence.
//! 3. The address that is announced becomes the [`Connection`](crate::connection::Connection)'s peer, and so the client of
//!    limits, logs and everything else. `TRUSTED_PROXIES` is then asked about *that* address.
//! 4. `LOCAL` and `UNKNOWN`, a balancer's own health checks, stay the balancer's.
//!
//! # Caveats
//!
//! What hyper answers by itself — 400 to a malformed request, 431 to a header that is too large — passes no layer and
//! carries no header of theirs; so do the 503 of a full listener, the redirect, and the 400 to an HTTP/1.1 request that does
//! not have exactly one `Host` (RFC 9112 §3.2). Such answers have no body.
//!
//! A panic in the service ends its HTTP/1 connection or HTTP/2 stream without an answer, and nothing else; a layer that
//! catches it answers with a 500. Built with `panic = "abort"` it ends the process.
//!
//! A connection that was upgraded (a WebSocket) is the service's: it counts towards the limits and the drain waits for it,
//! but no timeout holds.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use secure_config::SecureConfig;
//! use secure_runtime::server::{Server, ServerSettings};
//!
//! // From the environment in a service; from a list here.
//! let settings = ServerSettings::loader().vars([("PORT", "0"), ("HEADER_TIMEOUT", "5s")]).load()?;
//! assert_eq!(settings.header_timeout, Duration::from_secs(5));
//! assert_eq!(settings.keep_alive_timeout, Duration::from_secs(75));
//!
//! // What cannot work is refused when the listeners are bound, all of it at once.
//! let mut settings = settings;
//! settings.admin_addr = Some("0.0.0.0".parse()?);
//! settings.redirect_port = Some(8000);
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let error = Server::builder(settings).bind().await.unwrap_err();
//! assert!(error.is_setting());
//! assert!(error.to_string().contains("ADMIN_ADDR: must be a loopback address or a unix socket"));
//! assert!(error.to_string().contains("REDIRECT_PORT: is set without TLS"));
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accept;
mod address;
mod admin;
mod body;
mod boxed;
mod builder;
mod clock;
mod conn;
mod error;
mod handle;
mod host;
mod hyper_service;
mod incident;
mod limit;
mod listen;
mod mode;
mod notify;
#[cfg(feature = "proxy-protocol")]
pub(crate) mod proxy_protocol;
mod race;
mod reload;
#[expect(clippy::module_inception, reason = "the type that the module is named for")]
mod server;
mod settings;
mod signals;
#[cfg(feature = "tls")]
pub(crate) mod tls;
mod validate;

pub use self::address::{BindAddr, BoundAddr, InvalidBindAddr};
pub use self::admin::{ActionError, Admin};
pub use self::body::{BodyError, RequestBody, ResponseBody};
pub use self::builder::Builder;
pub use self::error::ServerError;
pub use self::handle::{Handle, Reloading};
pub use self::hyper_service::{HyperService, from_hyper};
pub use self::incident::Stats;
pub use self::reload::ReloadError;
pub use self::server::Server;
pub use self::settings::ServerSettings;
