//! What an operator can set of the server.

use std::num::ParseIntError;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secure_config::SecureConfig;

use super::address::BindAddr;
use super::validate;
use crate::client::{Network, networks};

/// Addresses, certificates, timeouts and limits of a [`Server`](super::Server).
///
/// The defaults are meant for production. A port of 0 takes any free one; each listener logs its address as a line
/// `listening`. `None` as a port leaves that listener out. A server is made once, so a change of any needs a restart; the files of the
/// certificate are read again.
///
/// A load checks everything that [`Builder::bind`](super::Builder::bind) checks, the certificate's files included: loaded settings are
/// refused there only when a file has changed since, or an address is in use.
#[derive(Clone, Debug, PartialEq, SecureConfig)]
#[secure(check = validate::drain(drain_delay, drain_timeout))]
#[secure(check = validate::admin(admin_addr, admin_exposed))]
#[secure(check = validate::proxy_protocol(proxy_protocol_networks))]
#[secure(check = validate::certificate(tls_cert_path, tls_key_path), check = validate::redirect_name(redirect_port, redirect_host, tls_cert_path, tls_key_path))]
#[secure(check = validate::redirect(redirect_port, tls_cert_path, bind_addr))]
#[secure(check = validate::listeners(bind_addr, port, metrics_addr, metrics_port, admin_addr, admin_port, redirect_port))]
#[non_exhaustive]
pub struct ServerSettings {
    /// `BIND_ADDR`: where the main listener binds. Unset: loopback in development, `[::]` (every address of both
    /// families) otherwise.
    #[secure(env = "BIND_ADDR", parse = BindAddr::from_str, needs_restart)]
    pub bind_addr: Option<BindAddr>,
    /// `PORT` of the main listener; 8080.
    #[secure(env = "PORT", default = 8080, needs_restart)]
    pub port: u16,
    /// `METRICS_ADDR`: where the metrics listener binds. Unset: loopback.
    #[secure(env = "METRICS_ADDR", parse = BindAddr::from_str, needs_restart)]
    pub metrics_addr: Option<BindAddr>,
    /// `METRICS_PORT`: there is no metrics listener without it, unless `metrics_addr` is a unix socket.
    #[secure(env = "METRICS_PORT", needs_restart)]
    pub metrics_port: Option<u16>,
    /// `ADMIN_ADDR`: where the admin listener binds, loopback or a unix socket (mode 0600). Unset: loopback.
    #[secure(env = "ADMIN_ADDR", parse = BindAddr::from_str, needs_restart)]
    pub admin_addr: Option<BindAddr>,
    /// `ADMIN_PORT`: there is no admin listener without it, unless `admin_addr` is a unix socket.
    #[secure(env = "ADMIN_PORT", needs_restart)]
    pub admin_port: Option<u16>,
    /// `ADMIN_EXPOSED`: allows `admin_addr` to be an address that other machines reach.
    #[secure(env = "ADMIN_EXPOSED", default = false, needs_restart)]
    pub admin_exposed: bool,
    /// `UNIX_SOCKET_MODE`: permission bits of the main and metrics listeners' unix sockets; 0o660. The admin
    /// listener's is always 0600.
    #[secure(env = "UNIX_SOCKET_MODE", default = "0660", parse = octal, validate = validate::permission_bits, needs_restart)]
    pub unix_socket_mode: u32,

    /// `TLS_CERT_PATH`: PEM file of the certificate chain, leaf first. With it the main listener speaks https.
    #[secure(env = "TLS_CERT_PATH", needs_restart)]
    pub tls_cert_path: Option<PathBuf>,
    /// `TLS_KEY_PATH`: PEM file of the certificate's private key.
    #[secure(env = "TLS_KEY_PATH", needs_restart)]
    pub tls_key_path: Option<PathBuf>,
    /// `TLS_RELOAD_INTERVAL`: how often both files are looked at for new content; 30 s, zero for never.
    #[secure(env = "TLS_RELOAD_INTERVAL", default = "30s", validate = validate::interval, needs_restart)]
    pub tls_reload_interval: Duration,
    /// `REDIRECT_PORT`: a plain http listener that sends everyone to https.
    #[secure(env = "REDIRECT_PORT", needs_restart)]
    pub redirect_port: Option<u16>,
    /// `REDIRECT_HOST`: `host` or `host:port` that redirects point to. Unset: the first name in the certificate that
    /// is not a wildcard, with the main listener's port. It is never the request's `Host` header.
    #[secure(env = "REDIRECT_HOST", validate = validate::redirect_host, needs_restart)]
    pub redirect_host: Option<String>,

