//! Every answer carries the id and the headers.

use http::header;
use secure_runtime::{
    cors::CorsPolicy,
    health::Health,
    limit::{Clock, Limits, Rule},
    maintenance::{Cause, MaintenancePolicy, Notice, Switch},
};
use tests::loopback::{Answer, ask, serve};
use tower_layer::Layer;

use crate::handler::{Handler, each, stack};

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
    each(true, async |addr| {
        let answer = ask(addr, "GET /nowhere HTTP/1.1", "").await;
        assert_eq!(answer.status, 404);
        has_everything(&answer, &[]);
        is_problem(&answer, "Not Found");
    })
    .await;
}

#[tokio::test]
async fn method_not_allowed() {
    each(true, async |addr| {
        let answer = ask(addr, "DELETE / HTTP/1.1", "").await;
        assert_eq!(answer.status, 405);
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
        has_everything(&answer, &[]);
    })
    .await;
}

#[tokio::test]
async fn too_large_by_its_own_word() {
    each(true, async |addr| {
        let answer = ask(
            addr,
            "POST /upload HTTP/1.1\ncontent-length: 17",
            "12345678901234567",
        )
        .await;
        assert_eq!(answer.status, 413);
        has_everything(&answer, &[]);
        is_problem(&answer, "Payload Too Large");
    })
    .await;
}

#[tokio::test]
async fn too_large_in_the_end() {
    each(true, async |addr| {
        let chunks = "10\r\n1234567890123456\r\n1\r\n7\r\n0\r\n\r\n";
        let answer = ask(addr, "POST /upload HTTP/1.1\ntransfer-encoding: chunked", chunks).await;
        assert_eq!(answer.status, 413);
        has_everything(&answer, &[]);
        is_problem(&answer, "Payload Too Large");
    })
    .await;
}

#[tokio::test]
async fn just_small_enough() {
    each(true, async |addr| {
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
    })
    .await;
}

#[tokio::test]
async fn a_panic() {
    each(true, async |addr| {
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
    })
    .await;
}

#[tokio::test]
async fn a_timeout() {
    each(true, async |addr| {
        let answer = ask(addr, "GET /slow HTTP/1.1", "").await;
        assert_eq!(answer.status, 503);
        has_everything(&answer, &[]);
        is_problem(&answer, "Service Unavailable");
    })
    .await;
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    each(true, async |addr| {
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
    })
    .await;
}

#[tokio::test]
async fn not_modified_has_no_policy_for_the_stored_page() {
    each(true, async |addr| {
        let answer = ask(addr, "GET /cached HTTP/1.1", "").await;
        assert_eq!(answer.status, 304);
        has_everything(&answer, &["content-security-policy"]);
    })
    .await;
}

#[tokio::test]
async fn a_preflight() {
    let cors = CorsPolicy::new()
        .origin("https://app.example")
        .methods(["PUT"])
        .build()
        .unwrap();
    let addr = serve(stack().cors(cors).layer(Handler), true).await;
    let head = "OPTIONS / HTTP/1.1\norigin: https://app.example\naccess-control-request-method: PUT";
    let answer = ask(addr, head, "").await;
    assert_eq!(answer.status, 204);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    has_everything(&answer, &[]);
}

#[tokio::test]
async fn a_logout() {
    each(true, async |addr| {
        let answer = ask(addr, "POST /logout HTTP/1.1\ncontent-length: 0", "").await;
        assert_eq!(answer.status, 204);
        assert_eq!(
            answer.header("clear-site-data"),
            Some(r#""cache","cookies","storage""#)
        );
        has_everything(&answer, &[]);
    })
    .await;
}

#[tokio::test]
async fn hsts_never_goes_over_http() {
    each(false, async |addr| {
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
    })
    .await;
}

#[tokio::test]
async fn what_the_handler_set_stays() {
    each(true, async |addr| {
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
    })
    .await;
}

#[tokio::test]
async fn layers_stand_in_the_documented_order() {
    let limits = |quota: &str| {
        let rule = Rule::global("all", quota.parse().unwrap());
        Limits::new().clock(Clock::manual()).rule(rule).build().unwrap()
    };
    let health = Health::builder().start().unwrap();
    let switch = Switch::new();
    let stack = stack()
        .limit(limits("1 per hour"))
        .maintenance(MaintenancePolicy::new(&switch).build().unwrap())
        .cors(CorsPolicy::new().origin("https://app.example").build().unwrap())
        .health(health.layer());
    let addr = serve(stack.layer(Handler), true).await;
    let of_page = async |head: &str, body: &str| {
        let answer = ask(addr, &format!("{head}\norigin: https://app.example"), body).await;
        has_everything(&answer, &[]);
        let may_read = answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN.as_str());
        (answer.status, may_read.is_some())
    };
    let upload = "POST /upload HTTP/1.1\ncontent-length: 17";

    switch.turn_on(Cause::Service, Notice::new());
    assert_eq!(
        of_page("GET / HTTP/1.1", "").await,
        (503, true),
        "CORS stands before maintenance"
    );
    let probe = of_page("GET /health/live HTTP/1.1", "").await;
    assert_eq!(probe, (200, false), "health stands before CORS and maintenance");
    switch.turn_off(Cause::Service);

    let large = of_page(upload, "12345678901234567").await;
    assert_eq!(
        large,
        (413, true),
        "maintenance stands before the limit, which counts this"
    );
    let large = of_page(upload, "12345678901234567").await;
    assert_eq!(large, (429, true), "the limit stands before the body limit");
}

/// What fails below is for the page that asked to see, as much as what works.
#[tokio::test]
async fn pages_can_read_what_went_wrong() {
    let cors = CorsPolicy::new().origin("https://app.example").build().unwrap();
    let addr = serve(stack().cors(cors).layer(Handler), true).await;
    for (path, status) in [("/panic", 500), ("/panic-in-call", 500), ("/slow", 503)] {
        let answer = ask(
            addr,
            &format!("GET {path} HTTP/1.1\norigin: https://app.example"),
            "",
        )
        .await;
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("https://app.example"),
            "{path}"
        );
        has_everything(&answer, &[]);
    }
}
