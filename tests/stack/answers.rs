//! Every answer carries the id and the headers.

use http::{Method, header};
use tests::loopback::{Answer, ask, serve};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_layer::Layer;

use crate::handler::{Handler, stack};

/// The headers of the profile on a connection that is secure.
const HEADERS: [&str; 12] = [
    "cache-control",
    "content-security-policy",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-dns-prefetch-control",
    "x-frame-options",
    "x-permitted-cross-domain-policies",
];

fn has_everything(answer: &Answer, but: &[&str]) {
    let id = answer
        .header("x-request-id")
        .unwrap_or_else(|| panic!("no id: {answer:?}"));
    assert_eq!(id.len(), 32, "{answer:?}");
    for name in HEADERS {
        assert_eq!(
            answer.header(name).is_some(),
            !but.contains(&name),
            "{name}: {answer:?}"
        );
    }
}

/// The id in an error body is the one in the header, and the body is a problem.
fn is_problem(answer: &Answer, title: &str) {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let id = answer.header("x-request-id").unwrap();
    let body = format!(
        r#"{{"type":"about:blank","title":"{title}","status":{},"request_id":"{id}"}}"#,
        answer.status
    );
    assert_eq!(answer.body, body);
}

#[tokio::test]
async fn not_found() {
    let addr = serve(stack().layer(Handler), true).await;
    let answer = ask(addr, "GET /nowhere HTTP/1.1", "").await;
    assert_eq!(answer.status, 404);
    has_everything(&answer, &[]);
    is_problem(&answer, "Not Found");
}

#[tokio::test]
async fn method_not_allowed() {
    let addr = serve(stack().layer(Handler), true).await;
    let answer = ask(addr, "DELETE / HTTP/1.1", "").await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    has_everything(&answer, &[]);
}

#[tokio::test]
async fn too_large_by_its_own_word() {
    let addr = serve(stack().layer(Handler), true).await;
    let answer = ask(
        addr,
        "POST /upload HTTP/1.1\ncontent-length: 17",
        "12345678901234567",
    )
    .await;
    assert_eq!(answer.status, 413);
    has_everything(&answer, &[]);
    is_problem(&answer, "Payload Too Large");
}

#[tokio::test]
async fn too_large_in_the_end() {
    let addr = serve(stack().layer(Handler), true).await;
    let chunks = "10\r\n1234567890123456\r\n1\r\n7\r\n0\r\n\r\n";
    let answer = ask(addr, "POST /upload HTTP/1.1\ntransfer-encoding: chunked", chunks).await;
    assert_eq!(answer.status, 413);
    has_everything(&answer, &[]);
    is_problem(&answer, "Payload Too Large");
}

#[tokio::test]
async fn just_small_enough() {
    let addr = serve(stack().layer(Handler), true).await;
    let answer = ask(
        addr,
        "POST /upload HTTP/1.1\ncontent-length: 16",
        "1234567890123456",
    )
    .await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "16 bytes"));
    let chunks = "10\r\n1234567890123456\r\n0\r\n\r\n";
    let answer = ask(addr, "POST /upload HTTP/1.1\ntransfer-encoding: chunked", chunks).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "16 bytes"));
}

#[tokio::test]
async fn a_panic() {
    let addr = serve(stack().layer(Handler), true).await;
    for path in ["/panic", "/panic-in-call"] {
        let answer = ask(addr, &format!("GET {path} HTTP/1.1"), "").await;
        assert_eq!(answer.status, 500);
        has_everything(&answer, &[]);
        is_problem(&answer, "Internal Server Error");
        assert!(!answer.body.contains("secret-detail"));
    }
    assert_eq!(
        ask(addr, "GET / HTTP/1.1", "").await.status,
        200,
        "the service goes on"
    );
}

#[tokio::test]
async fn a_timeout() {
    let addr = serve(stack().layer(Handler), true).await;
    let answer = ask(addr, "GET /slow HTTP/1.1", "").await;
    assert_eq!(answer.status, 503);
    has_everything(&answer, &[]);
    is_problem(&answer, "Service Unavailable");
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let addr = serve(stack().layer(Handler), true).await;
    let get = ask(addr, "GET / HTTP/1.1", "").await;
    let head = ask(addr, "HEAD / HTTP/1.1", "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    has_everything(&head, &[]);
    let names = |answer: &Answer| {
        answer
            .headers
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&get), names(&head));
    assert_eq!(head.header("content-length"), Some("5"));
}

