//! What is answered: paths, methods, headers, the shape of the body.

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{Method, Request, StatusCode};
use secure_runtime::connection::Listener;
use secure_runtime::health::{BoxError, Health, Outcome};

use crate::support::{get, on, request, text};

async fn healthy() -> Health {
    let health = Health::builder()
        .critical("database", async || {
            Ok::<_, BoxError>(Outcome::healthy().with("connections", 5))
        })
        .start()
        .unwrap();
    health.lifecycle().serve();
    health.settled().await;
    health
}

/// `text` with every run of digits made one `0`, and `null` too where a figure is not known yet.
fn shape(text: &str) -> String {
    let text = text.replace("null", "0.0");
    let mut shape = String::new();
    for character in text.chars() {
        let digit = character.is_ascii_digit();
        if !(digit && shape.ends_with('0')) {
            shape.push(if digit { '0' } else { character });
        }
    }
    shape
}

#[tokio::test]
async fn the_shape_of_the_details() {
    let health = healthy().await;
    let answer = health
        .answer(&on(Listener::Admin, Method::GET, "/health"))
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        shape(text(&answer)),
        concat!(
            r#"{"status":"healthy","timestamp":"0-0-0T0:0:0.0Z","checks":{"#,
            r#""database":{"status":"healthy","connections":0,"response_time_ms":0},"#,
            r#""system":{"cpu_usage_percent":0.0,"memory_usage_percent":0.0,"disk_free_gb":0.0}},"#,
            r#""uptime":{"uptime_seconds":0,"uptime_formatted":"0d 0h 0m 0s"}}"#
        )
    );
}

#[tokio::test]
async fn the_shape_for_everyone_else() {
    let health = healthy().await;
    for (path, status) in [
        ("/health", "healthy"),
        ("/health/ready", "healthy"),
        ("/health/live", "alive"),
    ] {
        let expected = format!(r#"{{"status":"{status}","timestamp":"0-0-0T0:0:0.0Z"}}"#);
        assert_eq!(shape(text(&get(&health, path))), expected);
    }
}

#[tokio::test]
async fn the_timestamp_is_the_time() {
    let health = healthy().await;
    let clock = || {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs()
    };
    let before = clock();
    let answer: serde_json::Value = serde_json::from_slice(get(&health, "/health").body()).unwrap();
    let after = clock();
    let stamp = answer["timestamp"].as_str().unwrap();
    // The seconds of the day, which need no calendar.
    let part = |range: std::ops::Range<usize>| stamp[range].parse::<u64>().unwrap();
    let second = part(11..13) * 3_600 + part(14..16) * 60 + part(17..19);
    assert!((before..=after).any(|clock| clock % 86_400 == second), "{stamp}");
}

#[tokio::test]
async fn headers_and_head() {
    let health = healthy().await;
    for path in ["/health", "/health/live", "/health/ready", "/health?verbose=1"] {
        let get = health.answer(&request(Method::GET, path)).unwrap();
        let head = health.answer(&request(Method::HEAD, path)).unwrap();
        assert_eq!(get.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(get.headers()[CACHE_CONTROL], "no-store, max-age=0");
        assert_eq!(get.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(get.headers()[CONTENT_LENGTH], get.body().len().to_string());
        assert_eq!((head.status(), head.headers()), (get.status(), get.headers()));
        assert!(head.body().is_empty());
    }
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let health = healthy().await;
    let purge = Method::from_bytes(b"PURGE").unwrap();
    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
        purge,
    ] {
        let answer = health.answer(&request(method, "/health/live")).unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers()[ALLOW], "GET, HEAD");
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store, max-age=0");
    }
}

#[tokio::test]
async fn other_paths_are_not_answered() {
    let health = healthy().await;
    for path in [
        "/",
        "/healthz",
        "/health/",
        "/health/live/",
        "/health/other",
        "//health",
        "/Health",
        "/a/health",
    ] {
        assert!(health.answer(&request(Method::GET, path)).is_none(), "{path}");
    }
    let asterisk = Request::options("*").body(()).unwrap();
    assert!(health.answer(&asterisk).is_none());
    let absolute = Request::get("http://example.test/health").body(()).unwrap();
    assert!(health.answer(&absolute).is_some());
}
