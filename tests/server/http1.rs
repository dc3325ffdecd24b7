//! HTTP/1: what is answered, what is refused, and when patience ends.

use std::time::{Duration, Instant};

use crate::client::Client;
use crate::running::{eventually, settings, start};

#[tokio::test(flavor = "multi_thread")]
async fn answers_many_requests_on_one_connection() {
    let server = start(settings()).await;
    let mut client = Client::connect(server.addr).await;
    for _ in 0..100 {
        assert_eq!(client.get("/").await.body, "hello");
    }
    assert_eq!(client.get("/connection").await.body, "main 127.0.0.1 tls=false");
    assert_eq!(server.handle.stats().accepted, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_pipelined_requests_in_order() {
    let server = start(settings()).await;
    let mut client = Client::connect(server.addr).await;
    let mut requests = String::new();
    for count in 0..50 {
        requests += &format!("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{count:02}");
    }
    client.send(requests).await;
    for count in 0..50 {
        assert_eq!(client.response().await.unwrap().body, format!("{count:02}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_fails_or_panics_harms_nobody_else() {
    let server = start(settings()).await;
    let mut client = Client::connect(server.addr).await;
    assert_eq!(client.get("/fail").await.status, 500);
    assert_eq!(client.get("/").await.body, "hello", "the connection goes on");
    client.send("GET /panic HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(client.response().await.is_none());
    let mut other = Client::connect(server.addr).await;
    assert_eq!(other.get("/").await.body, "hello");
    let stats = server.handle.stats();
    assert_eq!((stats.service_errors, stats.panics), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_comes_too_slowly_ends_the_connection() {
    let mut settings = settings();
    settings.header_timeout = Duration::from_millis(300);
    let server = start(settings).await;

    let mut silent = Client::connect(server.addr).await;
    let mut dripping = Client::connect(server.addr).await;
    dripping.send("GET / HTTP/1.1\r\nhost: a\r\n").await;
    let mut second = Client::connect(server.addr).await;
    assert_eq!(second.get("/").await.status, 200);
    second.send("GET / HT").await;

    let begun = Instant::now();
    let drip = async {
        // Each byte is progress, and still the header must be complete in time.
        while dripping.response_or_drip().await {}
    };
    tokio::join!(drip, async {
        assert_eq!(silent.rest().await, 0);
        assert_eq!(second.rest().await, 0);
    });
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "well before the idle timeout"
    );
    eventually(|| server.handle.stats().connections == 0).await;
    assert_eq!(server.handle.stats().header_timeouts, 3);
}

impl Client {
    /// Sends another byte of a header unless the server has closed.
    async fn response_or_drip(&mut self) -> bool {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut byte = [0];
        let read = tokio::time::timeout(Duration::from_millis(20), self.stream.read(&mut byte)).await;
        read.is_err() && self.stream.write_all(b"a").await.is_ok()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed_after_the_keep_alive_and_not_before() {
    let mut settings = settings();
    settings.header_timeout = Duration::from_millis(100);
    settings.keep_alive_timeout = Duration::from_millis(900);
    let server = start(settings).await;
    let mut client = Client::connect(server.addr).await;
    assert_eq!(client.get("/").await.status, 200);
    let begun = Instant::now();
    assert_eq!(client.rest().await, 0);
    assert!(
        begun.elapsed() >= Duration::from_millis(800),
        "the header timeout does not count here"
    );
    assert_eq!(server.handle.stats().header_timeouts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_coming_is_given_up() {
    let mut settings = settings();
    settings.body_timeout = Duration::from_millis(300);
    let server = start(settings).await;
    let mut client = Client::connect(server.addr).await;
    client
        .send("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc")
        .await;
    assert_eq!(client.response().await.unwrap().status, 408);
    assert_eq!(server.handle.stats().body_timeouts, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_below_the_lowest_rate_is_given_up() {
    let mut settings = settings();
    settings.body_timeout = Duration::from_millis(400);
    settings.min_rate = 10_000;
    let server = start(settings).await;
    let mut client = Client::connect(server.addr).await;
    client
        .send("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n")
        .await;
    let mut sent = 0;
    // Each piece comes well within the timeout, and is far too small.
    while sent < 1000 {
        client.send("a").await;
        sent += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
        if server.handle.stats().body_timeouts > 0 {
            break;
        }
    }
    assert_eq!(client.response().await.unwrap().status, 408);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_service_is_not_a_slow_client() {
    let mut settings = settings();
    settings.body_timeout = Duration::from_millis(100);
    settings.header_timeout = Duration::from_millis(100);
    settings.write_timeout = Duration::from_millis(100);
    settings.keep_alive_timeout = Duration::from_millis(100);
    let server = start(settings).await;
    let mut client = Client::connect(server.addr).await;
    assert_eq!(client.get("/slow?600").await.body, "slow");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_is_closed_and_its_bytes_are_dropped() {
    let mut settings = settings();
    settings.write_timeout = Duration::from_millis(300);
    let server = start(settings).await;
    let mut client = Client::connect(server.addr).await;
    client.send("GET /zeros HTTP/1.1\r\nhost: a\r\n\r\n").await;
    eventually(|| server.handle.stats().write_timeouts == 1).await;
    eventually(|| server.handle.stats().connections == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_response_reaches_a_client_that_reads() {
    let mut settings = settings();
    settings.write_timeout = Duration::from_secs(5);
    let server = start(settings).await;
    let mut client = Client::connect(server.addr).await;
    client
        .send("GET /zeros?50000000 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    assert!(client.rest().await > 50_000_000);
    assert_eq!(server.handle.stats().write_timeouts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_too_large_or_too_many_are_refused() {
    let server = start(settings()).await;
    let mut client = Client::connect(server.addr).await;
    let big = "a".repeat(20_000);
    client
        .send(format!("GET / HTTP/1.1\r\nhost: a\r\nx-big: {big}\r\n\r\n"))
        .await;
    assert_eq!(client.response().await.unwrap().status, 431);

    let mut client = Client::connect(server.addr).await;
    let many: String = (0..150).map(|count| format!("x-{count}: a\r\n")).collect();
    client
        .send(format!("GET / HTTP/1.1\r\nhost: a\r\n{many}\r\n"))
        .await;
    assert_eq!(client.response().await.unwrap().status, 431);

    let mut client = Client::connect(server.addr).await;
    let fine = "a".repeat(10_000);
    client
        .send(format!("GET / HTTP/1.1\r\nhost: a\r\nx-big: {fine}\r\n\r\n"))
        .await;
    assert_eq!(client.response().await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_an_upload_that_is_refused_arrives() {
    let server = start(settings()).await;
    for _ in 0..20 {
        let mut client = Client::connect(server.addr).await;
        let body = vec![b'a'; 500_000];
        client
            .send("POST /refuse HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n")
            .await;
        client.send(&body).await;
        client.send(&body).await;
        assert_eq!(client.response().await.expect("no reset before it").status, 413);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_refused_and_harm_nobody() {
    let server = start(settings()).await;
    for request in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n",
        b"GET / HTTP/1.1\r\n host: folded\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ] {
        let mut client = Client::connect(server.addr).await;
        client.send(request).await;
        let text = String::from_utf8_lossy(request);
        let response = client
            .response()
            .await
            .unwrap_or_else(|| panic!("no answer to {text:?}"));
        assert_eq!(response.status, 400, "{text:?}: {response:?}");
        assert_eq!(client.rest().await, 0, "{text:?}: the connection is closed");
    }
    assert_eq!(server.handle.stats().panics, 0);
    for hosts in [
        "",
        "host: a\r\nhost: b\r\n",
        "host: a b\r\n",
        "host: a, b\r\n",
        "host: a/b\r\n",
        "host: me@a\r\n",
        "host: http://a\r\n",
        "host: a:port\r\n",
        "host: a:99999\r\n",
        "host: [::1\r\n",
        "host: \u{e4}\r\n",
    ] {
        let mut client = Client::connect(server.addr).await;
        client.send(format!("GET / HTTP/1.1\r\n{hosts}\r\n")).await;
        assert_eq!(client.response().await.unwrap().status, 400, "{hosts:?}");
    }
    let mut client = Client::connect(server.addr).await;
    client.send("GET / HTTP/1.0\r\n\r\n").await;
    assert_eq!(
        client.response().await.unwrap().status,
        200,
        "HTTP/1.0 knows no Host"
    );
    for host in ["a", "a.example:8080", "[::1]:8080", "127.0.0.1", "my_app", ""] {
        let mut client = Client::connect(server.addr).await;
        client
            .send(format!("GET / HTTP/1.1\r\nhost: {host}\r\n\r\n"))
            .await;
        assert_eq!(client.response().await.unwrap().status, 200, "{host:?}");
    }
    let mut client = Client::connect(server.addr).await;
    let chunked = "POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    client.send(format!("{chunked}nonsense\r\n")).await;
    assert_eq!(client.response().await.unwrap().status, 400);
    assert_eq!(Client::connect(server.addr).await.get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_rested_goes_on_where_it_was() {
    let server = start(settings()).await;
    let mut client = Client::connect(server.addr).await;
    for pause in [0, 400, 700, 400] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        assert_eq!(client.get("/").await.body, "hello");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    // In pieces, and with the next one's beginning behind it.
    for piece in ["GET /connec", "tion HTTP/1.1\r\nhost", ": a\r\n\r\nGET / HT"] {
        client.send(piece).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(client.response().await.unwrap().body, "main 127.0.0.1 tls=false");
    tokio::time::sleep(Duration::from_millis(500)).await;
    client.send("TP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(client.response().await.unwrap().body, "hello");
    assert_eq!(server.handle.stats().accepted, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgraded_connection_is_the_services_and_still_counts() {
    let mut settings = settings();
    settings.keep_alive_timeout = Duration::from_millis(200);
    settings.header_timeout = Duration::from_millis(200);
    settings.drain_timeout = Duration::from_millis(500);
    let server = start(settings).await;
    let mut client = Client::connect(server.addr).await;
    client
        .send("GET /upgrade HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n")
        .await;
    assert_eq!(client.response().await.unwrap().status, 101);
    tokio::time::sleep(Duration::from_millis(700)).await;
    // What comes back looks like an answer, so that it can be read as one.
    client.send("HTTP/1.1 200 echo\r\n\r\n").await;
    assert_eq!(client.response().await.unwrap().status, 200);
    assert_eq!(server.handle.stats().connections, 1);
    server.handle.shutdown();
    server.stopped().await;
}
