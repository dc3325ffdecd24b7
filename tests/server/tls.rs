//! TLS: versions, protocols, exchanged certificates, and the redirect.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, KeyPair};
use secure_runtime::connection::Listener;
use secure_runtime::server::{Server, ServerSettings};
use tests::Scratch;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};

use crate::client::Client;
use crate::running::{eventually, settings, start, within};

/// A certificate and its key, on disk.
pub(crate) struct Files {
    directory: Scratch,
    pub(crate) certificate: CertificateDer<'static>,
}

impl Files {
    pub(crate) fn new() -> Self {
        let directory = Scratch::new();
        let certificate = write(&directory, &["*.example", "localhost"]);
        Self {
            directory,
            certificate,
        }
    }

    pub(crate) fn settings(&self) -> ServerSettings {
        let mut settings = settings();
        settings.tls_cert_path = Some(self.path("cert.pem"));
        settings.tls_key_path = Some(self.path("key.pem"));
        settings.tls_reload_interval = Duration::from_millis(50);
        settings
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

fn write(directory: &Scratch, names: &[&str]) -> CertificateDer<'static> {
    let key = KeyPair::generate().expect("a key");
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = CertificateParams::new(names)
        .and_then(|params| params.self_signed(&key))
        .expect("a certificate");
    fs::write(directory.join("cert.pem"), certificate.pem()).expect("written");
    fs::write(directory.join("key.pem"), key.serialize_pem()).expect("written");
    certificate.der().clone()
}

async fn connect_with(
    addr: SocketAddr,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    alpn: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    handshake(TcpStream::connect(addr).await?, trusted, versions, alpn).await
}

async fn handshake(
    stream: TcpStream,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    alpn: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).expect("a certificate");
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("known versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let name = "localhost".try_into().expect("a name");
    within(TlsConnector::from(Arc::new(config)).connect(name, stream)).await
}

/// The same over a connection that has begun with something else.
pub(crate) async fn connect_over(
    stream: TcpStream,
    trusted: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    handshake(stream, trusted, BOTH, &["http/1.1"]).await
}

/// A connection as most clients make it.
pub(crate) async fn connect(
    addr: SocketAddr,
    trusted: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    connect_with(addr, trusted, BOTH, &["http/1.1"]).await
}

const BOTH: &[&SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];

#[tokio::test(flavor = "multi_thread")]
async fn speaks_both_versions_and_both_protocols() {
    let files = Files::new();
    let server = start(files.settings()).await;
    for version in [&version::TLS12, &version::TLS13] {
        let stream = connect_with(server.addr, &files.certificate, &[version], &["http/1.1"])
            .await
            .unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        let mut client = Client::new(stream);
        assert_eq!(client.get("/connection").await.body, "main 127.0.0.1 tls=true");
        assert_eq!(client.get("/").await.body, "hello");
    }
    let stream = connect_with(server.addr, &files.certificate, BOTH, &["h2", "http/1.1"])
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("https://localhost/").body(()).unwrap();
    let (response, _) = client.send_request(request, true).unwrap();
    assert_eq!(within(response).await.unwrap().status(), 200);

    assert!(
        connect_with(server.addr, &files.certificate, BOTH, &["smtp"])
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn older_versions_are_refused() {
    let files = Files::new();
    let server = start(files.settings()).await;
    // ClientHellos that offer TLS 1.1 and 1.0 at most, without extensions; the suites are of their time.
    for minor in [1, 2] {
        let random = [7; 32];
        let mut hello = vec![3, minor];
        hello.extend(random);
        hello.extend([0, 0, 4, 0, 0x2f, 0, 0x35, 1, 0]);
        let mut record = vec![22, 3, 1, 0, hello.len() as u8 + 4, 1, 0, 0, hello.len() as u8];
        record.extend(&hello);
        let mut client = Client::connect(server.addr).await;
        client.send(&record).await;
        use tokio::io::AsyncReadExt;
        let mut alert = Vec::new();
        let _ = within(client.stream.read_to_end(&mut alert)).await;
        assert_eq!(alert.first(), Some(&21), "an alert, no ServerHello");
    }
    eventually(|| server.handle.stats().handshake_errors == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_takes_too_long_ends() {
    let files = Files::new();
    let mut settings = files.settings();
    settings.handshake_timeout = Duration::from_millis(300);
    let server = start(settings).await;
    let mut silent = Client::connect(server.addr).await;
    let mut half = Client::connect(server.addr).await;
    half.send([22, 3, 1, 2, 0, 1]).await;
    assert_eq!((silent.rest().await, half.rest().await), (0, 0));
    assert_eq!(server.handle.stats().handshake_timeouts, 2);
    let mut plain = Client::connect(server.addr).await;
    plain.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    plain.rest().await;
    assert_eq!(server.handle.stats().handshake_errors, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_pair_is_used_and_open_connections_go_on() {
    let files = Files::new();
    let server = start(files.settings()).await;
    let old = connect_with(server.addr, &files.certificate, BOTH, &[])
        .await
        .unwrap();
    let mut old = Client::new(old);
    assert_eq!(old.get("/").await.status, 200);
    let expiry = server.handle.certificate_expiry().unwrap();
    assert!(expiry > SystemTime::now());

    let new = write(&files.directory, &["localhost"]);
    within(async {
        while connect_with(server.addr, &new, BOTH, &[]).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(
        connect_with(server.addr, &files.certificate, BOTH, &[])
            .await
            .is_err()
    );
    assert_eq!(old.get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_pair_keeps_the_old_one() {
    let files = Files::new();
    let mut settings = files.settings();
    settings.tls_reload_interval = Duration::ZERO;
    let server = start(settings).await;
    let good = fs::read(files.path("cert.pem")).unwrap();
    let other = Scratch::new();
    write(&other, &["localhost"]);
    let another_key = fs::read(other.join("key.pem")).unwrap();
    let key = fs::read(files.path("key.pem")).unwrap();

    for (certificate, key, fault) in [
        (&good[..], &another_key[..], "does not belong"),
        (b"", &key, "certificate file"),
        (
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            &key,
            "certificate file",
        ),
        (&good, b"a secret that must not be quoted", "key file"),
        (&good, &key[..key.len() / 2], "key file"),
    ] {
        fs::write(files.path("cert.pem"), certificate).unwrap();
        fs::write(files.path("key.pem"), key).unwrap();
        let error = server.handle.reload_certificate().unwrap_err().to_string();
        assert!(error.contains(fault), "{error}");
        assert!(!error.contains("secret that"), "{error}");
        assert!(
            connect_with(server.addr, &files.certificate, BOTH, &[])
                .await
                .is_ok()
        );
    }
    fs::remove_file(files.path("key.pem")).unwrap();
    assert!(
        server
            .handle
            .reload_certificate()
            .unwrap_err()
            .to_string()
            .contains("key.pem")
    );
    fs::write(files.path("key.pem"), &key).unwrap();
    fs::write(files.path("cert.pem"), &good).unwrap();
    server.handle.reload_certificate().unwrap();
    assert_eq!(server.handle.reload_certificate(), Ok(false), "nothing changed");
    assert!(
        connect_with(server.addr, &files.certificate, BOTH, &[])
            .await
            .is_ok()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swapped_symlink_is_noticed() {
    let files = Files::new();
    let root = Scratch::new();
    let (first, second) = (root.join("first"), root.join("second"));
    for target in [&first, &second] {
        fs::create_dir(target).unwrap();
    }
    for name in ["cert.pem", "key.pem"] {
        fs::copy(files.path(name), first.join(name)).unwrap();
    }
    let new = write(&files.directory, &["localhost"]);
    for name in ["cert.pem", "key.pem"] {
        fs::copy(files.path(name), second.join(name)).unwrap();
    }
    // As Kubernetes lays out a mounted secret.
    let data = root.join("..data");
    std::os::unix::fs::symlink("first", &data).unwrap();
    let mut settings = files.settings();
    settings.tls_cert_path = Some(data.join("cert.pem"));
    settings.tls_key_path = Some(data.join("key.pem"));
    settings.tls_reload_interval = Duration::ZERO;
    let server = start(settings).await;
    let staged = root.join("..data_tmp");
    std::os::unix::fs::symlink("second", &staged).unwrap();
    fs::rename(&staged, &data).unwrap();
    assert_eq!(server.handle.reload_certificate(), Ok(true));
    assert!(connect_with(server.addr, &new, BOTH, &[]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_cannot_be_used_is_refused_when_bound() {
    let files = Files::new();
    fs::write(files.path("key.pem"), "not a key, but maybe a secret").unwrap();
    let error = Server::builder(files.settings()).bind().await.unwrap_err();
    assert!(
        error.is_setting() && !error.to_string().contains("maybe a secret"),
        "{error}"
    );
    let mut settings = files.settings();
    settings.tls_key_path = None;
    assert!(Server::builder(settings).bind().await.unwrap_err().is_setting());
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_sent_to_the_certificates_name_and_health_is_answered() {
    let files = Files::new();
    let mut settings = files.settings();
    settings.redirect_port = Some(0);
    let server = start(settings).await;
    let mut client = Client::connect(server.addr_of(Listener::Redirect)).await;
    let port = server.addr.port();
    for (request, location) in [
        ("GET /a?b=c HTTP/1.1\r\nhost: evil.example\r\n\r\n", "/a?b=c"),
        (
            "POST / HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 0\r\n\r\n",
            "/",
        ),
        (
            "GET http://evil.example/x HTTP/1.1\r\nhost: evil.example\r\n\r\n",
            "/x",
        ),
    ] {
        client.send(request).await;
        let response = client.response().await.unwrap();
        assert_eq!(response.status, 308);
        let want = format!("https://localhost:{port}{location}");
        assert_eq!(response.header("location"), Some(want.as_str()));
        assert!(
            response.header("strict-transport-security").is_none(),
            "RFC 6797 forbids it here"
        );
    }
    let health = client.get("/health").await;
    assert_eq!((health.status, health.body.as_str()), (200, "healthy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_redirect_host_can_be_set_and_must_be_one() {
    let files = Files::new();
    let mut settings = files.settings();
    settings.redirect_port = Some(0);
    settings.redirect_host = Some("www.example.org".to_owned());
    let server = start(settings.clone()).await;
    let response = Client::connect(server.addr_of(Listener::Redirect))
        .await
        .get("/")
        .await;
    assert_eq!(response.header("location"), Some("https://www.example.org/"));
    for host in ["", "a b", "user@host", "https://host", "host/path", ":80"] {
        settings.redirect_host = Some(host.to_owned());
        let error = Server::builder(settings.clone()).bind().await.unwrap_err();
        assert!(error.is_setting(), "{host}: {error}");
    }
}
