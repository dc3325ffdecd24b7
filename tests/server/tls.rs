//! TLS: versions, protocols, exchanged certificates, and the redirect.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
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

/// An authority, an intermediate and a leaf, as PEM, with the keys of all three.
struct Chain {
    root: String,
    intermediate: String,
    leaf: String,
    leaf_key: String,
    intermediate_key: String,
    trusted: CertificateDer<'static>,
}

impl Chain {
    /// The intermediate's validity ends in so many days.
    fn ends_in(days: i64) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "root");
        let root_key = KeyPair::generate().unwrap();
        let root = params.self_signed(&root_key).unwrap();
        let root_issuer = Issuer::new(params, root_key);

        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "intermediate");
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let end = since.saturating_add_signed(days * 24 * 60 * 60);
        params.not_after = rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(end);
        let intermediate_key = KeyPair::generate().unwrap();
        let intermediate = params.signed_by(&intermediate_key, &root_issuer).unwrap();
        let intermediate_pem = intermediate_key.serialize_pem();
        let issuer = Issuer::new(params, intermediate_key);

        let leaf_key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let leaf = params.signed_by(&leaf_key, &issuer).unwrap();
        Self {
            root: root.pem(),
            intermediate: intermediate.pem(),
            leaf: leaf.pem(),
            leaf_key: leaf_key.serialize_pem(),
            intermediate_key: intermediate_pem,
            trusted: root.der().clone(),
        }
    }

    fn new() -> Self {
        Self::ends_in(300)
    }
}

/// What editors, `cat` and other tools make of PEM is served, with the whole chain.
#[tokio::test(flavor = "multi_thread")]
async fn pem_as_people_have_it_is_served() {
    let chain = Chain::new();
    let files = Files::new();
    let mut settings = files.settings();
    settings.tls_reload_interval = Duration::ZERO;
    let both = format!("{}{}", chain.leaf, chain.intermediate);
    let other_key = KeyPair::generate().unwrap().serialize_pem();
    let crlf = both.replace('\n', "\r\n");
    let indented: String = both.lines().map(|line| format!("  {line}\n")).collect();
    let sec1 = sec1(&chain.leaf_key);
    for (certificate, key) in [
        (both.clone(), chain.leaf_key.clone()),
        (crlf.clone(), chain.leaf_key.replace('\n', "\r\n")),
        (format!("\u{feff}{crlf}"), format!("\u{feff}{}", chain.leaf_key)),
        (
            format!("\n\n   \n{both}\n\n"),
            format!("\n \n{}\n", chain.leaf_key),
        ),
        (
            format!("\u{feff}{}\u{feff}{}", chain.leaf, chain.intermediate),
            chain.leaf_key.clone(),
        ),
        (indented, chain.leaf_key.clone()),
        (
            format!("subject=CN = localhost\n{both}"),
            format!("Bag Attributes\n{}", chain.leaf_key),
        ),
        // One file for both, as HAProxy has it.
        (
            format!("{both}{}", chain.leaf_key),
            format!("{both}{}", chain.leaf_key),
        ),
        // The key of the certificate is among others.
        (both.clone(), format!("{other_key}{}", chain.leaf_key)),
        // As `openssl ecparam -genkey` writes it.
        (
            both.clone(),
            format!("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{sec1}"),
        ),
    ] {
        fs::write(files.path("cert.pem"), &certificate).unwrap();
        fs::write(files.path("key.pem"), &key).unwrap();
        let server = start(settings.clone()).await;
        let stream = connect(server.addr, &chain.trusted).await;
        let stream = stream.unwrap_or_else(|error| panic!("{error}: {certificate:?}"));
        assert_eq!(stream.get_ref().1.peer_certificates().unwrap().len(), 2);
    }
}

