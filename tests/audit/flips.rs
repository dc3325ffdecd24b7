//! Each item is broken alone, and exactly that one fails.

use std::collections::BTreeSet;
use std::fs::{Permissions, remove_file, set_permissions};
use std::os::unix::fs::PermissionsExt;

use http::header;
use secure_config::Profile;
use secure_runtime::audit::{Outcome, entries};
use secure_runtime::cors::CorsPolicy;
use secure_runtime::harden::Hardening;
use secure_runtime::headers::{Csp, Directive, Hsts, SecurityHeaders};
use secure_runtime::limit::{Limits, Rule};
use secure_runtime::log::LogFormat;
use tests::STRONG;
use tracing_core::LevelFilter;

use crate::service::{Service, git, having, reason};

/// What breaks a service.
type Break = fn(&mut Service);

/// The item that fails, and what breaks it.
const FLIPS: [(&str, Break); 44] = [
    ("configuration", |service| {
        service.vars.push(("PORT", "80a".to_owned()))
    }),
    ("secrets-changed", |service| {
        service.set("JWT_ACCESS_SECRET", "change_this_secret")
    }),
    ("secrets-changed", |service| {
        service.set("API_TOKEN", "your_secure_random_32_plus_character_secret_here")
    }),
    ("secrets-changed", |service| {
        service.vars.retain(|(name, _)| *name != "JWT_ACCESS_SECRET")
    }),
    ("secrets-changed", |service| service.set("COOKIE_KEY", "")),
    ("secrets-strong", |service| {
        service.set("JWT_ACCESS_SECRET", "k7Qz0pXw2m")
    }),
    ("secrets-strong", |service| {
        service.set("JWT_ACCESS_SECRET", "0123456789012345678901234567890123456789")
    }),
    ("secrets-distinct", |service| {
        service.set("JWT_REFRESH_SECRET", STRONG[0])
    }),
    ("secrets-erased", |service| service.erases = false),
    ("env-file", |service| {
        set_permissions(service.path(".env"), Permissions::from_mode(0o644)).unwrap();
    }),
    ("env-file", |service| {
        set_permissions(service.path(".env"), Permissions::from_mode(0o620)).unwrap();
    }),
    ("env-ignored", |service| {
        remove_file(service.path(".gitignore")).unwrap()
    }),
    ("env-ignored", |service| {
        git(&service.room, &["add", "-f", ".env"])
    }),
    ("production-profile", |service| {
        service.profile = Profile::Development
    }),
    ("production-profile", |service| service.profile = Profile::Test),
    ("debug-off", |service| service.debug = true),
    ("debug-off", |service| service.log.level = LevelFilter::DEBUG),
    ("debug-off", |service| {
        service.log.rust_log = Some("hyper=trace".parse().unwrap())
    }),
    ("release-build", |service| service.debug_assertions = true),
    ("core-dumps-off", |service| {
        service.hardening = Hardening::new().allow_dumps()
    }),
    ("service-builds", |service| {
        service.unbuilt = Some("the database is not there".to_owned())
    }),
    ("security-headers", |service| {
        let headers = SecurityHeaders::html().without(header::X_CONTENT_TYPE_OPTIONS);
        service.headers.push(headers.build().unwrap());
    }),
    ("security-headers", |service| {
        service.headers = vec![
            SecurityHeaders::api()
                .without(header::REFERRER_POLICY)
                .build()
                .unwrap(),
        ];
    }),
    ("hsts", |service| {
        let headers = SecurityHeaders::api().without(header::STRICT_TRANSPORT_SECURITY);
        service.headers.push(headers.build().unwrap());
    }),
    ("hsts", |service| {
        let day = std::time::Duration::from_secs(24 * 60 * 60);
        service
            .headers
            .push(SecurityHeaders::api().hsts(Hsts::new(day)).build().unwrap());
    }),
    ("csp", |service| {
        let csp = Csp::html().set(Directive::ScriptSrc, ["'self'", "'unsafe-inline'"]);
        service
            .headers
            .push(SecurityHeaders::html().csp(csp).build().unwrap());
    }),
    ("csp", |service| {
        let headers = SecurityHeaders::api().without(header::CONTENT_SECURITY_POLICY);
        service.headers.push(headers.build().unwrap());
    }),
    ("https", |service| {
        (service.server.tls_cert_path, service.server.tls_key_path) = (None, None)
    }),
    ("certificate", |service| {
        service.operator.public_host = Some("other.example".to_owned())
    }),
    ("cors-reviewed", |service| {
        service.cors = CorsPolicy::new().any_origin().credentials(true)
    }),
    ("cors-reviewed", |service| {
        service.cors = CorsPolicy::new().origin("http://app.example.com")
    }),
    ("cors-reviewed", |service| {
        // The service cannot be built for the same reason: that is told once.
        service.cors = CorsPolicy::new().credentials(true);
        service.unbuilt = Some(service.cors.build().unwrap_err().to_string());
    }),
    ("frontend-console", |service| {
        service.room.file("web/app.js", "start();\nconsole.log(user);\n");
    }),
    ("frontend-console", |service| {
        service.room.file(
            "web/shop/index.html",
            "<p onclick='console.debug(1)'>console.log</p>",
        );
    }),
    ("frontend-console", |service| {
        service
            .pages
            .push(("/login", "<script>start()</script>".to_owned()))
    }),
    ("frontend-console", |service| {
        service
            .pages
            .push(("/", "<script nonce=r4>console.table(users)</script>".to_owned()))
    }),
    ("rate-limits", |service| {
        let login = Rule::per_client("login", "10 per hour".parse().unwrap()).path("/login");
        service.limits = Limits::new().rule(login).build().unwrap();
    }),
    ("admin-private", |service| {
        service.server.admin_addr = Some("10.0.0.1".parse().unwrap());
        service.server.admin_exposed = true;
    }),
    ("json-logs", |service| service.log.format = LogFormat::Text),
    ("error-tracking", |service| service.tracks_errors = false),
    ("health-checks", |service| service.checks = 0),
    ("database-pool", |service| service.has_database = false),
    ("metrics", |service| service.metrics = false),
    ("metrics", |service| service.server.metrics_port = None),
];

