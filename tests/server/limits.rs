//! Limits of connections: who gets in when the listener is full.

use std::time::Duration;

use crate::client::Client;
use crate::running::{eventually, settings, start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_make_room_for_new_ones() {
    let mut settings = settings();
    settings.max_connections = 4;
    let server = start(settings).await;
    let mut idle = Vec::new();
    for _ in 0..4 {
        let mut client = Client::connect(server.addr).await;
        assert_eq!(client.get("/").await.status, 200);
        idle.push(client);
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    for _ in 0..3 {
        let mut client = Client::connect(server.addr).await;
        assert_eq!(client.get("/").await.body, "hello");
        idle.push(client);
    }
    assert_eq!(server.handle.stats().evicted, 3);
    eventually(|| server.handle.stats().connections == 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing_make_room_as_well() {
    let mut settings = settings();
    settings.max_connections = 4;
    let server = start(settings).await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        let mut client = Client::connect(server.addr).await;
        client.send("GET / HTTP/1.1\r\n").await;
        silent.push(client);
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(Client::connect(server.addr).await.get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_full_of_work_answers_health_and_refuses_the_rest() {
    let mut settings = settings();
    settings.max_connections = 3;
    settings.reserved_connections = 1;
    let server = start(settings).await;
    let mut busy = Vec::new();
    for _ in 0..3 {
        let mut client = Client::connect(server.addr).await;
        client.send("GET /slow?30000 HTTP/1.1\r\nhost: a\r\n\r\n").await;
        busy.push(client);
    }
    eventually(|| server.handle.stats().connections == 3).await;

    for path in ["/health", "/health/live", "/health/ready"] {
        let mut probe = Client::connect(server.addr).await;
        let response = probe.get(path).await;
        assert_eq!((response.status, response.body.as_str()), (200, "healthy"));
        assert_eq!(
            response.header("connection"),
            Some("close"),
            "the reserve is for the next one"
        );
        assert_eq!(probe.rest().await, 0);
        eventually(|| server.handle.stats().connections == 3).await;
    }
    let refused = Client::connect(server.addr).await.get("/").await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("1"));
    eventually(|| server.handle.stats().connections == 3).await;

    let _reserve = Client::connect(server.addr).await;
    eventually(|| server.handle.stats().connections == 4).await;
    assert_eq!(Client::connect(server.addr).await.rest().await, 0);
    assert_eq!(server.handle.stats().refused, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_gets_only_its_share() {
    let mut settings = settings();
    settings.max_connections_per_client = 2;
    let server = start_with(settings, |builder| builder.exempt_clients(|_| false)).await;
    let mut first = Client::connect(server.addr).await;
    assert_eq!(first.get("/").await.status, 200);
    let mut second = Client::connect(server.addr).await;
    assert_eq!(second.get("/").await.status, 200);
    assert_eq!(Client::connect(server.addr).await.rest().await, 0);
    assert_eq!(server.handle.stats().refused, 1);
    drop(first);
    eventually(|| server.handle.stats().connections == 1).await;
    assert_eq!(Client::connect(server.addr).await.get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn loopback_is_exempt_from_the_share_unless_said_otherwise() {
    let mut settings = settings();
    settings.max_connections_per_client = 1;
    let server = start(settings).await;
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut client = Client::connect(server.addr).await;
        assert_eq!(client.get("/").await.status, 200);
        clients.push(client);
    }
}
