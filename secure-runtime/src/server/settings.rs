//! What an operator can set of the server.

use std::path::PathBuf;
use std::time::Duration;

use super::address::BindAddr;

/// Addresses, certificates, timeouts and limits of a [`Server`](super::Server).
///
/// The defaults are meant for production. A port of 0 takes any free one; each listener logs its address as a line
/// `listening`. `None` as a port leaves that listener out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ServerSettings {
    /// `BIND_ADDR`: where the main listener binds. Unset: loopback in development, `[::]` (every address of both
    /// families) otherwise.
    pub bind_addr: Option<BindAddr>,
    /// `PORT` of the main listener; 8080.
    pub port: u16,
    /// `METRICS_ADDR`: where the metrics listener binds. Unset: loopback.
    pub metrics_addr: Option<BindAddr>,
    /// `METRICS_PORT`: there is no metrics listener without it, unless `metrics_addr` is a unix socket.
    pub metrics_port: Option<u16>,
    /// `ADMIN_ADDR`: where the admin listener binds, loopback or a unix socket (mode 0600). Unset: loopback.
    pub admin_addr: Option<BindAddr>,
    /// `ADMIN_PORT`: there is no admin listener without it, unless `admin_addr` is a unix socket.
    pub admin_port: Option<u16>,
    /// `ADMIN_EXPOSED`: allows `admin_addr` to be an address that other machines reach.
    pub admin_exposed: bool,
    /// `UNIX_SOCKET_MODE`: permission bits of the main and metrics listeners' unix sockets; 0o660. The admin
    /// listener's is always 0600.
    pub unix_socket_mode: u32,

    /// `TLS_CERT_PATH`: PEM file of the certificate chain, leaf first. With it the main listener speaks https.
    pub tls_cert_path: Option<PathBuf>,
    /// `TLS_KEY_PATH`: PEM file of the certificate's private key.
    pub tls_key_path: Option<PathBuf>,
    /// `TLS_RELOAD_INTERVAL`: how often both files are looked at for new content; 30 s, zero for never.
    pub tls_reload_interval: Duration,
    /// `REDIRECT_PORT`: a plain http listener that sends everyone to https.
    pub redirect_port: Option<u16>,
    /// `REDIRECT_HOST`: `host` or `host:port` that redirects point to. Unset: the first name in the certificate that
    /// is not a wildcard, with the main listener's port. It is never the request's `Host` header.
    pub redirect_host: Option<String>,

    /// `HANDSHAKE_TIMEOUT`: for a TLS handshake; 10 s.
    pub handshake_timeout: Duration,
    /// `HEADER_TIMEOUT`: from the first byte of a request (or the accept of the connection) to the end of its
    /// header; 10 s.
    pub header_timeout: Duration,
    /// `BODY_TIMEOUT`: for each wait for more of a request's body; 20 s.
    pub body_timeout: Duration,
    /// `WRITE_TIMEOUT`: for a client to take more of a response; 30 s.
    pub write_timeout: Duration,
    /// `MIN_RATE`: bytes a second that a client must send or take on average, once the body or write timeout has been
    /// used up; 240 (as Kestrel), 0 for no minimum. Time that the service itself needs does not count.
    pub min_rate: u32,
    /// `KEEP_ALIVE_TIMEOUT`: how long a connection may idle between requests; 75 s, above the 60 s of common load
    /// balancers, so that the balancer closes first.
    pub keep_alive_timeout: Duration,
    /// `DRAIN_DELAY`: from "not ready" to closing the listeners, for load balancers to notice. Unset: 5 s, and none in
    /// development.
    pub drain_delay: Option<Duration>,
    /// `DRAIN_TIMEOUT`: from the signal to the exit, the delay included; 25 s, below the 30 s of Kubernetes.
    pub drain_timeout: Duration,

    /// `MAX_CONNECTIONS` of the main listener; 10,000, or what the process's file descriptors allow if that is less.
    pub max_connections: usize,
    /// `MAX_CONNECTIONS_PER_CLIENT`: of one address (IPv6: one /64); 256, 0 for no limit. Loopback and private addresses
    /// are exempt, for these are proxies more often than clients.
    pub max_connections_per_client: usize,
    /// `RESERVED_CONNECTIONS`: accepted on the main listener beyond `max_connections`, for health checks only, and the
    /// limit of each of the other listeners; 64.
    pub reserved_connections: usize,
    /// `MAX_HEADER_SIZE`: bytes of a request's header, and of what an HTTP/1 connection buffers each way; 16 KiB, at
    /// least 8 KiB.
    pub max_header_size: usize,
    /// `MAX_HEADERS`: fields of an HTTP/1 request's header; 100. Another value costs an allocation a request.
    pub max_headers: usize,
    /// `HTTP2_MAX_STREAMS`: concurrent streams of a connection; 128.
    pub http2_max_streams: u32,
    /// `HTTP2_MAX_RESETS`: streams that a client may have reset before the service saw them; 20.
    pub http2_max_resets: usize,
    /// `HTTP2_MAX_CANCELLED`: a connection is closed once a client has reset more than this many unanswered requests
    /// and more than half of all; 200.
    pub http2_max_cancelled: u32,
    /// `HTTP2_STREAM_WINDOW`: bytes of body that a stream may send ahead of the service; 128 KiB.
    pub http2_stream_window: u32,
    /// `HTTP2_CONNECTION_WINDOW`: the same for all streams of a connection together; 256 KiB.
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
