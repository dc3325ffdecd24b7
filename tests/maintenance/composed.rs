//! Within the stack: the 503 is an answer like all others, and what must go on goes on.

use std::time::{Duration, SystemTime};

use secure_runtime::{
    headers::SecurityHeaders,
    health::Health,
    limit::{Limits, Rule},
    maintenance::{Cause, MaintenancePolicy, Notice, Switch},
    security_txt::SecurityTxt,
    stack::SecureStack,
};
use tests::{
    lines::capture,
    loopback::{Answer, ask, serve},
};
use tower_layer::Layer;

use crate::support::Open;

fn assert_hardened(answer: &Answer) {
    assert!(answer.header("x-request-id").is_some(), "{answer:?}");
    assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{answer:?}");
    assert!(answer.header("strict-transport-security").is_some(), "{answer:?}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn health_and_contacts_stay_up_and_all_else_is_shut() {
    let (lines, _guard) = capture();
    let switch = Switch::new();
    let health = Health::builder().start().unwrap();
    health.lifecycle().serve();
    let contacts = SecurityTxt::new()
        .contact("mailto:security@example.com")
        .expires(SystemTime::now() + Duration::from_secs(100 * 24 * 60 * 60));
    let limits = Limits::new()
        .rule(Rule::global("all", "2 per hour".parse().unwrap()))
        .build()
        .unwrap();
    let stack = SecureStack::new(SecurityHeaders::api().build().unwrap())
        .health(health.layer())
        .security_txt(contacts.build().unwrap())
        .maintenance(MaintenancePolicy::new(&switch).build().unwrap())
        .limit(limits);
    let addr = serve(stack.layer(Open), true).await;
    let get = async |path: &str| ask(addr, &format!("GET {path} HTTP/1.1"), "").await;

    assert_eq!(get("/").await.status, 200);
    switch.turn_on(Cause::Service, Notice::new());
    for _ in 0..3 {
        let answer = get("/").await;
        assert_eq!(answer.status, 503, "what is shut is not limited");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_hardened(&answer);
        assert!(answer.body.contains(answer.header("x-request-id").unwrap()));
    }
    for path in [
        "/health",
        "/health/live",
        "/health/ready",
        "/.well-known/security.txt",
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_hardened(&answer);
    }
    let page = ask(addr, "GET / HTTP/1.1\naccept: text/html", "").await;
    assert_hardened(&page);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("style-src 'sha256-"),
        "the page's own policy stays: {policy}"
    );
    let head = ask(addr, "HEAD / HTTP/1.1\naccept: text/html", "").await;
    assert_eq!(head.header("content-length"), page.header("content-length"));
    assert_eq!(head.body, "");

    switch.turn_off(Cause::Service);
    assert_eq!(get("/").await.status, 200);
    assert_eq!(get("/").await.status, 429, "only two requests have been counted");

    let lines = lines.take();
    let changes: Vec<_> = lines
        .iter()
        .filter(|line| line["target"].ends_with("switch"))
        .map(|line| line["message"].as_str())
        .collect();
    assert_eq!(changes, ["maintenance is on", "maintenance is off"]);
}
