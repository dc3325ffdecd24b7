//! What the layers make of proxies.

use secure_runtime::client::{ClientLayer, TrustedProxies};
use tests::{
    lines::capture,
    loopback::{ask, serve},
};
use tower_layer::Layer;

use crate::handler::{Handler, stack};

#[tokio::test]
async fn a_trusted_proxy_speaks_for_its_clients() {
    let (lines, _guard) = capture();
    let client = ClientLayer::new(TrustedProxies::networks(["127.0.0.0/8"]).unwrap());
    let addr = serve(stack().client(client).layer(Handler), false).await;

    let answer = ask(
        addr,
        "GET / HTTP/1.1\nx-forwarded-for: 203.0.113.7\nx-forwarded-proto: https",
        "",
    )
    .await;
    assert!(answer.header("strict-transport-security").is_some());
    assert_eq!(lines.take_of("access")[0]["client"], "203.0.113.7");

    let answer = ask(
        addr,
        "GET / HTTP/1.1\nx-forwarded-for: 203.0.113.7\nx-forwarded-proto: http",
        "",
    )
    .await;
    assert!(answer.header("strict-transport-security").is_none());
}

#[tokio::test]
async fn a_stranger_speaks_for_nobody_and_is_reported_once() {
    let (lines, _guard) = capture();
    let addr = serve(stack().layer(Handler), false).await;
    for _ in 0..3 {
        let answer = ask(
            addr,
            "GET / HTTP/1.1\nx-forwarded-for: 203.0.113.7\nx-forwarded-proto: https",
            "",
        )
        .await;
        assert!(answer.header("strict-transport-security").is_none());
    }
    let lines = lines.take();
    let warnings: Vec<_> = lines.iter().filter(|line| line["level"] == "WARN").collect();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0]["peer"], "127.0.0.1");
    assert!(
        lines
            .iter()
            .filter(|line| line["target"] == "access")
            .all(|line| line["client"] == "127.0.0.1")
    );
}