#[tokio::test]
async fn not_modified_has_no_policy_for_the_stored_page() {
    let addr = serve(stack().layer(Handler), true).await;
    let answer = ask(addr, "GET /cached HTTP/1.1", "").await;
    assert_eq!(answer.status, 304);
    has_everything(&answer, &["content-security-policy"]);
}

#[tokio::test]
async fn a_preflight() {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::exact("https://app.example".parse().unwrap()))
        .allow_methods([Method::PUT])
        .max_age(std::time::Duration::from_secs(60));
    let addr = serve(stack().cors(cors).layer(Handler), true).await;
    let head = "OPTIONS / HTTP/1.1\norigin: https://app.example\naccess-control-request-method: PUT";
    let answer = ask(addr, head, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    has_everything(&answer, &[]);
}

#[tokio::test]
async fn a_logout() {
    let addr = serve(stack().layer(Handler), true).await;
    let answer = ask(addr, "POST /logout HTTP/1.1\ncontent-length: 0", "").await;
    assert_eq!(answer.status, 204);
    assert_eq!(
        answer.header("clear-site-data"),
        Some(r#""cache","cookies","storage""#)
    );
    has_everything(&answer, &[]);
}

#[tokio::test]
async fn hsts_never_goes_over_http() {
    let addr = serve(stack().layer(Handler), false).await;
    for path in ["/", "/nowhere", "/panic", "/slow", "/own"] {
        let answer = ask(
            addr,
            &format!("GET {path} HTTP/1.1\nx-forwarded-proto: https"),
            "",
        )
        .await;
        let own: &[&str] = &["strict-transport-security"];
        has_everything(&answer, own);
    }
}

#[tokio::test]
async fn what_the_handler_set_stays() {
    let addr = serve(stack().layer(Handler), true).await;
    let answer = ask(addr, "GET /own HTTP/1.1", "").await;
    has_everything(&answer, &[]);
    assert_eq!(answer.header("x-frame-options"), Some("SAMEORIGIN"));
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("server"), None);
    let cookies: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .collect();
    assert_eq!(cookies.len(), 2);
    assert_ne!(
        answer.header("x-request-id"),
        Some("forged"),
        "the id is the stack's"
    );
}

#[tokio::test]
async fn layers_stand_in_the_documented_order() {
    /// Answers by itself, as maintenance and limits do.
    #[derive(Clone)]
    struct Shut(&'static str);

    impl<S> Layer<S> for Shut {
        type Service = Closed;

        fn layer(&self, _: S) -> Closed {
            Closed(self.0)
        }
    }

    #[derive(Clone)]
    struct Closed(&'static str);

    impl<B> tower_service::Service<http::Request<B>> for Closed {
        type Response = http::Response<http_body_util::Full<bytes::Bytes>>;
        type Error = std::convert::Infallible;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: http::Request<B>) -> Self::Future {
            std::future::ready(Ok(http::Response::new(
                bytes::Bytes::from_static(self.0.as_bytes()).into(),
            )))
        }
    }

    let addr = serve(stack().limit(Shut("limit")).layer(Handler), true).await;
    let answer = ask(
        addr,
        "POST /upload HTTP/1.1\ncontent-length: 17",
        "12345678901234567",
    )
    .await;
    assert_eq!(answer.body, "limit", "a limit stands before the body limit");
    has_everything(&answer, &[]);

    let addr = serve(
        stack()
            .limit(Shut("limit"))
            .maintenance(Shut("maintenance"))
            .layer(Handler),
        true,
    )
    .await;
    let answer = ask(addr, "GET / HTTP/1.1", "").await;
    assert_eq!(answer.body, "maintenance", "maintenance stands before a limit");
    has_everything(&answer, &[]);

    let origin = AllowOrigin::exact("https://app.example".parse().unwrap());
    let stack = stack()
        .maintenance(Shut("maintenance"))
        .cors(CorsLayer::new().allow_origin(origin));
    let addr = serve(stack.layer(Handler), true).await;
    let head = "GET / HTTP/1.1\norigin: https://app.example";
    let answer = ask(addr, head, "").await;
    assert_eq!(answer.body, "maintenance");
    let cors = answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN.as_str());
    assert_eq!(
        cors,
        Some("https://app.example"),
        "CORS stands before maintenance"
    );
    has_everything(&answer, &[]);
}
