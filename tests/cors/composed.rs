//! Within the stack: preflights and refusals are answers like all others.

use secure_runtime::{
    cors::CorsPolicy,
    headers::SecurityHeaders,
    limit::{Limits, Rule},
    maintenance::{Cause, MaintenancePolicy, Notice, Switch},
    stack::SecureStack,
};
use tests::{
    lines::capture,
    loopback::{Answer, ask, serve},
};
use tower_layer::Layer;

use crate::support::{APP, Handler, session};

const PREFLIGHT: &str = "OPTIONS /x HTTP/1.1\norigin: https://app.example.com\naccess-control-request-method: PUT\n\
                         access-control-request-headers: content-type";

fn stack() -> SecureStack {
    SecureStack::new(SecurityHeaders::api().build().unwrap())
}

/// Every answer has an id and the headers.
fn assert_hardened(answer: &Answer) {
    assert!(answer.header("x-request-id").is_some(), "{answer:?}");
    assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{answer:?}");
    assert!(answer.header("strict-transport-security").is_some(), "{answer:?}");
}

#[tokio::test]
async fn a_preflight_has_an_id_and_the_headers_and_a_line() {
    let (lines, _guard) = capture();
    let addr = serve(stack().cors(session().build().unwrap()).layer(Handler), true).await;
    let answer = ask(addr, PREFLIGHT, "").await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    assert_eq!(answer.header("content-length"), None);
    assert_hardened(&answer);
    let line = &lines.take_of("access")[0];
    assert_eq!(
        (line["status"].as_str(), line["route"].as_str()),
        ("204", "preflight")
    );

    let refused = ask(addr, &PREFLIGHT.replace("app.example", "evil.example"), "").await;
    assert_eq!(refused.status, 403);
    assert_hardened(&refused);
    assert!(refused.body.contains(refused.header("x-request-id").unwrap()));
}

#[tokio::test]
async fn preflights_pass_limits_and_pages_can_read_a_refusal() {
    let limits = Limits::new()
        .rule(Rule::global("all", "1 per hour".parse().unwrap()))
        .build()
        .unwrap();
    let stack = stack().cors(session().build().unwrap()).limit(limits);
    let addr = serve(stack.layer(Handler), true).await;
    let get = format!("GET / HTTP/1.1\norigin: {APP}");
    assert_eq!(ask(addr, &get, "").await.status, 200);
    for _ in 0..3 {
        assert_eq!(ask(addr, PREFLIGHT, "").await.status, 204);
    }
    let answer = ask(addr, &get, "").await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    assert_hardened(&answer);
}

#[tokio::test]
async fn preflights_pass_while_the_service_is_shut() {
    let switch = Switch::new();
    let maintenance = MaintenancePolicy::new(&switch).build().unwrap();
    let cors = CorsPolicy::from(&Default::default()).origin(APP).methods(["PUT"]);
    let stack = stack().cors(cors.build().unwrap()).maintenance(maintenance);
    let addr = serve(stack.layer(Handler), true).await;
    switch.turn_on(Cause::Service, Notice::new());
    assert_eq!(ask(addr, PREFLIGHT, "").await.status, 204);
    let put = format!("PUT / HTTP/1.1\norigin: {APP}\ncontent-length: 0");
    let answer = ask(addr, &put, "").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    assert_eq!(answer.header("retry-after"), Some("300"));
    assert_hardened(&answer);
}
