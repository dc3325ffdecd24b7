//! Whose word and whose quota it is, once a balancer has said who the client is.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::{Request, Response};
use secure_config::Profile;
use secure_runtime::client::{Client as Caller, ClientLayer, TrustedProxies};
use secure_runtime::connection::Listener;
use secure_runtime::limit::{Limits, Rule};
use secure_runtime::server::{RequestBody, Server, ServerSettings};
use tower_layer::Layer;

use super::{V1, begin, behind_a_balancer, v2};
use crate::client::Client;
use crate::running::{eventually, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn connections_count_for_the_client_and_not_for_the_balancer() {
    let mut settings = behind_a_balancer();
    settings.max_connections_per_client = 2;
    let server = start_with(settings, |builder| builder.exempt_clients(|_| false)).await;
    let header = |last: u8| v2(Ipv4Addr::new(203, 0, 113, last), &[]);
    let mut held = Vec::new();
    for last in [7, 7, 8, 8] {
        let mut client = begin(&server, header(last)).await;
        assert_eq!(client.get("/").await.status, 200, "{last}");
        held.push(client);
    }
    for last in [7, 8] {
        assert_eq!(
            begin(&server, header(last)).await.rest().await,
            0,
            "{last} has two"
        );
    }
    assert_eq!(server.handle.stats().refused, 2);
    // One of the first client's goes.
    drop(held.remove(0));
    eventually(|| server.handle.stats().connections == 3).await;
    assert_eq!(begin(&server, header(7)).await.get("/").await.status, 200);
}

/// Answers with the client's address.
#[derive(Clone)]
struct Teller;

impl tower_service::Service<Request<RequestBody>> for Teller {
    type Response = Response<http_body_util::Full<bytes::Bytes>>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let ip: Option<IpAddr> = Caller::of(request.extensions()).ip();
        let text = ip.map_or("none".to_owned(), |ip| ip.to_string());
        std::future::ready(Ok(Response::new(text.into())))
    }
}

async fn bind(settings: ServerSettings) -> (Server, SocketAddr) {
    let server = Server::builder(settings)
        .profile(Profile::Development)
        .without_signals()
        .bind()
        .await
        .unwrap();
    let addr = server.local_addr(Listener::Main).unwrap();
    (server, addr)
}

#[tokio::test(flavor = "multi_thread")]
async fn proxies_are_trusted_by_the_announced_address() {
    let (server, addr) = bind(behind_a_balancer()).await;
    // The balancer's own network is trusted, too: that is not who the peer is any more.
    let layer = ClientLayer::new(TrustedProxies::networks(["127.0.0.0/8", "192.0.2.0/24"]).unwrap());
    tokio::spawn(server.serve(layer.layer(Teller)));
    let ask = async |header: &str| {
        let mut client = Client::connect(addr).await;
        client.send(header).await;
        client
            .send("GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 198.51.100.99\r\n\r\n")
            .await;
        client.response().await.unwrap().body
    };
    assert_eq!(ask(V1).await, "203.0.113.7", "a client's own claim");
    assert_eq!(
        ask("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n").await,
        "198.51.100.99",
        "a trusted proxy behind the balancer"
    );
    assert_eq!(
        ask("PROXY UNKNOWN\r\n").await,
        "198.51.100.99",
        "the balancer itself"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rate_limits_tell_announced_clients_apart() {
    let (server, addr) = bind(behind_a_balancer()).await;
    let limit = Limits::new()
        .rule(Rule::per_client("client", "1 per hour".parse().unwrap()))
        .build()
        .unwrap();
    tokio::spawn(server.serve(limit.layer(Teller)));
    let ask = async |last: u8| {
        let mut client = Client::connect(addr).await;
        client.send(v2(Ipv4Addr::new(203, 0, 113, last), &[])).await;
        client.get("/").await.status
    };
    assert_eq!((ask(7).await, ask(7).await, ask(8).await), (200, 429, 200));
}
