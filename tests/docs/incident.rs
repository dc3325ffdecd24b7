//! The queries of `docs/INCIDENT.md`, asked of a log that a service has written.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use axum::Router;
use axum::extract::Request;
use axum::routing::post;
use secure_runtime::events::{self, Context};
use secure_runtime::headers::SecurityHeaders;
use secure_runtime::log::{self, LogFormat, LogOutput, LogSettings};
use secure_runtime::stack::{Layer, SecureStack};
use tests::Scratch;
use tests::json::Json;
use tests::loopback::{ask, serve};
use tests::markdown::blocks;
use tracing_subscriber::layer::SubscriberExt;

/// More failures than the page takes for a typing mistake.
const GUESSES: usize = 25;

/// A request that tells of what its query says.
async fn tell(request: Request) -> &'static str {
    let event = request.uri().query().unwrap_or_default().to_owned();
    let (parts, _) = request.into_parts();
    let context = Context::of(&parts).user("42");
    match &*event {
        "success" => events::authn_login_success(&context),
        "refused" => events::authz_fail(&context, "invoices"),
        "read" => events::sensitive_read(&context, "invoice"),
        _ => events::authn_login_fail(&context),
    }
    "told"
}

/// An attack, and its log in `service.log`: somebody guesses, gets in, and reads. Gives the id of his last request.
async fn attack(scratch: &Scratch) -> (SocketAddr, String) {
    let file = fs::File::create(scratch.join("service.log")).unwrap();
    let settings = LogSettings::new().format(LogFormat::Json);
    let (layer, _guard) = log::layer(settings, LogOutput::file(file)).unwrap();
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let stack = SecureStack::new(SecurityHeaders::api().build().unwrap());
    let addr = serve(stack.layer(Router::new().route("/login", post(tell))), false).await;
    for _ in 0..GUESSES {
        ask(addr, "POST /login?fail HTTP/1.1", "").await;
    }
    for event in ["success", "refused"] {
        ask(addr, &format!("POST /login?{event} HTTP/1.1"), "").await;
    }
    let last = ask(addr, "POST /login?read HTTP/1.1", "").await;
    (addr, last.header("x-request-id").expect("it has one").to_owned())
}

#[tokio::test]
async fn the_queries_find_what_an_attacker_did() {
    tests::needs!("bash", "jq");
    let scratch = Scratch::new();
    let (addr, id) = attack(&scratch).await;
    let page = include_str!("../../docs/INCIDENT.md");
    let queries = blocks(page)
        .into_iter()
        .filter(|block| block.language() == "sh" && block.text.contains("jq "));
    let mut answers = Vec::new();
    for query in queries {
        // The page's own id and address stand for those of the day.
        let script = query
            .text
            .replace("853f647247ebb7e25a48b29a1a29fe93", &id)
            .replace("203.0.113.9", &addr.ip().to_string());
        let script = format!("set -euo pipefail\n{script}");
        let output = Command::new("bash")
            .args(["-c", &script])
            .current_dir(scratch.path())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !said.is_empty(),
            "line {}: {errors}{said}",
            query.line
        );
        answers.push(said);
    }
    let [request, events, success, rights, access] = &answers[..] else {
        panic!("{} queries", answers.len());
    };
    // The request: what it told, and its access line.
    let lines: Vec<Json> = request.lines().map(|line| Json::parse(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{request}");
    assert!(request.contains("sensitive_read") && request.contains(r#""target":"access""#));
    // Every failure, and then the table: whose, from where.
    assert_eq!(
        events.lines().filter(|line| line.starts_with('{')).count(),
        GUESSES
    );
    assert!(
        events.contains(&format!("{GUESSES} authn_login_fail\t42\t{}", addr.ip())),
        "{events}"
    );
    assert_eq!(success.lines().count(), 1, "{success}");
    assert!(success.contains("authn_login_success"));
    assert!(
        rights.contains("authz_fail") && rights.contains("sensitive_read"),
        "{rights}"
    );
    assert_eq!(access.lines().count(), GUESSES + 3, "{access}");
    assert!(
        access
            .lines()
            .all(|line| line.contains("\tPOST\t/login\t200") || line.contains("\tPOST\tunmatched\t200"))
    );
}
