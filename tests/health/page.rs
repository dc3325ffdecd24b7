//! The page for browsers.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode};
use secure_runtime::connection::Listener;
use secure_runtime::health::{BoxError, Health, Outcome};
use sha2::{Digest, Sha256};

use crate::support::{on, text};

async fn page(method: Method, listener: Listener, path: &str) -> Response<Bytes> {
    let health = Health::builder()
        .critical("database", async || {
            Ok::<_, BoxError>(Outcome::healthy().with("version", "<script>1</script>&"))
        })
        .optional("cache", async || Err::<(), _>("refused"))
        .start()
        .unwrap();
    health.lifecycle().serve();
    health.settled().await;
    tokio::task::yield_now().await;
    let mut request = on(listener, method, path);
    let chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static(chromium));
    health.answer(&request).unwrap()
}

/// What stands between the first `start` and the `end` after it.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

#[tokio::test]
async fn the_policy_allows_the_style_and_nothing_else() {
    let page = page(Method::GET, Listener::Admin, "/health").await;
    assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    let digest = BASE64_STANDARD.encode(Sha256::digest(between(text(&page), "<style>", "</style>")));
    let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'"
        )
    );
}

#[tokio::test]
async fn the_page_runs_and_fetches_nothing() {
    let page = page(Method::GET, Listener::Admin, "/health").await;
    let html = text(&page);
    for unwanted in [
        "<script", "<link", "<img", "style=", "src=", " on", "http:", "https:", "url(",
    ] {
        assert!(!html.contains(unwanted), "{unwanted}");
    }
    assert!(html.contains("<dt>version</dt><dd>&lt;script&gt;1&lt;/script&gt;&amp;</dd>"));
}

#[tokio::test]
async fn the_page_shows_what_the_json_shows() {
    let page = page(Method::GET, Listener::Admin, "/health").await;
    assert_eq!(page.status(), StatusCode::OK);
    let html = text(&page);
    assert!(html.contains("<h1>degraded</h1>"));
    for shown in [
        "<h3>database</h3>",
        "<h3>cache <small>optional</small></h3>",
        "<dd>failed</dd>",
        "Memory",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    assert!(!html.contains("refused"));
}

#[tokio::test]
async fn without_the_right_to_details_the_page_has_none() {
    for (path, heading) in [
        ("/health", "degraded"),
        ("/health/ready", "degraded"),
        ("/health/live", "alive"),
    ] {
        let page = page(Method::GET, Listener::Main, path).await;
        let html = text(&page);
        assert!(html.contains(&format!("<h1>{heading}</h1>")), "{html}");
        let body = html.split_once("</style>").unwrap().1;
        for hidden in ["database", "cache", "Memory", "Uptime"] {
            assert!(!body.contains(hidden), "{hidden}");
        }
    }
}

#[tokio::test]
async fn head_of_the_page() {
    let get = page(Method::GET, Listener::Main, "/health").await;
    let head = page(Method::HEAD, Listener::Main, "/health").await;
    assert_eq!(get.headers(), head.headers());
    assert_eq!(head.headers()[CONTENT_LENGTH], get.body().len().to_string());
    assert!(head.body().is_empty());
}
