//! Who is calling, where the server is not ours.

use std::net::{Ipv4Addr, SocketAddr};

use axum::{Router, extract::ConnectInfo, routing::get};
use secure_runtime::{
    client::{Client, ClientLayer, TrustedProxies},
    connection::Connection,
    limit::{LimitLayer, Limits, Rule},
    maintenance::{Cause, MaintenancePolicy, Notice, Switch},
};
use tests::{
    lines::{Lines, capture},
    loopback::{Answer, ask_from},
};

use crate::{bare, peers, serve, serve_blind, stack};

const ADA: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const BOB: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn two_an_hour() -> LimitLayer {
    let rule = Rule::per_client("client", "2 per hour".parse().unwrap());
    Limits::new().rule(rule).build().unwrap()
}

fn router() -> Router {
    Router::new().route("/", get(async || "hello"))
}

async fn get_from(client: Ipv4Addr, addr: SocketAddr) -> Answer {
    ask_from(client, addr, "GET / HTTP/1.1", "").await
}

/// The statuses of three requests of each of two clients.
async fn three_of_each(addr: SocketAddr) -> Vec<u16> {
    let mut statuses = Vec::new();
    for client in [ADA, ADA, ADA, BOB, BOB, BOB] {
        statuses.push(get_from(client, addr).await.status);
    }
    statuses
}

fn warnings(lines: &Lines) -> Vec<String> {
    let lines = lines.take().into_iter();
    lines
        .filter(|line| line["level"] == "WARN" && line["target"].starts_with("secure_runtime::client"))
        .map(|line| line["message"].clone())
        .collect()
}

#[tokio::test]
async fn two_clients_get_two_each() {
    let (lines, _guard) = capture();
    for router in [
        // In the stack, and as a layer of its own.
        router().layer(stack().limit(two_an_hour())),
        router().layer(two_an_hour()).layer(peers(ClientLayer::default())),
    ] {
        assert_eq!(
            three_of_each(serve(router).await).await,
            [200, 200, 429, 200, 200, 429]
        );
    }
    assert_eq!(warnings(&lines), [""; 0]);
}

#[tokio::test]
async fn a_limit_that_cannot_tell_clients_apart_warns_once_and_says_what_to_do() {
    let (lines, _guard) = capture();
    let routers = || {
        [
            router().layer(bare().limit(two_an_hour())),
            router().layer(two_an_hour()),
        ]
    };
    for router in routers() {
        let statuses = three_of_each(serve(router).await).await;
        assert_eq!(statuses, [200, 200, 429, 429, 429, 429]);
        let said = warnings(&lines);
        assert_eq!(said.len(), 1, "{said:?}");
        for word in [
            "share one limit",
            "into_make_service_with_connect_info",
            "peer_from",
        ] {
            assert!(said[0].contains(word), "{word}: {said:?}");
        }
    }
    // Half of what to do is not enough.
    let addr = serve_blind(router().layer(stack().limit(two_an_hour()))).await;
    assert_eq!(three_of_each(addr).await, [200, 200, 429, 429, 429, 429]);
    assert_eq!(warnings(&lines).len(), 1);
}

#[tokio::test]
async fn a_limit_for_everyone_needs_no_address() {
    let (lines, _guard) = capture();
    let rule = Rule::global("all", "2 per hour".parse().unwrap());
    let limits = Limits::new().rule(rule).build().unwrap();
    let addr = serve_blind(router().layer(bare().limit(limits))).await;
    assert_eq!(three_of_each(addr).await, [200, 200, 429, 429, 429, 429]);
    assert_eq!(warnings(&lines), [""; 0]);
}

#[tokio::test]
async fn a_unix_socket_without_a_proxy_is_told_apart_from_a_server_that_says_nothing() {
    use tower_layer::Layer;
    use tower_service::Service;

    let (lines, _guard) = capture();
    let mut service = two_an_hour().layer(router().into_service::<axum::body::Body>());
    for _ in 0..2 {
        let request = http::Request::builder()
            .extension(Connection::default())
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(service.call(request).await.unwrap().status(), 200);
    }
    let said = warnings(&lines);
    assert!(said.len() == 1 && said[0].contains("TRUSTED_PROXIES"), "{said:?}");
}

