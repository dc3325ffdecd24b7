//! Load balancers that say whose connections they hand on.

mod clients;

use std::net::Ipv4Addr;
use std::process::{Command, Stdio};
use std::time::Duration;

use hyper::service::service_fn;
use secure_runtime::connection::Listener;
use secure_runtime::server::{BindAddr, ServerSettings, from_hyper};
use tests::Scratch;
use tokio::net::{TcpStream, UnixStream};

use crate::client::Client;
use crate::running::{Running, eventually, settings, start, start_with, within};
use crate::tls::{Files, connect_over};

const V1: &str = "PROXY TCP4 203.0.113.7 198.51.100.1 56324 443\r\n";

/// A header of version 2 of a client at this address, with tagged values after it.
fn v2(client: Ipv4Addr, values: &[u8]) -> Vec<u8> {
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11".to_vec();
    header.extend(u16::try_from(12 + values.len()).unwrap().to_be_bytes());
    header.extend(client.octets());
    header.extend([198, 51, 100, 1, 0xdc, 0x04, 0x01, 0xbb]);
    header.extend(values);
    header
}

const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\x00\0\0";

/// Settings that trust a network.
fn trusting(network: &str) -> ServerSettings {
    let mut settings = settings();
    settings.proxy_protocol_networks = vec![network.parse().unwrap()];
    settings
}

fn behind_a_balancer() -> ServerSettings {
    trusting("127.0.0.0/8")
}

/// A connection that begins with these bytes.
async fn begin(server: &Running, header: impl AsRef<[u8]>) -> Client {
    let mut client = Client::connect(server.addr).await;
    client.send(header).await;
    client
}

