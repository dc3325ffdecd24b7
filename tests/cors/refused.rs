//! Policies that are refused when they are built, with what the operator reads.

use std::time::Duration;

use secure_config::{Problem, Profile, SecureConfig};
use secure_runtime::cors::{CorsPolicy, CorsSettings, Finding};

use crate::support::{APP, session};

/// The one reason to refuse a policy.
fn why(policy: &CorsPolicy) -> String {
    let error = policy.build().unwrap_err();
    assert_eq!(error.findings().len(), 1, "{error}");
    assert_eq!(error.findings(), policy.review());
    error.to_string()
}

#[test]
fn each_forbidden_combination_says_why() {
    let origin = |origin: &str| CorsPolicy::new().origin(origin);
    for (policy, words) in [
        (
            CorsPolicy::new().any_origin().credentials(true),
            "any page could act with the user's session",
        ),
        (origin("null"), "every sandboxed frame"),
        (
            origin("http://app.example.com"),
            "whoever sits on the network can write this page; serve it by https",
        ),
        (origin("http://localhost:3000"), "the visitor's own machine"),
        (
            origin("https://app.example.com/"),
            "browsers send no / after it; leave out the rest",
        ),
        (origin("https://app.example.com/path"), "leave out the rest"),
        (origin("https://App.example.com"), "write it in lower case"),
        (
            origin("https://*.example.com"),
            "a subdomain that someone else takes over",
        ),
        (origin("https://me@example.com"), "leave out what is before the @"),
        (
            origin("https://example.com:443"),
            "browsers leave out the scheme's own port",
        ),
        (session().origin(APP), "is there twice"),
        (
            session().methods(["*"]),
            "browsers take it as a method of that name",
        ),
        (
            session().headers(["*"]),
            "browsers take it as a header of that name",
        ),
        (
            session().expose_headers(["*"]),
            "browsers take it as a header of that name",
        ),
        (session().methods(["TRACE"]), "no script may send it"),
        (session().methods(["put"]), "write it in upper case"),
        (
            session().headers(["cookie"]),
            "no script may set it, the browser does or nobody",
        ),
        (session().expose_headers(["set-cookie"]), "no script may read it"),
        (
            session().max_age(Duration::from_secs(86_401)),
            "must be at most a day",
        ),
        (
            CorsPolicy::new().credentials(true),
            "is of no use without origins; set CORS_ORIGINS",
        ),
        (
            CorsPolicy::new().any_origin().origin(APP),
            "means all of them; leave out * or everything else",
        ),
    ] {
        let text = why(&policy);
        assert!(text.starts_with("CORS_"), "{text}");
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn all_of_them_are_told_at_once() {
    let policy = CorsPolicy::new()
        .origins(["*", "null", "http://a.example"])
        .credentials(true)
        .methods(["*"])
        .headers(["*"])
        .max_age(Duration::from_secs(2 * 24 * 60 * 60));
    let error = policy.build().unwrap_err();
    let codes: Vec<_> = error.findings().iter().map(Finding::code).collect();
    assert_eq!(
        codes,
        [
            "any-origin-with-credentials",
            "null-origin",
            "http",
            "any-method-with-credentials",
            "any-header-with-credentials",
            "max-age"
        ]
    );
    assert_eq!(
        error.to_string().split("; CORS_").count(),
        6,
        "each names its setting: {error}"
    );

    // A load of the same settings reports the same.
    let vars = [
        ("CORS_ORIGINS", "*, null, http://a.example"),
        ("CORS_CREDENTIALS", "true"),
        ("CORS_METHODS", "*"),
        ("CORS_HEADERS", "*"),
        ("CORS_MAX_AGE", "2d"),
    ];
    let refused = CorsSettings::loader().vars(vars).load().unwrap_err();
    let keys: Vec<_> = refused.problems().map(Problem::key).collect();
    let settings: Vec<_> = error.findings().iter().map(Finding::setting).collect();
    assert_eq!(keys, settings);
}

#[test]
fn pages_of_this_machine_are_for_developers() {
    for (profile, fine) in [
        (Profile::Development, true),
        (Profile::Test, true),
        (Profile::Staging, false),
        (Profile::Production, false),
    ] {
        let policy = CorsPolicy::new()
            .profile(profile)
            .origins(["http://localhost:3000", "http://127.0.0.1:5173"]);
        assert_eq!(policy.build().is_ok(), fine, "{profile:?}");
    }
}
