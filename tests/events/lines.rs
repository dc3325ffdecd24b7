//! What a line says.

use http::{HeaderValue, Request, request::Parts};
use secure_config::SecretString;
use secure_runtime::{
    connection::Connection,
    events::{self, Context, Event},
    log::{self, LogOutput, LogSettings},
};
use tests::{json::Json, lines::capture};
use tracing_subscriber::layer::SubscriberExt;

fn request(user_agent: &[u8]) -> Parts {
    let (mut parts, ()) = Request::builder()
        .extension(Connection::new(Some("[2001:db8::17]:50000".parse().unwrap())))
        .body(())
        .unwrap()
        .into_parts();
    let value = HeaderValue::from_bytes(user_agent).unwrap();
    parts.headers.insert("user-agent", value);
    parts
}

/// Every event that has a function, once.
fn all(who: &Context<'_>) {
    events::authn_login_success(who);
    events::authn_login_successafterfail(who, 3);
    events::authn_login_fail(who);
    events::authn_login_fail_max(who, 5);
    events::authn_login_lock(who, "maxretries");
    events::authn_password_change(who);
    events::authn_password_change_fail(who);
    events::authn_impossible_travel(who, "US-OR", "CN-SH");
    events::authn_token_created(who, "create,update");
    events::authn_token_revoked(who, "t-1");
    events::authn_token_reuse(who, "t-1");
    events::authn_token_delete(who, "foobarapi");
    events::authz_fail(who, "/invoices/{id}");
    events::authz_change(who, "user", "admin");
    events::authz_admin(who, "user_privilege_change");
    events::crypt_decrypt_fail(who);
    events::crypt_encrypt_fail(who);
    events::excess_rate_limit_exceeded(who, 100_000);
    events::excess_sessions_exceeded(who, 5);
    events::upload_complete(who, "a.png", "image/png");
    events::upload_stored(who, "a.png", "in", "out");
    events::upload_validation(who, "a.png", "virusscan", true);
    events::upload_delete(who, "f-1");
    events::input_validation_fail(who, "date_of_birth");
    events::input_validation_discrete_fail(who, "country");
    events::malicious_excess_404(who);
    events::malicious_extraneous(who, "creditcardnum");
    events::malicious_attack_tool(who, "nikto");
    events::malicious_sqli(who, "search", "942100");
    events::malicious_cors(who, "https://evil.example");
    events::malicious_direct_reference(who);
    events::malicious_csrf(who);
    events::malicious_csp_violation(who, "script-src", "https://evil.example/a.js?id=8pXv0rVbQm3K");
    events::mcp_prompt_injection(who);
    events::mcp_resource_exhaustion(who);
    events::mcp_tool_poisoning(who);
    events::privilege_permissions_changed(who, "/a", "r", "rw");
    events::sensitive_create(who, "/a");
    events::sensitive_read(who, "/a");
    events::sensitive_update(who, "/a");
    events::sensitive_delete(who, "/a");
    events::sequence_fail(who);
    events::session_created(who);
    events::session_renewed(who);
    events::session_expired(who, "idle");
    events::session_logout(who);
    events::session_use_after_expire(who);
    events::sys_startup(who);
    events::sys_shutdown(who);
    events::sys_restart(who);
    events::sys_crash(who, "out of memory");
    events::sys_monitor_disabled(who, "antivirus");
    events::sys_monitor_enabled(who, "antivirus");
    events::user_created(who, "7", "admin:create");
    events::user_updated(who, "7", "admin:create");
    events::user_archived(who, "7");
    events::user_deleted(who, "7");
}

#[test]
fn every_event_has_a_line_and_is_counted() {
    let before: Vec<u64> = Event::ALL.iter().map(|event| event.count()).collect();
    let (lines, _guard) = capture();
    let parts = request(b"curl/8.5.0");
    all(&Context::of(&parts).user("42"));
    let lines = lines.take_of("security");
    assert_eq!(lines.len(), Event::ALL.len());
    for ((line, event), before) in lines.iter().zip(Event::ALL).zip(before) {
        assert_eq!(line["event"], event.name());
        assert_eq!(line["level"], event.level().to_string(), "{event}");
        assert_eq!(line["user_id"], "42");
        assert_eq!(line["ip_address"], "2001:db8::17");
        assert_eq!(line["user_agent"], "curl/8.5.0");
        assert!(event.count() > before, "{event}");
        assert!(
            !line.values().any(|value| value.contains("8pXv0rVbQm3K")),
            "{line:?}"
        );
    }
}

#[test]
fn a_failed_check_of_a_file_is_worse_than_one_that_passed() {
    let (lines, _guard) = capture();
    events::upload_validation(&Context::new(), "a.png", "virusscan", false);
    assert_eq!(lines.take_of("security")[0]["level"], "ERROR");
}

#[test]
fn what_the_client_says_is_bounded() {
    let (lines, _guard) = capture();
    let parts = request(&[b'x'; 60_000]);
    let long = "ü".repeat(30_000);
    let who = Context::of(&parts).user(&long);
    events::authz_fail(&who, &long);
    events::user_created(&who, &long, &long);
    let found = lines.take_of("security");
    assert_eq!(found.len(), 2);
    for line in found {
        assert_eq!(line["user_agent"].len(), 256);
        assert_eq!(line["user_id"].len(), 128);
        assert!(line.values().all(|value| value.len() <= 256), "{line:?}");
    }
    let parts = request(b"a\xff\x80b");
    events::authn_login_fail(&Context::of(&parts));
    let line = lines.take_of("security").remove(0);
    assert_eq!(line["user_agent"], r"a\xff\x80b");
    assert_eq!(line.get("user_id"), None);
}

#[test]
fn a_line_of_the_log_is_one_json_object_without_secrets() {
    tests::lines::share_tracing();
    let token = SecretString::new("8pXv0rVbQm3K");
    let (writer, written) = std::sync::mpsc::channel::<Vec<u8>>();
    struct To(std::sync::mpsc::Sender<Vec<u8>>);
    impl std::io::Write for To {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut settings = LogSettings::new();
    settings.format = log::LogFormat::Json;
    let (layer, _log) = log::layer(settings, LogOutput::writer(To(writer))).unwrap();
    let subscriber = tracing_subscriber::registry().with(layer);
    let parts = request(b"evil \"agent\"");
    tracing::subscriber::with_default(subscriber, || {
        let who = Context::of(&parts).user("4\"2");
        events::authn_login_fail(&who);
        events::authz_fail(&who, "/reset?token=8pXv0rVbQm3K");
    });
    let written: Vec<u8> = written.try_iter().flatten().collect();
    let text = String::from_utf8(written).unwrap();
    assert!(!text.contains(token.expose_secret()), "{text}");
    let lines: Vec<Json> = text.lines().map(|line| Json::parse(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    let field = |name| lines[0].get(name).and_then(Json::as_str);
    assert_eq!(field("event"), Some("authn_login_fail"));
    assert_eq!(field("level"), Some("WARN"));
    assert_eq!(field("message"), Some("login failed"));
    assert_eq!(field("user_id"), Some("4\"2"));
    assert_eq!(field("target"), Some("security"));
    assert_eq!(field("ip_address"), Some("2001:db8::17"));
}
