//! The end: requests finish, idle connections do not hold it up, the deadline holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::client::Client;
use crate::running::{eventually, settings, start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn requests_finish_and_idle_connections_do_not_hold_the_exit() {
    let server = start(settings()).await;
    let mut idle = Client::connect(server.addr).await;
    assert_eq!(idle.get("/").await.status, 200);
    let mut silent = Client::connect(server.addr).await;
    let mut busy = Client::connect(server.addr).await;
    busy.send("GET /slow?700 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    eventually(|| server.handle.stats().connections == 3).await;
    // What was sent before is read before.
    for _ in 0..3 {
        assert_eq!(idle.get("/").await.status, 200);
    }

    let begun = Instant::now();
    server.handle.shutdown();
    let addr = server.addr;
    let answered = tokio::spawn(async move { busy.response().await });
    server.stopped().await;
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "75 s is the idle timeout, 25 s the deadline"
    );
    let answer = answered
        .await
        .unwrap()
        .expect("the request in flight is answered");
    assert_eq!(answer.body, "slow");
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!((idle.rest().await, silent.rest().await), (0, 0));
    assert!(TcpStream::connect(addr).await.is_err(), "the listener is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_ends_what_does_not_finish() {
    let mut settings = settings();
    settings.drain_timeout = Duration::from_millis(400);
    let server = start(settings).await;
    let mut stuck = Client::connect(server.addr).await;
    stuck.send("GET /slow?600000 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut endless = Client::connect(server.addr).await;
    endless.send("GET /zeros HTTP/1.1\r\nhost: a\r\n\r\n").await;
    eventually(|| server.handle.stats().connections == 2).await;
    server.handle.shutdown();
    server.stopped().await;
    assert_eq!(stuck.rest().await, 0);
    endless.rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hook_comes_first_and_everything_is_served_during_the_delay() {
    let told = Arc::new(AtomicBool::new(false));
    let hook = Arc::clone(&told);
    let mut settings = settings();
    settings.drain_delay = Some(Duration::from_millis(800));
    let server = start_with(settings, |builder| {
        builder.on_drain(move || hook.store(true, Ordering::SeqCst))
    })
    .await;
    let mut old = Client::connect(server.addr).await;
    assert_eq!(old.get("/").await.status, 200);
    server.handle.shutdown();
    eventually(|| told.load(Ordering::SeqCst)).await;
    assert!(server.handle.is_draining());
    assert_eq!(old.get("/").await.status, 200);
    assert_eq!(Client::connect(server.addr).await.get("/").await.status, 200);
    server.stopped().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_sent_header_does_not_hold_the_exit() {
    let server = start(settings()).await;
    let mut half = Client::connect(server.addr).await;
    half.send("GET / HTTP/1.1\r\n").await;
    let mut again = Client::connect(server.addr).await;
    assert_eq!(again.get("/").await.status, 200);
    again.send("GET / HT").await;
    eventually(|| server.handle.stats().connections == 2).await;
    let begun = Instant::now();
    server.handle.shutdown();
    server.stopped().await;
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "before the header timeout"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_requests_finish_too() {
    let server = start(settings()).await;
    let stream = TcpStream::connect(server.addr).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = http::Request::get(format!("http://{}/slow?600", server.addr))
        .body(())
        .unwrap();
    let (response, _) = client.send_request(request, true).unwrap();
    // Its reset at the end, if there is one, must not count as a failure here.
    drop(client);
    eventually(|| server.handle.stats().connections == 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.handle.shutdown();
    let response = tokio::spawn(response);
    server.stopped().await;
    assert_eq!(response.await.unwrap().unwrap().status(), 200);
    let _ = connection.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_http2_client_does_not_hold_the_exit() {
    let server = start(settings()).await;
    let mut client = Client::connect(server.addr).await;
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    // Settings, and a GET of / with the static table (RFC 7541, appendix A). It will not confirm the GOAWAY.
    client.send([0, 0, 0, 4, 0, 0, 0, 0, 0]).await;
    client
        .send([0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x84, 0x86, 0x41, 1, b'a'])
        .await;
    eventually(|| server.handle.stats().connections == 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    server.handle.shutdown();
    server.stopped().await;
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "the deadline is at 25 s"
    );
    assert!(client.rest().await > 0, "it was answered");
}
