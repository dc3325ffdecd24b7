//! What clients are told.

use secure_runtime::{
    client::TrustedProxies,
    limit::{Clock, Fields, LimitLayer, Limits, Rule},
};
use serde_json::Value;
use tests::loopback::{ask, serve};
use tower_layer::Layer;

use crate::support::{call, from, limited, ten_an_hour};

fn of(rules: impl IntoIterator<Item = Rule>, fields: Fields) -> LimitLayer {
    let limits = Limits::new().clock(Clock::manual()).fields(fields);
    rules.into_iter().fold(limits, Limits::rule).build().unwrap()
}

fn client(quota: &str) -> Rule {
    Rule::per_client("client", quota.parse().unwrap())
}

#[tokio::test]
async fn a_refusal_over_the_wire() {
    let stack = secure_runtime::stack::SecureStack::new(
        secure_runtime::headers::SecurityHeaders::api().build().unwrap(),
    )
    .limit(ten_an_hour());
    let router = axum::Router::new()
        .route("/", axum::routing::get(|| async { "yes" }))
        .route("/health", axum::routing::get(|| async { "well" }));
    let addr = serve(stack.layer(router.into_service()), false).await;

    let answer = ask(addr, "GET / HTTP/1.1", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "yes"));
    // As long as there is plenty.
    assert_eq!(answer.header("ratelimit"), None);
    for left in (0..9).rev() {
        let answer = ask(addr, "GET / HTTP/1.1", "").await;
        assert_eq!(answer.status, 200);
        let told = format!(r#""client";r={left};"#);
        let limit = answer.header("ratelimit").map(|limit| limit.starts_with(&told));
        assert_eq!(limit, (left < 5).then_some(true));
        let policy = answer.header("ratelimit-policy");
        assert_eq!(policy, (left < 5).then_some(r#""client";q=10;w=3600"#));
    }
    let answer = ask(addr, "GET / HTTP/1.1", "").await;
    assert_eq!(answer.status, 429);
    let wait = answer.header("retry-after").unwrap();
    assert_eq!(wait, "3601");
    assert_eq!(
        answer.header("ratelimit"),
        Some(format!(r#""client";r=0;t={wait}"#).as_str())
    );
    assert_eq!(answer.header("ratelimit-policy"), Some(r#""client";q=10;w=3600"#));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        body["type"],
        "https://iana.org/assignments/http-problem-types#quota-exceeded"
    );
    assert_eq!(body["status"], 429);
    assert_eq!(body["violated-policies"], serde_json::json!(["client"]));
    // As every other answer it has an id and the security headers.
    assert_eq!(body["request_id"], answer.header("x-request-id").unwrap());
    assert!(answer.header("content-security-policy").is_some());
    // Health answers all the same.
    assert_eq!(ask(addr, "GET /health HTTP/1.1", "").await.status, 200);
}

#[test]
fn the_tightest_limit_is_told_with_all_policies() {
    let mut service = limited(
        TrustedProxies::none(),
        of(
            [
                Rule::global("all", "5 per hour".parse().unwrap()),
                Rule::per_client("daily", "1000/d".parse().unwrap()),
                Rule::per_client("burst", "5/s burst 20".parse().unwrap()),
            ],
            Fields::Always,
        ),
    );
    let answer = call(&mut service, from("192.0.2.1:1"));
    assert_eq!(answer.headers()["ratelimit"], r#""burst";r=19;t=1"#);
    let policy = answer.headers()["ratelimit-policy"].to_str().unwrap();
    // What everyone shares is nobody's to plan with, and shows how busy the service is.
    assert_eq!(policy, r#""daily";q=1000;w=86400, "burst";q=20;w=4"#);
}

#[test]
fn fields_can_be_kept_for_refusals_or_left_out() {
    let ask = |fields| {
        let mut service = limited(TrustedProxies::none(), of([client("1 per hour")], fields));
        let (first, second) = (
            call(&mut service, from("192.0.2.1:1")),
            call(&mut service, from("192.0.2.1:1")),
        );
        assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 429));
        assert!(second.headers().contains_key("retry-after"));
        [first, second].map(|answer| answer.headers().contains_key("ratelimit"))
    };
    assert_eq!(ask(Fields::Always), [true, true]);
    assert_eq!(ask(Fields::WhenLow), [true, true]);
    assert_eq!(ask(Fields::WhenRefused), [false, true]);
    assert_eq!(ask(Fields::Never), [false, false]);
}

#[test]
fn the_handler_and_inner_limits_have_the_last_word() {
    let inner = of(
        [Rule::per_client("inner", "2 per hour".parse().unwrap())],
        Fields::Always,
    );
    let outer = of([client("100 per hour")], Fields::Always);
    let mut service = outer.layer(inner.layer(crate::support::Yes));
    let answer = call(&mut service, from("192.0.2.1:1"));
    assert_eq!(answer.headers()["ratelimit"], r#""inner";r=1;t=3601"#);
    assert_eq!(answer.headers().get_all("ratelimit").iter().count(), 1);
}

#[test]
fn a_hook_hears_of_every_refusal() {
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let hook = {
        let heard = std::sync::Arc::clone(&heard);
        move |excess: &secure_runtime::limit::Excess<'_>| {
            let rules: Vec<_> = excess.rules().map(str::to_owned).collect();
            heard
                .lock()
                .unwrap()
                .push((rules, excess.client().ip().unwrap().to_string()));
        }
    };
    let layer = of([client("1 per hour")], Fields::Always).on_refused(hook);
    let mut service = limited(TrustedProxies::none(), layer.clone());
    for _ in 0..3 {
        call(&mut service, from("192.0.2.1:1"));
    }
    let expected = (vec!["client".to_owned()], "192.0.2.1".to_owned());
    assert_eq!(*heard.lock().unwrap(), [expected.clone(), expected]);
    assert_eq!(layer.refused().collect::<Vec<_>>(), [("client", 2)]);
}