/// Those of the second list.
const ONGOING: [(&str, Break); 6] = [
    ("dependencies-audited", |service| {
        remove_file(service.path("deny.toml")).unwrap()
    }),
    ("code-scanning", |service| {
        remove_file(service.path(".github/workflows/ci.yml")).unwrap()
    }),
    ("code-scanning", |service| {
        service
            .room
            .file(".github/workflows/ci.yml", "jobs: # cargo deny check\n");
    }),
    ("rotate-secrets", |service| {
        service.operator.secrets_rotated_at = Some("2029-09-01".parse().unwrap())
    }),
    ("rotate-secrets", |service| {
        service.operator.secrets_rotated_at = Some("2030-01-02".parse().unwrap())
    }),
    ("renew-certificates", |service| {
        crate::certificates::pair(&service.room, "localhost", (2030, 1, 10));
    }),
];

#[tokio::test]
async fn a_sound_service_is_clean() {
    tests::needs!("git");
    let checklist = Service::sound().review();
    assert_eq!(
        having(&checklist, Outcome::Fail),
        [""; 0],
        "{}",
        checklist.to_text()
    );
    assert!(checklist.is_clean());
    assert_eq!(checklist.exit_code(), 0);
    // Of what a program can judge, only cargo-deny may be missing here, or its advisories.
    let automatic = |id: &&str| entries().any(|entry| entry.id() == *id && entry.is_automatic());
    for outcome in [Outcome::Warn, Outcome::Manual] {
        let open: Vec<&str> = having(&checklist, outcome)
            .into_iter()
            .filter(automatic)
            .collect();
        assert!(open.iter().all(|id| *id == "dependencies-audited"), "{open:?}");
    }
}

#[tokio::test]
async fn each_item_is_broken_alone() {
    tests::needs!("git");
    for (id, breaks) in FLIPS.into_iter().chain(ONGOING) {
        let mut service = Service::sound();
        breaks(&mut service);
        let checklist = service.review();
        assert_eq!(having(&checklist, Outcome::Fail), [id], "{}", checklist.to_text());
        let refused = checklist.is_refused();
        assert_eq!(checklist.exit_code(), if refused { 78 } else { 1 }, "{id}");
        assert!(!reason(&checklist, id).is_empty());
        let item = checklist.having(Outcome::Fail).next().unwrap();
        assert!(
            item.remedy().is_some_and(|remedy| !remedy.is_empty()),
            "{id} has a remedy"
        );
    }
}

#[test]
fn each_item_that_a_program_judges_can_be_broken() {
    let broken: BTreeSet<&str> = FLIPS.iter().chain(&ONGOING).map(|(id, _)| *id).collect();
    let automatic: BTreeSet<&str> = entries()
        .filter(|entry| entry.is_automatic())
        .map(|entry| entry.id())
        .collect();
    assert_eq!(broken, automatic);
}

#[tokio::test]
async fn every_problem_of_a_refused_configuration_is_told() {
    tests::needs!("git");
    let mut service = Service::sound();
    service.vars.clear();
    service.vars.push(("PORT", "80a".to_owned()));
    service.vars.push(("JWT_ACCESS_SECRET", "changeme".to_owned()));
    let checklist = service.review();
    assert_eq!(
        having(&checklist, Outcome::Fail),
        ["configuration", "secrets-changed"]
    );
    assert_eq!(
        reason(&checklist, "configuration"),
        "PORT \"80a\" is not a number from 0 to 65535 (environment)"
    );
    let secrets = reason(&checklist, "secrets-changed");
    for part in [
        "JWT_ACCESS_SECRET is ",
        "JWT_REFRESH_SECRET ",
        "COOKIE_KEY ",
        "DATABASE_URL ",
    ] {
        assert!(secrets.contains(part), "{part} in {secrets}");
    }
    assert_eq!(checklist.exit_code(), 78);
}

/// What is told of nothing has nothing.
#[test]
fn an_audit_that_is_told_of_nothing_fails_nearly_everything() {
    let room = tests::Scratch::new();
    let audit = secure_runtime::audit::Audit::new(Profile::Production).dotenv(room.join(".env"));
    let checklist = audit.debug_assertions(false).review().unwrap();
    let failed = having(&checklist, Outcome::Fail);
    for id in [
        "configuration",
        "secrets-strong",
        "security-headers",
        "hsts",
        "csp",
        "https",
        "rate-limits",
        "json-logs",
        "metrics",
        "health-checks",
        "error-tracking",
        "database-pool",
        "core-dumps-off",
        "admin-private",
    ] {
        assert!(failed.contains(&id), "{id} in {failed:?}");
    }
}
