//! Attacks on a server in a process of its own, and the memory that they cost it.
//!
//! All of it is on loopback and bounded in count and time. Each test says what the server's memory came to, and holds it
//! to the promise.
#![expect(clippy::print_stdout, reason = "the figures are for who runs it")]

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tests::Scratch;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::child::Child;
use crate::client::Client;
use crate::running::within;

/// The promise: resident memory under attack.
const LIMIT_KIB: u64 = 64 * 1024;

/// Timeouts long enough that nothing of an attack is over before it is measured.
const PATIENT: [(&str, &str); 4] = [
    ("HEADER_TIMEOUT", "120s"),
    ("BODY_TIMEOUT", "120s"),
    ("WRITE_TIMEOUT", "120s"),
    ("KEEP_ALIVE_TIMEOUT", "120s"),
];

/// Says and checks what an attack cost.
fn bounded(child: &Child, attack: &str) {
    let (now, peak) = (child.memory("VmRSS"), child.memory("VmHWM"));
    println!("{attack}: {now} KiB resident, {peak} KiB at most");
    assert!(peak < LIMIT_KIB, "{attack}: {peak} KiB");
}

/// Whether others are still answered.
async fn answers(addr: SocketAddr) {
    assert_eq!(Client::connect(addr).await.get("/").await.body, "hello");
    assert_eq!(Client::connect(addr).await.get("/health").await.status, 200);
}

