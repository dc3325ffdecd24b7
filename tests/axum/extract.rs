//! What handlers take and give.

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use secure_runtime::{
    client::Client,
    headers::{CspNonce, SecurityHeaders},
    limit::{Key, Limiter, Refusal},
    problem::Problem,
    replicas::SharedRefusal,
    request_id::RequestId,
    route::Route,
};
use std::sync::Arc;
use tests::{
    lines::capture,
    loopback::{Answer, ask},
};

use crate::{serve, stack};

async fn seen(
    client: Client,
    id: RequestId,
    route: Route,
    nonce: CspNonce,
    none: Option<CspNonce>,
    some: Option<RequestId>,
) -> String {
    assert_eq!(none.unwrap().as_str(), nonce.as_str());
    assert_eq!(some.unwrap(), id);
    format!("{} {id} {} {nonce}", client.ip().unwrap(), route.template())
}

#[tokio::test]
async fn extractors_give_what_the_layers_have_found() {
    let pages = SecurityHeaders::html().build().unwrap();
    let router = Router::new()
        .route("/users/{id}", get(seen))
        .route_layer(secure_runtime::route::RouteLayer::template_from(
            axum::extract::MatchedPath::as_str,
        ))
        .layer(secure_runtime::stack::SecureStack::new(pages).client(crate::peers(Default::default())));
    let addr = serve(router).await;
    let answer = ask(addr, "GET /users/42 HTTP/1.1", "").await;
    let (id, policy) = (
        answer.header("x-request-id").unwrap(),
        answer.header("content-security-policy").unwrap(),
    );
    let words: Vec<_> = answer.body.split(' ').collect();
    assert_eq!(words[..3], ["127.0.0.1", id, "/users/{id}"], "{answer:?}");
    assert!(policy.contains(&format!("'nonce-{}'", words[3])), "{policy}");
}

#[tokio::test]
async fn an_extractor_without_its_layer_is_a_mistake_of_the_service() {
    let (lines, _guard) = capture();
    let router = Router::new()
        .route("/id", get(async |id: RequestId| id.to_string()))
        .route("/nonce", get(async |nonce: CspNonce| nonce.to_string()))
        .route(
            "/none",
            get(async |id: Option<RequestId>, nonce: Option<CspNonce>| {
                assert!(id.is_none() && nonce.is_none());
            }),
        )
        .route(
            "/client",
            get(async |client: Client, route: Route| format!("{:?} {}", client.ip(), route.template())),
        );
    let addr = serve(router).await;
    for (path, missing) in [("/id", "RequestIdLayer"), ("/nonce", "Csp::NONCE")] {
        let answer = ask(addr, &format!("GET {path} HTTP/1.1"), "").await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert!(!answer.body.contains("Layer") && !answer.body.contains("Csp"));
        let lines = lines.take();
        let errors: Vec<_> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
        assert!(
            errors.len() == 1 && errors[0]["message"].contains(missing),
            "{errors:?}"
        );
    }
    assert_eq!(ask(addr, "GET /none HTTP/1.1", "").await.status, 200);
    let answer = ask(addr, "GET /client HTTP/1.1", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "None unmatched"));
    // The policy of an API has no nonce.
    let addr = serve(
        Router::new()
            .route("/", get(async |_: CspNonce| ()))
            .layer(stack()),
    )
    .await;
    assert_eq!(ask(addr, "GET / HTTP/1.1", "").await.status, 500);
}

#[derive(Clone)]
struct Limiters {
    named: Arc<Limiter>,
    unnamed: Arc<Limiter>,
}

async fn pay(State(limiters): State<Limiters>, Path(user): Path<String>) -> Result<&'static str, Refusal> {
    limiters.named.check(Key::user(user))?;
    Ok("paid")
}

async fn pay_shared(
    State(limiters): State<Limiters>,
    Path(user): Path<String>,
) -> Result<&'static str, SharedRefusal> {
    let checked = limiters.unnamed.check(Key::new("shared", user));
    checked.map_err(SharedRefusal::Quota)?;
    Ok("paid")
}

#[tokio::test]
async fn problems_and_refusals_are_responses() {
    let (lines, _guard) = capture();
    let one = || Limiter::new("1 per hour".parse().unwrap());
    let limiters = Limiters {
        named: Arc::new(one().with_name("payouts").unwrap()),
        unnamed: Arc::new(one()),
    };
    let router = Router::new()
        .route("/pay/{user}", get(pay))
        .route("/shared/{user}", get(pay_shared))
        .route(
            "/problem",
            get(async || Problem::new(StatusCode::CONFLICT).detail("taken")),
        )
        .route(
            "/failed",
            get(async || Err::<(), _>(Problem::new(StatusCode::NOT_FOUND))),
        )
        .with_state(limiters)
        .layer(stack());
    let addr = serve(router).await;
    for (path, status, part) in [
        ("/problem", 409, r#""detail":"taken""#),
        ("/failed", 404, "Not Found"),
    ] {
        let answer = ask(addr, &format!("GET {path} HTTP/1.1"), "").await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let id = answer.header("x-request-id").unwrap();
        assert!(
            answer.body.contains(part) && answer.body.contains(id),
            "{answer:?}"
        );
    }
    for (path, name) in [("/pay", "payouts"), ("/shared", "default")] {
        let mut events = Vec::new();
        // Users are told apart by a hash, so one of many may be thought to have had its line.
        for n in 0..8 {
            let head = format!("GET {path}/{n} HTTP/1.1");
            assert_eq!(ask(addr, &head, "").await.status, 200);
            assert_eq!(lines.take_of("security").len(), 0, "no refusal, no event");
            let answer = ask(addr, &head, "").await;
            assert_refused(&answer, name);
            for event in lines.take_of("security") {
                assert_eq!(event["event"], "excess_rate_limit_exceeded");
                assert_eq!(event["rule"], name);
                assert_eq!(event["request_id"], answer.header("x-request-id").unwrap());
                events.push(event);
            }
            if !events.is_empty() {
                break;
            }
        }
        assert!(!events.is_empty(), "{path}");
    }
}

fn assert_refused(answer: &Answer, name: &str) {
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let policies = format!(r#""violated-policies":["{name}"]"#);
    assert!(answer.body.contains(&policies), "{answer:?}");
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    let limit = format!(r#""{name}";r=0;t={wait}"#);
    assert_eq!(answer.header("ratelimit"), Some(limit.as_str()));
    let policy = format!(r#""{name}";q=1;w=3600"#);
    assert_eq!(answer.header("ratelimit-policy"), Some(policy.as_str()));
}
