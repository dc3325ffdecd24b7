//! Limits of users, by a layer below the authentication and in handlers.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::post,
};
use http::StatusCode;
use secure_runtime::{
    client::{Client, ClientLayer},
    limit::{Clock, Key, Limiter, Limits, Rule, UserKey},
};
use tests::loopback::{ask, serve};

/// An authentication that believes what it is told.
async fn authenticate(mut request: Request, next: Next) -> Response {
    let user = request
        .headers()
        .get("x-test-user")
        .map(|user| UserKey::new(user.as_bytes()));
    request.extensions_mut().extend(
        user.map(|user| {
            let mut extensions = http::Extensions::new();
            extensions.insert(user);
            extensions
        })
        .unwrap_or_default(),
    );
    next.run(request).await
}

#[tokio::test]
async fn ten_an_hour_for_each_user() {
    let rule = Rule::per_user("payouts", "10 per hour".parse().unwrap());
    let limit = Limits::new().clock(Clock::manual()).rule(rule).build().unwrap();
    let router = Router::new()
        .route("/payouts", post(|| async { "paid" }).layer(limit))
        .layer(from_fn(authenticate))
        .layer(ClientLayer::default());
    let addr = serve(router, false).await;
    let pay = async |user: &str| {
        ask(
            addr,
            &format!("POST /payouts HTTP/1.1\ncontent-length: 0{user}"),
            "",
        )
        .await
        .status
    };
    for user in ["\nx-test-user: alice", "\nx-test-user: bob"] {
        let mut passed = 0;
        for _ in 0..30 {
            passed += u32::from(pay(user).await == 200);
        }
        assert_eq!(passed, 10, "{user}");
    }
    // Nobody in particular is counted by address, and not let through.
    let mut passed = 0;
    for _ in 0..30 {
        passed += u32::from(pay("").await == 200);
    }
    assert_eq!(passed, 10);
}

struct Logins {
    of_account: Limiter,
    of_client: Limiter,
}

async fn login(State(logins): State<Arc<Logins>>, request: Request) -> Response {
    let client = Client::of(request.extensions()).key();
    let account = request.headers()["x-test-user"].as_bytes();
    // The client first: it is not free to invent.
    let refused = logins
        .of_client
        .check(Key::client(client))
        .and_then(|_| logins.of_account.check(Key::user(account)));
    match refused {
        Ok(_) => StatusCode::UNAUTHORIZED.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

#[tokio::test]
async fn login_attempts_by_account_and_client() {
    let logins = Logins {
        of_account: Limiter::new("5 per hour".parse().unwrap()),
        of_client: Limiter::new("20 per hour".parse().unwrap()),
    };
    let router = Router::new()
        .route("/login", post(login))
        .layer(ClientLayer::default())
        .with_state(Arc::new(logins));
    let addr = serve(router, false).await;
    let attempt = async |user: &str| {
        ask(
            addr,
            &format!("POST /login HTTP/1.1\ncontent-length: 0\nx-test-user: {user}"),
            "",
        )
        .await
    };
    for _ in 0..5 {
        assert_eq!(attempt("alice").await.status, 401);
    }
    let refused = attempt("alice").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() > 3_590);
    // Other accounts from the same client, until the client has used up its own.
    let mut passed = 0;
    for n in 0..30 {
        passed += u32::from(attempt(&format!("user{n}")).await.status == 401);
    }
    assert_eq!(passed, 14);
}