/// Each flaw says which file is meant, what is wrong with it and what to do.
#[tokio::test(flavor = "multi_thread")]
async fn each_flaw_of_a_pair_has_its_own_words() {
    let chain = Chain::new();
    let files = Files::new();
    let both = format!("{}{}", chain.leaf, chain.intermediate);
    let key = chain.leaf_key.clone();
    let labelled = |pem: &str, label: &str| {
        let body: Vec<_> = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            body.join("\n")
        )
    };
    let text = |text: &str| text.as_bytes().to_vec();
    let utf16 = |text: &str| {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    for (certificate, key, setting, words) in [
        (text(""), text(&key), "TLS_CERT_PATH", &["is empty"][..]),
        (text(&both), text(" \n"), "TLS_KEY_PATH", &["is empty"]),
        (
            der(&chain.leaf),
            text(&key),
            "TLS_CERT_PATH",
            &["DER", "openssl x509 -inform der"],
        ),
        (
            text(&both),
            der(&key),
            "TLS_KEY_PATH",
            &["DER", "openssl pkey -inform der"],
        ),
        (
            utf16(&both),
            text(&key),
            "TLS_CERT_PATH",
            &["UTF-16", "plain text"],
        ),
        (text(&both), utf16(&key), "TLS_KEY_PATH", &["UTF-16"]),
        (
            text(&key),
            text(&both),
            "TLS_CERT_PATH",
            &["PRIVATE KEY", "swapped"],
        ),
        (
            text(&both),
            text(&both),
            "TLS_KEY_PATH",
            &["CERTIFICATE", "swapped"],
        ),
        (
            text(&labelled(&chain.leaf, "CERTIFICATE REQUEST")),
            text(&key),
            "TLS_CERT_PATH",
            &["CERTIFICATE REQUEST", "authority"],
        ),
        (
            text(&labelled(&chain.leaf, "TRUSTED CERTIFICATE")),
            text(&key),
            "TLS_CERT_PATH",
            &["TRUSTED CERTIFICATE", "openssl x509"],
        ),
        (
            text(&labelled(&chain.leaf, "PKCS7")),
            text(&key),
            "TLS_CERT_PATH",
            &["PKCS7", "openssl pkcs7"],
        ),
        (
            text(&both),
            text(&labelled(&key, "ENCRYPTED PRIVATE KEY")),
            "TLS_KEY_PATH",
            &["encrypted", "openssl pkey"],
        ),
        (
            text(&both),
            text(&labelled(&key, "RSA PRIVATE KEY").replacen(
                "-----\n",
                "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
                1,
            )),
            "TLS_KEY_PATH",
            &["encrypted", "openssl pkey"],
        ),
        (
            text(&both),
            text(&labelled(&key, "OPENSSH PRIVATE KEY")),
            "TLS_KEY_PATH",
            &["OPENSSH PRIVATE KEY", "ssh-keygen"],
        ),
        (
            text(&both),
            text(&labelled(&key, "PUBLIC KEY")),
            "TLS_KEY_PATH",
            &["PUBLIC KEY", "no private key"],
        ),
        (
            text(&both),
            text(&labelled(&key, "EC PARAMETERS")),
            "TLS_KEY_PATH",
            &["EC PARAMETERS", "no private key"],
        ),
        (
            text(&both),
            text(&labelled(&key, "RSA PRIVATE KEY")),
            "TLS_KEY_PATH",
            &["another kind", "RSA", "P-256"],
        ),
        (
            text(&both.replace('\n', "\\n")),
            text(&key),
            "TLS_CERT_PATH",
            &["line ends"],
        ),
        (
            text(&format!("{}{}", chain.leaf.trim_end(), chain.intermediate)),
            text(&key),
            "TLS_CERT_PATH",
            &["before -----BEGIN"],
        ),
        (
            text(&format!("{}{}", chain.leaf, &chain.intermediate[..200])),
            text(&key),
            "TLS_CERT_PATH",
            &["certificate 2", "copy the file again"],
        ),
        (
            text(&both),
            text(&key[..key.len() / 2]),
            "TLS_KEY_PATH",
            &["damaged"],
        ),
        (
            version_1(&chain.leaf),
            text(&key),
            "TLS_CERT_PATH",
            &["X.509 version 1", "version 3", "subjectAltName"],
        ),
        (
            text(&format!("{}{}{}", chain.root, chain.intermediate, chain.leaf)),
            text(&key),
            "TLS_CERT_PATH",
            &["certificate 3", "own certificate first"],
        ),
        (
            text(&both),
            text(&KeyPair::generate().unwrap().serialize_pem()),
            "TLS_KEY_PATH",
            &["does not belong"],
        ),
        (
            text(&chain.root),
            text(&chain.intermediate_key),
            "TLS_CERT_PATH",
            &["does not belong"],
        ),
    ] {
        fs::write(files.path("cert.pem"), &certificate).unwrap();
        fs::write(files.path("key.pem"), &key).unwrap();
        let error = Server::builder(files.settings()).bind().await.unwrap_err();
        let message = error.to_string();
        assert!(error.is_setting() && message.contains(setting), "{message}");
        for word in words {
            assert!(message.contains(word), "{word}: {message}");
        }
        let secret = String::from_utf8_lossy(&key);
        for line in secret
            .lines()
            .filter(|line| line.len() > 30 && !line.starts_with('-'))
        {
            assert!(!message.contains(line), "{message}");
        }
    }
}