/// As many connections, each after `first` was sent on it and, if it expects one, answered.
async fn crowd(addr: SocketAddr, count: usize, first: &[u8], answered: bool) -> Vec<Client> {
    let mut clients = Vec::with_capacity(count);
    let mut connecting = JoinSet::new();
    for _ in 0..count {
        let first = first.to_vec();
        connecting.spawn(async move {
            let mut client = Client::connect(addr).await;
            client.send(&first).await;
            if answered {
                assert_eq!(client.response().await.expect("an answer").status, 200);
            }
            client
        });
        // A hundred at a time, so that this machine's own limits are not what is tested.
        if connecting.len() >= 100 {
            clients.push(connecting.join_next().await.expect("one").expect("connected"));
        }
    }
    while let Some(client) = connecting.join_next().await {
        clients.push(client.expect("connected"));
    }
    clients
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_idle_connections_and_slow_ones_among_them() {
    let mut child = Child::start(&PATIENT);
    let addr = child.main_addr();
    println!("at rest: {} KiB resident", child.memory("VmRSS"));
    let mut all = crowd(addr, 2000, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n", true).await;
    answers(addr).await;
    bounded(&child, "2,000 idle connections");
    all.extend(crowd(addr, 300, b"", false).await);
    all.extend(crowd(addr, 300, b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: a", false).await);
    let body = b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\nabc";
    all.extend(crowd(addr, 300, body, false).await);
    all.extend(crowd(addr, 100, b"GET /zeros HTTP/1.1\r\nhost: a\r\n\r\n", false).await);
    answers(addr).await;
    bounded(
        &child,
        "2,000 idle connections, 300 silent, 300 slow headers, 300 slow bodies, 100 that never read",
    );
    drop(all);
    answers(addr).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_just_below_the_limit_from_everybody() {
    let mut child = Child::start(&PATIENT);
    let addr = child.main_addr();
    let unfinished = format!("GET / HTTP/1.1\r\nhost: a\r\nx-big: {}", "a".repeat(16_000));
    let all = crowd(addr, 1000, unfinished.as_bytes(), false).await;
    answers(addr).await;
    bounded(&child, "1,000 unfinished headers of 16 KB");
    drop(all);
}

#[tokio::test(flavor = "multi_thread")]
async fn oversized_headers_and_malformed_requests_one_after_another() {
    let mut child = Child::start(&[]);
    let addr = child.main_addr();
    let oversized = format!("GET / HTTP/1.1\r\nhost: a\r\nx-big: {}", "a".repeat(100_000));
    for attack in [
        oversized.as_bytes(),
        b"\xff\xff\xff\xff\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage",
    ] {
        let mut tasks = JoinSet::new();
        for _ in 0..20 {
            let attack = attack.to_vec();
            tasks.spawn(async move {
                for _ in 0..25 {
                    let mut client = Client::connect(addr).await;
                    client.send(&attack).await;
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("no panic");
        }
        answers(addr).await;
    }
    bounded(&child, "1,500 broken requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn abrupt_resets_at_every_stage() {
    let mut child = Child::start(&[]);
    let addr = child.main_addr();
    for first in [
        &b""[..],
        b"GET / HT",
        b"GET /slow?100 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET /zeros HTTP/1.1\r\nhost: a\r\n\r\n",
    ] {
        for _ in 0..200 {
            let mut client = Client::connect(addr).await;
            client.send(first).await;
            client.stream.set_zero_linger().expect("a socket");
        }
        answers(addr).await;
    }
    bounded(&child, "800 resets");
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_clients_that_never_read_and_never_finish() {
    let mut child = Child::start(&PATIENT);
    let addr = child.main_addr();
    let mut held = Vec::new();
    for _ in 0..50 {
        let stream = TcpStream::connect(addr).await.expect("connects");
        let mut builder = h2::client::Builder::new();
        builder.initial_window_size(0);
        let (mut client, connection) = within(builder.handshake::<_, Bytes>(stream))
            .await
            .expect("settings");
        let driver = tokio::spawn(connection);
        let mut streams = Vec::new();
        for _ in 0..100 {
            let get = http::Request::get(format!("http://{addr}/zeros"))
                .body(())
                .expect("a request");
            streams.push(client.send_request(get, true).expect("a stream"));
        }
        held.push((client, driver, streams));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    answers(addr).await;
    bounded(&child, "5,000 HTTP/2 streams with a closed window");

    let mut posting = Vec::new();
    for _ in 0..50 {
        let stream = TcpStream::connect(addr).await.expect("connects");
        let (mut client, connection) = within(h2::client::handshake(stream)).await.expect("settings");
        let driver = tokio::spawn(connection);
        for _ in 0..20 {
            let post = http::Request::post(format!("http://{addr}/echo"))
                .body(())
                .expect("a request");
            let (response, mut body) = client.send_request(post, false).expect("a stream");
            body.send_data(Bytes::from_static(b"abc"), false).expect("open");
            posting.push((response, body));
        }
        held.push((client, driver, Vec::new()));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    answers(addr).await;
    bounded(&child, "5,000 unread streams and 1,000 unfinished bodies");
}

#[tokio::test(flavor = "multi_thread")]
async fn rapid_resets_from_many_connections() {
    let mut child = Child::start(&[]);
    let addr = child.main_addr();
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        tasks.spawn(async move {
            let mut sent = 0;
            // Each connection is closed by the server long before this.
            for _ in 0..5 {
                let Ok(stream) = TcpStream::connect(addr).await else {
                    continue;
                };
                let Ok((mut client, connection)) = h2::client::handshake(stream).await else {
                    continue;
                };
                let driver = tokio::spawn(connection);
                for _ in 0..5000 {
                    if std::future::poll_fn(|cx| client.poll_ready(cx)).await.is_err() {
                        break;
                    }
                    let get = http::Request::get(format!("http://{addr}/slow?5000"))
                        .body(())
                        .expect("a request");
                    let Ok((_response, mut stream)) = client.send_request(get, true) else {
                        break;
                    };
                    stream.send_reset(h2::Reason::CANCEL);
                    sent += 1;
                    tokio::task::yield_now().await;
                }
                driver.abort();
            }
            sent
        });
    }
    answers(addr).await;
    let mut sent = 0;
    while let Some(count) = within(tasks.join_next()).await {
        sent += count.expect("no panic");
    }
    answers(addr).await;
    println!("{sent} rapid resets were let through before the connections were closed");
    bounded(&child, "rapid resets");
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_tls_connections() {
    let directory = Scratch::new();
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("signed");
    let (cert_path, key_path) = (directory.join("cert.pem"), directory.join("key.pem"));
    std::fs::write(&cert_path, certificate.pem()).expect("written");
    std::fs::write(&key_path, key.serialize_pem()).expect("written");
    let mut vars = PATIENT.to_vec();
    vars.push(("TLS_CERT_PATH", cert_path.to_str().expect("text")));
    vars.push(("TLS_KEY_PATH", key_path.to_str().expect("text")));
    let mut child = Child::start(&vars);
    let addr = child.main_addr();
    let mut all = Vec::new();
    for _ in 0..2000 {
        let stream = crate::tls::connect(addr, certificate.der())
            .await
            .expect("a handshake");
        let mut client = Client::new(stream);
        assert_eq!(client.get("/").await.status, 200);
        all.push(client);
    }
    bounded(&child, "2,000 idle TLS connections");
}