    /// `PROXY_PROTOCOL_NETWORKS`: load balancers whose connections begin with a PROXY header that says whose they are
    /// (`10.0.0.0/8, fd00::/8`), or `none`. From these a connection without one is closed; from others none is believed.
    #[secure(env = "PROXY_PROTOCOL_NETWORKS", default = "none", parse = networks, needs_restart)]
    pub proxy_protocol_networks: Vec<Network>,
    /// `PROXY_PROTOCOL_TIMEOUT`: for that header; 5 s.
    #[secure(env = "PROXY_PROTOCOL_TIMEOUT", default = "5s", validate = validate::timeout, needs_restart)]
    pub proxy_protocol_timeout: Duration,

    /// `HANDSHAKE_TIMEOUT`: for a TLS handshake; 10 s.
    #[secure(env = "HANDSHAKE_TIMEOUT", default = "10s", validate = validate::timeout, needs_restart)]
    pub handshake_timeout: Duration,
    /// `HEADER_TIMEOUT`: from the first byte of a request (or the accept of the connection) to the end of its
    /// header; 10 s.
    #[secure(env = "HEADER_TIMEOUT", default = "10s", validate = validate::timeout, needs_restart)]
    pub header_timeout: Duration,
    /// `BODY_TIMEOUT`: for each wait for more of a request's body; 20 s.
    #[secure(env = "BODY_TIMEOUT", default = "20s", validate = validate::timeout, needs_restart)]
    pub body_timeout: Duration,
    /// `WRITE_TIMEOUT`: for a client to take more of a response; 30 s.
    #[secure(env = "WRITE_TIMEOUT", default = "30s", validate = validate::timeout, needs_restart)]
    pub write_timeout: Duration,
    /// `MIN_RATE`: bytes a second that a client must send or take on average, once the body or write timeout has been
    /// used up; 240 (as Kestrel), 0 for no minimum. Time that the service itself needs does not count.
    #[secure(env = "MIN_RATE", default = 240, needs_restart)]
    pub min_rate: u32,
    /// `KEEP_ALIVE_TIMEOUT`: how long a connection may idle between requests; 75 s, above the 60 s of common load
    /// balancers, so that the balancer closes first.
    #[secure(env = "KEEP_ALIVE_TIMEOUT", default = "75s", validate = validate::timeout, needs_restart)]
    pub keep_alive_timeout: Duration,
    /// `DRAIN_DELAY`: from "not ready" to closing the listeners, for load balancers to notice. Unset: 5 s, and none in
    /// development.
    #[secure(env = "DRAIN_DELAY", needs_restart)]
    pub drain_delay: Option<Duration>,
    /// `DRAIN_TIMEOUT`: from the signal to the exit, the delay included; 25 s, below the 30 s of Kubernetes.
    #[secure(env = "DRAIN_TIMEOUT", default = "25s", validate = validate::timeout, needs_restart)]
    pub drain_timeout: Duration,

