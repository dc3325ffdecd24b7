//! TLS for the main listener: 1.2 and 1.3, with a certificate that can be exchanged while running.

mod der;
mod file;
#[cfg(feature = "audit")]
mod look;
mod pair;
mod pem;
mod reload;

use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::server::ResolvesServerCert;
use tokio_rustls::rustls::{self, ServerConfig, version};

#[cfg(feature = "audit")]
pub(crate) use self::look::{Look, certificates};
pub(super) use self::pair::read_pair;
pub(super) use self::reload::{Certificate, Reload};

/// Protocols in order of preference (RFC 7301).
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The settings of every handshake.
///
/// Versions and cipher suites are rustls's own, which are all AEAD with forward secrecy. Early data stays off: it can be
/// replayed (RFC 8446 §8).
fn config(resolver: Arc<dyn ResolvesServerCert>) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    config.alpn_protocols = ALPN.iter().map(|protocol| protocol.to_vec()).collect();
    // Tickets keep the session with the client: resumption without a cache that attackers could fill. Their key is
    // made here and changes every few hours.
    config.ticketer = ring::Ticketer::new()?;
    config.send_tls13_tickets = 1;
    Ok(config)
}
