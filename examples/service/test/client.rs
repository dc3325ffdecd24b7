//! What the tests ask the service for.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use tests::STRONG;
use tests::example::Example;
use tests::json::Json;
use tests::loopback::{Answer, ask};

/// Opens the admin listener.
pub const ADMIN: &str = STRONG[0];

/// Longer than anything here takes, so that only a hang fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A service in production, with a main, a metrics and an admin listener, in a folder of its own.
pub fn start_in(folder: &Path, vars: &[(&str, &str)]) -> Example {
    let fixed = [
        ("APP_ENV", "production"),
        ("BIND_ADDR", "127.0.0.1"),
        ("METRICS_PORT", "0"),
        ("ADMIN_PORT", "0"),
        ("ADMIN_TOKEN", ADMIN),
        ("PROMETHEUS_ENABLED", "true"),
        ("RELOAD_PERIOD", "0s"),
    ];
    let vars = [&fixed[..], vars].concat();
    Example::start_in(folder, env!("CARGO_BIN_EXE_service"), &vars, 3)
}

/// Two tokens of an account.
#[derive(Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Tokens {
    /// Those of an answer, which must be one.
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{answer:?}");
        let body = Json::parse(&answer.body).unwrap();
        let text = |name| body.get(name).and_then(Json::as_str).unwrap().to_owned();
        assert_eq!(text("token_type"), "Bearer");
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

/// A request without a body.
pub fn post(path: &str, fields: &str) -> String {
    format!("POST {path} HTTP/1.1\ncontent-length: 0\n{fields}")
}

pub async fn open(main: SocketAddr) -> Tokens {
    Tokens::of(&ask(main, &post("/guest", ""), "").await)
}

/// Exchanges a refresh token.
pub async fn change(main: SocketAddr, refresh: &str) -> Answer {
    ask(
        main,
        &post("/account/token", &format!("authorization: Bearer {refresh}")),
        "",
    )
    .await
}

/// What the service says to an access token.
pub async fn who(main: SocketAddr, access: &str) -> u16 {
    let head = format!("GET /account HTTP/1.1\nauthorization: Bearer {access}");
    ask(main, &head, "").await.status
}

/// A command of the operator.
pub async fn admin(service: &Example, path: &str, body: &str) -> Answer {
    let head = format!(
        "POST /{path} HTTP/1.1\nauthorization: Bearer {ADMIN}\ncontent-length: {}",
        body.len()
    );
    ask(service.addr("admin"), &head, body).await
}

/// The details of a health check, on the metrics listener.
pub async fn check(service: &Example, name: &str) -> Json {
    let head = "GET /health HTTP/1.1\naccept: application/json";
    let answer = ask(service.addr("metrics"), head, "").await;
    let body = Json::parse(&answer.body).unwrap();
    let check = body.get("checks").and_then(|checks| checks.get(name));
    check
        .unwrap_or_else(|| panic!("no check {name}: {}", answer.body))
        .clone()
}

/// Waits until something holds.
pub async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whether a health check has this status.
pub async fn is(service: &Example, name: &str, status: &str) -> bool {
    check(service, name).await.get("status").and_then(Json::as_str) == Some(status)
}