    /// `MAX_CONNECTIONS` of the main listener; 10,000, or what the process's file descriptors allow if that is less.
    #[secure(env = "MAX_CONNECTIONS", default = 10_000, range = 1.., needs_restart)]
    pub max_connections: usize,
    /// `MAX_CONNECTIONS_PER_CLIENT`: of one address (IPv6: one /64); 256, 0 for no limit. Loopback and private addresses
    /// are exempt, for these are proxies more often than clients.
    #[secure(env = "MAX_CONNECTIONS_PER_CLIENT", default = 256, needs_restart)]
    pub max_connections_per_client: usize,
    /// `RESERVED_CONNECTIONS`: accepted on the main listener beyond `max_connections`, for health checks only, and the
    /// limit of each of the other listeners; 64.
    #[secure(env = "RESERVED_CONNECTIONS", default = 64, range = 1..=4096, needs_restart)]
    pub reserved_connections: usize,
    /// `MAX_HEADER_SIZE`: bytes of a request's header; 16 KiB.
    #[secure(env = "MAX_HEADER_SIZE", default = 16_384, range = 1024..=1_048_576, needs_restart)]
    pub max_header_size: usize,
    /// `MAX_HEADERS`: fields of an HTTP/1 request's header; 100. Another value costs an allocation a request.
    #[secure(env = "MAX_HEADERS", default = 100, range = 1..=4096, needs_restart)]
    pub max_headers: usize,
    /// `HTTP2_MAX_STREAMS`: concurrent streams of a connection; 128.
    #[secure(env = "HTTP2_MAX_STREAMS", default = 128, range = 1.., needs_restart)]
    pub http2_max_streams: u32,
    /// `HTTP2_MAX_RESETS`: streams that a client may have reset before the service saw them; 20.
    #[secure(env = "HTTP2_MAX_RESETS", default = 20, needs_restart)]
    pub http2_max_resets: usize,
    /// `HTTP2_MAX_CANCELLED`: a connection is closed once a client has reset more than this many unanswered requests
    /// and more than half of all; 200.
    #[secure(env = "HTTP2_MAX_CANCELLED", default = 200, needs_restart)]
    pub http2_max_cancelled: u32,
    /// `HTTP2_STREAM_WINDOW`: bytes of body that a stream may send ahead of the service; 128 KiB.
    #[secure(env = "HTTP2_STREAM_WINDOW", default = 131_072, range = 65_535..=2_147_483_647, needs_restart)]
    pub http2_stream_window: u32,
    /// `HTTP2_CONNECTION_WINDOW`: the same for all streams of a connection together; 256 KiB.
    #[secure(env = "HTTP2_CONNECTION_WINDOW", default = 262_144, range = 65_535..=2_147_483_647, needs_restart)]
    pub http2_connection_window: u32,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            bind_addr: None,
            port: 8080,
            metrics_addr: None,
            metrics_port: None,
            admin_addr: None,
            admin_port: None,
            admin_exposed: false,
            unix_socket_mode: 0o660,
            tls_cert_path: None,
            tls_key_path: None,
            tls_reload_interval: Duration::from_secs(30),
            redirect_port: None,
            redirect_host: None,
            proxy_protocol_networks: Vec::new(),
            proxy_protocol_timeout: Duration::from_secs(5),
            handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            write_timeout: Duration::from_secs(30),
            min_rate: 240,
            keep_alive_timeout: Duration::from_secs(75),
            drain_delay: None,
            drain_timeout: Duration::from_secs(25),
            max_connections: 10_000,
            max_connections_per_client: 256,
            reserved_connections: 64,
            max_header_size: 16 * 1024,
            max_headers: 100,
            http2_max_streams: 128,
            http2_max_resets: 20,
            http2_max_cancelled: 200,
            http2_stream_window: 128 * 1024,
            http2_connection_window: 256 * 1024,
        }
    }
}

/// Permission bits as chmod(1) takes them.
fn octal(text: &str) -> Result<u32, ParseIntError> {
    u32::from_str_radix(text.strip_prefix("0o").unwrap_or(text), 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_environment_gives_the_defaults() {
        let loaded = ServerSettings::loader().vars([("", ""); 0]).load().unwrap();
        assert_eq!(loaded, ServerSettings::default());
    }

    #[test]
    fn variables_set_what_they_name() {
        let vars = [
            ("BIND_ADDR", "[::1]"),
            ("PORT", "0"),
            ("METRICS_PORT", "0"),
            ("ADMIN_ADDR", "unix:/run/app/admin.sock"),
            ("UNIX_SOCKET_MODE", "0600"),
            ("PROXY_PROTOCOL_NETWORKS", "10.0.0.0/8, fd00::/8"),
            ("KEEP_ALIVE_TIMEOUT", "5s"),
            ("DRAIN_DELAY", "250ms"),
        ];
        let loaded = ServerSettings::loader().vars(vars).load().unwrap();
        let want = ServerSettings {
            bind_addr: Some("::1".parse().unwrap()),
            port: 0,
            metrics_port: Some(0),
            admin_addr: Some(BindAddr::Unix("/run/app/admin.sock".into())),
            unix_socket_mode: 0o600,
            proxy_protocol_networks: ["10.0.0.0/8", "fd00::/8"]
                .map(|text| text.parse().unwrap())
                .into(),
            keep_alive_timeout: Duration::from_secs(5),
            drain_delay: Some(Duration::from_millis(250)),
            ..ServerSettings::default()
        };
        assert_eq!(loaded, want);
    }
}