/// Clients refuse the chain then, whatever the leaf says.
#[tokio::test]
async fn what_clients_refuse_in_a_chain_is_warned_of() {
    let files = Files::new();
    let mut settings = files.settings();
    settings.tls_reload_interval = Duration::ZERO;
    let server = start(settings).await;
    let (lines, _guard) = tests::lines::capture();
    let warnings = |certificate: String, key: &str| {
        fs::write(files.path("cert.pem"), certificate).unwrap();
        fs::write(files.path("key.pem"), key).unwrap();
        drop(lines.take());
        assert_eq!(server.handle.reload_certificate(), Ok(true));
        let warnings: Vec<_> = lines
            .take()
            .into_iter()
            .filter(|line| line["level"] != "INFO")
            .map(|line| format!("{} {} {}", line["level"], line["certificate"], line["message"]))
            .collect();
        warnings
    };
    for (days, expected) in [
        (-1, "ERROR 2 an intermediate certificate has expired"),
        (3, "WARN 2 an intermediate certificate expires soon"),
    ] {
        let chain = Chain::ends_in(days);
        let found = warnings(format!("{}{}", chain.leaf, chain.intermediate), &chain.leaf_key);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
    }
    let chain = Chain::new();
    let found = warnings(
        format!("{}{}{}", chain.leaf, chain.intermediate, chain.root),
        &chain.leaf_key,
    );
    assert_eq!(found, [""; 0]);
    let found = warnings(
        format!("{}{}{}", chain.leaf, chain.root, chain.intermediate),
        &chain.leaf_key,
    );
    let expected = "WARN 1 a certificate is not followed by its issuer";
    assert!(found[0].starts_with(expected), "{found:?}");
}

/// The bytes of a PEM section.
fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}

/// The elements of a DER sequence: tag and content of each.
fn elements(mut der: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut elements = Vec::new();
    while let [tag, first, rest @ ..] = der {
        let bytes = usize::from(first.saturating_sub(0x80));
        let length = if *first < 0x80 {
            usize::from(*first)
        } else {
            rest[..bytes]
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte))
        };
        let (content, after) = rest[bytes..].split_at(length);
        elements.push((*tag, content.to_vec()));
        der = after;
    }
    elements
}

fn encode(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

fn encode_all(elements: &[(u8, Vec<u8>)]) -> Vec<u8> {
    elements
        .iter()
        .flat_map(|(tag, content)| encode(*tag, content))
        .collect()
}

/// The same certificate as X.509 had it in 1988: without a version and without extensions.
fn version_1(certificate: &str) -> Vec<u8> {
    let mut parts = elements(&elements(&der(certificate))[0].1);
    let mut body = elements(&parts[0].1);
    body.retain(|(tag, _)| !matches!(tag, 0xa0 | 0xa3));
    parts[0].1 = encode_all(&body);
    pem("CERTIFICATE", &encode(0x30, &encode_all(&parts))).into_bytes()
}

/// A PKCS#8 key of ECDSA as SEC1.
fn sec1(key: &str) -> String {
    let parts = elements(&elements(&der(key))[0].1);
    pem("EC PRIVATE KEY", &parts[2].1)
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