/// What else is decided by the peer: log lines, HSTS, ids, events.
#[tokio::test]
async fn everything_that_asks_for_the_client_knows_it() {
    let (lines, _guard) = capture();
    let proxies = TrustedProxies::networks(["127.0.0.2/32"]).unwrap();
    let client = peers(ClientLayer::new(proxies));
    let handler = get(async |client: Client| client.ip().map_or_else(String::new, |ip| ip.to_string()));
    let limits = Limits::new()
        .rule(Rule::per_client("client", "1 per hour".parse().unwrap()).path("/limited"))
        .build()
        .unwrap();
    let router = Router::new()
        .route("/", handler)
        .layer(bare().client(client).limit(limits));
    let addr = serve(router).await;
    let claims = "x-forwarded-for: 203.0.113.7\nx-forwarded-proto: https\nx-request-id: from-the-proxy";

    // A stranger.
    let answer = ask_from(ADA, addr, &format!("GET / HTTP/1.1\n{claims}"), "").await;
    assert_eq!(answer.body, "127.0.0.1");
    assert_eq!(answer.header("strict-transport-security"), None);
    assert_ne!(answer.header("x-request-id"), Some("from-the-proxy"));
    assert_eq!(lines.take_of("access")[0]["client"], "127.0.0.1");

    // The proxy.
    let answer = ask_from(BOB, addr, &format!("GET / HTTP/1.1\n{claims}"), "").await;
    assert_eq!(answer.body, "203.0.113.7");
    assert!(answer.header("strict-transport-security").is_some());
    assert_eq!(answer.header("x-request-id"), Some("from-the-proxy"));
    assert_eq!(lines.take_of("access")[0]["client"], "203.0.113.7");

    // The event of a refusal. Clients are told apart by a hash, so one of many may be thought to have had its line.
    let mut events = Vec::new();
    for n in 50..60 {
        let client = Ipv4Addr::new(127, 0, 0, n);
        for status in [404, 429] {
            let answer = ask_from(client, addr, "GET /limited HTTP/1.1", "").await;
            assert_eq!(answer.status, status);
        }
        for event in lines.take_of("security") {
            assert_eq!(event["event"], "excess_rate_limit_exceeded");
            assert_eq!(event["ip_address"], client.to_string());
            events.push(event);
        }
        if !events.is_empty() {
            break;
        }
    }
    assert!(!events.is_empty());
}

#[tokio::test]
async fn trusted_proxies_that_cannot_be_recognized_are_warned_of() {
    let (lines, _guard) = capture();
    let proxies = TrustedProxies::networks(["127.0.0.0/8"]).unwrap();
    let addr = serve(router().layer(bare().client(ClientLayer::new(proxies)))).await;
    for _ in 0..2 {
        ask_from(ADA, addr, "GET / HTTP/1.1\nx-forwarded-for: 203.0.113.7", "").await;
    }
    let said = warnings(&lines);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("forwarding headers of trusted proxies are ignored"));
    assert!(said[0].contains("peer_from"));
}

#[tokio::test]
async fn an_allowed_network_is_let_in_during_maintenance() {
    let (lines, _guard) = capture();
    let switch = Switch::new();
    switch.turn_on(Cause::Service, Notice::new());
    let maintenance = || {
        MaintenancePolicy::new(&switch)
            .allow_network("127.0.0.2/32")
            .build()
            .unwrap()
    };
    let addr = serve(router().layer(stack().maintenance(maintenance()))).await;
    assert_eq!(get_from(ADA, addr).await.status, 503);
    assert_eq!(get_from(BOB, addr).await.status, 200);
    assert_eq!(warnings(&lines), [""; 0]);

    let addr = serve(router().layer(bare().maintenance(maintenance()))).await;
    assert_eq!(get_from(BOB, addr).await.status, 503);
    assert_eq!(get_from(BOB, addr).await.status, 503);
    let said = warnings(&lines);
    assert!(said.len() == 1 && said[0].contains("maintenance"), "{said:?}");
}

/// A server that reports more than an address; and one whose connection is not to be overruled.
#[tokio::test]
async fn the_extension_of_any_server_will_do() {
    use tonic::transport::server::TcpConnectInfo;
    use tower_layer::Layer;
    use tower_service::Service;

    #[derive(Clone)]
    struct Tls(SocketAddr);

    async fn seen(client: ClientLayer, request: http::request::Builder) -> (String, bool) {
        let show = get(async |client: Client| format!("{:?} {}", client.ip(), client.is_secure()));
        let mut service = client.layer(Router::new().route("/", show).into_service::<axum::body::Body>());
        let response = service.call(request.body(axum::body::Body::empty()).unwrap());
        let body = axum::body::to_bytes(response.await.unwrap().into_body(), 100).await;
        let text = String::from_utf8(body.unwrap().into()).unwrap();
        let (ip, secure) = text.split_once(' ').unwrap();
        (ip.to_owned(), secure == "true")
    }

    let peer = SocketAddr::from(([192, 0, 2, 7], 50_000));
    let want = format!("{:?}", Some(peer.ip()));

    let tonic = ClientLayer::default().peer_from(TcpConnectInfo::remote_addr);
    let info = TcpConnectInfo {
        local_addr: None,
        remote_addr: Some(peer),
    };
    let request = || http::Request::get("/");
    assert_eq!(
        seen(tonic, request().extension(info)).await,
        (want.clone(), false)
    );

    let tls = ClientLayer::default().peer_from(|info: &Tls| Connection::new(Some(info.0)).with_tls(true));
    assert_eq!(
        seen(tls.clone(), request().extension(Tls(peer))).await,
        (want.clone(), true)
    );
    assert_eq!(seen(tls, request()).await, ("None".to_owned(), false));

    let own = peers(ClientLayer::default());
    let request = request()
        .extension(Connection::new(Some(peer)))
        .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 8], 1))));
    assert_eq!(seen(own, request).await, (want, false));
}