/// What the service sees of a connection that begins with these bytes.
async fn seen(server: &Running, header: impl AsRef<[u8]>) -> String {
    begin(server, header).await.get("/connection").await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_is_who_a_trusted_balancer_says() {
    let server = start(behind_a_balancer()).await;
    let ours = "main 127.0.0.1 tls=false";
    for (header, want) in [
        (V1.as_bytes().to_vec(), "main 203.0.113.7 tls=false"),
        (
            b"PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n".to_vec(),
            "main 2001:db8::7 tls=false",
        ),
        (
            v2(Ipv4Addr::new(203, 0, 113, 9), &[]),
            "main 203.0.113.9 tls=false",
        ),
        // A certificate name (2) and TLS between client and balancer (0x20).
        (
            v2(
                Ipv4Addr::new(203, 0, 113, 9),
                &[2, 0, 1, b'a', 0x20, 0, 5, 1, 0, 0, 0, 0],
            ),
            "main 203.0.113.9 tls=true",
        ),
        (b"PROXY UNKNOWN\r\n".to_vec(), ours),
        (LOCAL.to_vec(), ours),
    ] {
        assert_eq!(seen(&server, &header).await, want, "{header:?}");
    }
    assert_eq!(server.handle.stats().proxy_header_errors, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn header_and_request_come_in_any_pieces() {
    let server = start(behind_a_balancer()).await;
    let request = "GET /connection HTTP/1.1\r\nhost: a\r\n\r\n";
    for header in [
        V1.as_bytes().to_vec(),
        v2(Ipv4Addr::new(203, 0, 113, 7), &[4, 0, 1, 0]),
    ] {
        let bytes = [&header, request.as_bytes()].concat();
        let mut client = begin(&server, &bytes).await;
        assert_eq!(
            client.response().await.unwrap().body,
            "main 203.0.113.7 tls=false"
        );
        assert_eq!(client.get("/").await.body, "hello", "it is kept alive");

        let mut client = Client::connect(server.addr).await;
        client.stream.set_nodelay(true).unwrap();
        for byte in bytes {
            client.send([byte]).await;
        }
        assert_eq!(
            client.response().await.unwrap().body,
            "main 203.0.113.7 tls=false"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_balancer_must_say_so() {
    let server = start(behind_a_balancer()).await;
    let long = [b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff".as_slice(), &[0; 100]].concat();
    let attempts = [
        b"GET /connection HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03aaaaaaaa".to_vec(),
        b"PROXY TCP4 203.0.113.7 198.51.100.1 56324 65536\r\n".to_vec(),
        format!("PROXY UNKNOWN {}\r\n", "x".repeat(107)).into_bytes(),
        b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c............".to_vec(),
        long,
    ];
    let count = attempts.len() as u64;
    for bytes in attempts {
        assert_eq!(begin(&server, &bytes).await.rest().await, 0, "{bytes:?}");
    }
    eventually(|| server.handle.stats().proxy_header_errors == count).await;
    // A balancer that only looks whether the port is open is no error.
    drop(Client::connect(server.addr).await);
    eventually(|| server.handle.stats().connections == 0).await;
    assert_eq!(server.handle.stats().proxy_header_errors, count);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_let_go() {
    let mut settings = behind_a_balancer();
    settings.proxy_protocol_timeout = Duration::from_millis(50);
    let server = start(settings).await;
    for beginning in ["", "PROXY TCP4 203."] {
        assert_eq!(begin(&server, beginning).await.rest().await, 0);
    }
    assert_eq!(server.handle.stats().proxy_header_errors, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_not_believed() {
    for settings in [trusting("10.0.0.0/8"), settings()] {
        let server = start(settings).await;
        assert_eq!(seen(&server, "").await, "main 127.0.0.1 tls=false");
        for header in [V1.as_bytes(), &v2(Ipv4Addr::new(203, 0, 113, 7), &[])] {
            let mut client = begin(&server, header).await;
            client.send("GET /connection HTTP/1.1\r\nhost: a\r\n\r\n").await;
            let response = client.response().await;
            assert!(
                response.as_ref().is_none_or(|response| response.status == 400),
                "{response:?}"
            );
        }
        assert_eq!(server.handle.stats().proxy_header_errors, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stands_before_tls() {
    let files = Files::new();
    let mut settings = files.settings();
    settings.proxy_protocol_networks = vec!["127.0.0.0/8".parse().unwrap()];
    let server = start(settings).await;
    for header in [V1.as_bytes(), &v2(Ipv4Addr::new(203, 0, 113, 7), &[])] {
        let mut client = Client::new(TcpStream::connect(server.addr).await.unwrap());
        client.send(header).await;
        let stream = connect_over(client.stream, &files.certificate).await.unwrap();
        let mut client = Client::new(stream);
        assert_eq!(client.get("/connection").await.body, "main 203.0.113.7 tls=true");
    }
    let stream = TcpStream::connect(server.addr).await.unwrap();
    assert!(
        connect_over(stream, &files.certificate).await.is_err(),
        "without a header there is no handshake"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_redirect_reads_it_too() {
    let files = Files::new();
    let mut settings = files.settings();
    settings.proxy_protocol_networks = vec!["127.0.0.0/8".parse().unwrap()];
    settings.redirect_port = Some(0);
    let server = start(settings).await;
    let addr = server.addr_of(Listener::Redirect);
    let mut client = Client::connect(addr).await;
    client.send(V1).await;
    assert_eq!(client.get("/").await.status, 308);
    let mut client = Client::connect(addr).await;
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(client.rest().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unix_socket_is_a_balancer_of_this_host() {
    let directory = Scratch::new();
    let path = directory.join("main.sock");
    let mut settings = trusting("10.0.0.0/8");
    settings.bind_addr = Some(BindAddr::Unix(path.clone()));
    let _server = start(settings).await;
    let mut client = Client::new(UnixStream::connect(&path).await.unwrap());
    client.send(V1).await;
    assert_eq!(client.get("/connection").await.body, "main 203.0.113.7 tls=false");
    let mut client = Client::new(UnixStream::connect(&path).await.unwrap());
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(client.rest().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_public_listeners_read_it() {
    let mut settings = behind_a_balancer();
    settings.metrics_port = Some(0);
    let server = start_with(settings, |builder| {
        builder.metrics(from_hyper(service_fn(crate::service::answer)))
    })
    .await;
    let mut metrics = Client::connect(server.addr_of(Listener::Metrics)).await;
    assert_eq!(
        metrics.get("/connection").await.body,
        "metrics 127.0.0.1 tls=false"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_is_understood() {
    tests::needs!("curl");
    let server = start(behind_a_balancer()).await;
    let url = format!("http://{}/connection", server.addr);
    let curl = tokio::task::spawn_blocking(move || {
        Command::new("curl")
            .args([
                "-sS",
                "--noproxy",
                "*",
                "--max-time",
                "30",
                "--haproxy-protocol",
                &url,
            ])
            .stdin(Stdio::null())
            .output()
    });
    let output = within(curl).await.unwrap().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "main 127.0.0.1 tls=false",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(server.handle.stats().proxy_header_errors, 0);
}
