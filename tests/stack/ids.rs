//! Whose id a request has, and where it is told.

use secure_runtime::client::{ClientLayer, TrustedProxies};
use tests::{
    lines::capture,
    loopback::{ask, serve},
};
use tower_layer::Layer;

use crate::handler::{Handler, each, stack};

fn behind_proxy() -> ClientLayer {
    ClientLayer::new(TrustedProxies::networks(["127.0.0.0/8"]).unwrap())
}

#[tokio::test]
async fn the_id_is_the_same_everywhere() {
    let (lines, _guard) = capture();
    each(true, async |addr| {
        drop(lines.take());
        let answer = ask(addr, "GET / HTTP/1.1", "").await;
        let id = answer.header("x-request-id").unwrap();
        let lines = lines.take();
        let of: Vec<_> = lines
            .iter()
            .map(|line| (line["message"].as_str(), line["request_id"].as_str()))
            .collect();
        assert_eq!(of, [("in the handler", id), ("request", id)]);

        let answer = ask(addr, "GET /id HTTP/1.1", "").await;
        assert_eq!(answer.header("x-request-id"), Some(answer.body.as_str()));

        let answer = ask(addr, "GET /problem HTTP/1.1", "").await;
        assert!(
            answer.body.contains(answer.header("x-request-id").unwrap()),
            "{answer:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_body_logs_has_the_id() {
    let (lines, _guard) = capture();
    each(true, async |addr| {
        let answer = ask(addr, "GET /stream HTTP/1.1", "").await;
        let id = answer.header("x-request-id").unwrap();
        let lines = lines.take();
        assert_eq!(lines.len(), 5, "three parts, the end, the line of the request");
        assert!(lines.iter().all(|line| line["request_id"] == id), "{lines:?}");
    })
    .await;
}

#[tokio::test]
async fn each_request_has_its_own() {
    each(true, async |addr| {
        let mut ids = std::collections::HashSet::new();
        for _ in 0..100 {
            let answer = ask(addr, "GET / HTTP/1.1", "").await;
            assert!(ids.insert(answer.header("x-request-id").unwrap().to_owned()));
        }
    })
    .await;
}

#[tokio::test]
async fn a_trusted_proxys_id_is_taken_over() {
    let (lines, _guard) = capture();
    let addr = serve(stack().client(behind_proxy()).layer(Handler), true).await;
    for id in [
        "Edge-42.a_b",
        "0A00020F:C88A_0A000210:01BB_5F3C",
        "|7cfe6bf2.1#2",
        "q2Zf+1/8aQ==",
    ] {
        let answer = ask(addr, &format!("GET /header-id HTTP/1.1\nx-request-id: {id}"), "").await;
        assert_eq!(answer.header("x-request-id"), Some(id));
        assert_eq!(answer.body, format!("Some({id:?})"));
        let line = &lines.take()[0];
        assert_eq!(line["request_id"], id);
        assert!(!line.contains_key("upstream_request_id"));
    }
}

#[tokio::test]
async fn a_strangers_id_is_only_noted() {
    let (lines, _guard) = capture();
    each(true, async |addr| {
        let answer = ask(addr, "GET /header-id HTTP/1.1\nx-request-id: Edge-42.a_b", "").await;
        let id = answer.header("x-request-id").unwrap();
        assert_eq!(id.len(), 32);
        assert_eq!(answer.body, format!("Some({id:?})"), "handlers do not see it");
        let line = &lines.take()[0];
        assert_eq!(line["request_id"], id);
        assert_eq!(line["upstream_request_id"], "Edge-42.a_b");
    })
    .await;
}

#[tokio::test]
async fn what_is_ill_formed_is_ignored() {
    let (lines, _guard) = capture();
    let stranger = serve(stack().layer(Handler), true).await;
    let proxied = serve(stack().client(behind_proxy()).layer(Handler), true).await;
    let long = "a".repeat(60_000);
    for given in ["a b", "a\tb", "\"", "é", "a,b", &long] {
        for addr in [stranger, proxied] {
            let answer = ask(
                addr,
                &format!("GET /header-id HTTP/1.1\nx-request-id: {given}"),
                "",
            )
            .await;
            let id = answer.header("x-request-id").unwrap();
            assert_eq!(id.len(), 32, "{given}");
            assert_eq!(answer.body, format!("Some({id:?})"), "{given}");
        }
    }
    let head = "GET / HTTP/1.1\nx-request-id: one\nx-request-id: two";
    assert_eq!(
        ask(proxied, head, "").await.header("x-request-id").unwrap().len(),
        32
    );
    let lines = lines.take();
    assert!(lines.iter().all(|line| !line.contains_key("upstream_request_id")));
    let warnings: Vec<_> = lines.iter().filter(|line| line["level"] == "WARN").collect();
    assert_eq!(warnings.len(), 1, "once, however many there are: {warnings:?}");
    assert!(
        warnings[0]["message"].starts_with("ignoring an x-request-id of a trusted proxy"),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn a_traceparent_ties_lines_to_its_trace() {
    let (lines, _guard) = capture();
    each(true, async |addr| {
        let head = "GET / HTTP/1.1\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        ask(addr, head, "").await;
        let found = lines.take();
        assert_eq!(found.len(), 2, "the handler's and that of the request");
        for line in found {
            assert_eq!(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
            assert_eq!(line["span_id"], "00f067aa0ba902b7");
        }
        ask(
            addr,
            "GET / HTTP/1.1\ntraceparent: 00-forged\"}-00f067aa0ba902b7-01",
            "",
        )
        .await;
        let found = lines.take();
        assert!(
            found.len() == 2 && found.iter().all(|line| !line.contains_key("trace_id")),
            "{found:?}"
        );
    })
    .await;
}
