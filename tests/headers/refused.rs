//! A policy that would not do what it says is refused when it is built.

use std::time::Duration;

use http::header;
use secure_runtime::headers::{Csp, Directive, Hsts, PermissionsPolicy, SecurityHeaders, name};

/// The problems of a policy, as `header: reason`.
fn problems(headers: SecurityHeaders) -> Vec<String> {
    match headers.build() {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn refused(headers: SecurityHeaders, reason: &str) {
    let found = problems(headers);
    assert!(found.iter().any(|problem| problem.contains(reason)), "{found:?}");
}

#[test]
fn policies() {
    refused(
        SecurityHeaders::api().csp(Csp::new()),
        "content-security-policy: the policy is empty",
    );
    refused(
        SecurityHeaders::html().csp(Csp::html().remove(Directive::DefaultSrc)),
        "no default-src",
    );
    refused(
        SecurityHeaders::html().csp(Csp::html().add(Directive::ImgSrc, ["self"])),
        "with its quotes",
    );
    refused(
        SecurityHeaders::html().csp_report_only(Csp::html()),
        "reports to nobody",
    );
    let sandbox = Csp::html()
        .set(Directive::Sandbox, [""; 0])
        .set(Directive::ReportUri, ["/csp"]);
    refused(
        SecurityHeaders::html().csp_report_only(sandbox),
        "browsers ignore sandbox",
    );
    // What is left out need not be sound.
    let left_out = SecurityHeaders::api()
        .csp(Csp::new())
        .without(header::CONTENT_SECURITY_POLICY);
    assert_eq!(problems(left_out), [""; 0]);
}

#[test]
fn reports() {
    let csp = || Csp::api().set(Directive::ReportTo, ["csp"]);
    refused(
        SecurityHeaders::api().csp(csp()),
        "none of the reporting endpoints",
    );
    let with = |name: &str, url: &str| SecurityHeaders::api().csp(csp()).reporting_endpoint(name, url);
    assert_eq!(problems(with("csp", "https://reports.example/csp")), [""; 0]);
    assert_eq!(problems(with("csp", "https://reports.example")), [""; 0]);
    refused(with("CSP", "https://reports.example"), "is no name");
    refused(with("csp", "http://reports.example"), "no https address");
    refused(with("csp", "https://"), "no https address");
    refused(
        with("csp", "https://reports.example/\", x=\""),
        "no https address",
    );
}

#[test]
fn transport_security() {
    let hsts = |hsts| SecurityHeaders::api().hsts(hsts);
    refused(
        hsts(Hsts::two_years().preload()),
        "preload needs includeSubDomains",
    );
    let short = Hsts::new(Duration::from_secs(86_400))
        .include_subdomains()
        .preload();
    refused(hsts(short), "31536000");
    assert_eq!(
        problems(hsts(Hsts::two_years().include_subdomains().preload())),
        [""; 0]
    );
    assert_eq!(
        problems(hsts(Hsts::new(Duration::ZERO))),
        [""; 0],
        "how a browser is told to forget"
    );
}

#[test]
fn permissions() {
    let with = |policy| SecurityHeaders::html().permissions_policy(policy);
    refused(
        with(PermissionsPolicy::deny_all().deny("Camera")),
        "no name of a feature",
    );
    refused(
        with(PermissionsPolicy::deny_all().deny("")),
        "no name of a feature",
    );
    refused(
        with(PermissionsPolicy::deny_all().deny("a=(), b")),
        "no name of a feature",
    );
    refused(
        with(PermissionsPolicy::deny_all().allow("camera", ["http://a.example"])),
        "https origin",
    );
    refused(
        with(PermissionsPolicy::deny_all().allow("camera", ["https://a.example/path"])),
        "https origin",
    );
    refused(
        with(PermissionsPolicy::deny_all().allow("camera", ["https://a.example\") b=(*"])),
        "https origin",
    );
}

#[test]
fn headers_of_ones_own() {
    let with = |name: &str, value: &str| SecurityHeaders::api().header(name.parse().unwrap(), value);
    for (name, reason) in [
        ("content-security-policy", "setter of its own"),
        ("strict-transport-security", "setter of its own"),
        ("x-xss-protection", "obsolete"),
        ("expect-ct", "obsolete"),
        ("x-download-options", "obsolete"),
        ("feature-policy", "obsolete"),
        ("public-key-pins", "obsolete"),
        ("content-length", "belongs to one message"),
        ("transfer-encoding", "belongs to one message"),
        ("set-cookie", "belongs to one answer"),
        ("content-type", "belongs to one answer"),
        ("clear-site-data", "belongs to one answer"),
        ("access-control-allow-origin", "belongs to CORS"),
    ] {
        refused(with(name, "1"), reason);
    }
    refused(with("x-robots-tag", ""), "empty");
    refused(
        with("x-robots-tag", "a\r\nset-cookie: b=1"),
        "cannot stand in a header",
    );
    refused(
        with("x-robots-tag", "noindex").header("x-robots-tag".parse().unwrap(), "all"),
        "set twice",
    );
}

#[test]
fn contradictions() {
    refused(
        SecurityHeaders::api().without(header::ETAG),
        "no header of the profile",
    );
    let both = SecurityHeaders::api()
        .header(header::CACHE_CONTROL, "no-cache")
        .without(header::CACHE_CONTROL);
    refused(both, "both set and left out");
    refused(
        SecurityHeaders::api().remove(name::PERMISSIONS_POLICY),
        "both sent and removed",
    );
    refused(
        SecurityHeaders::api().remove(header::CONTENT_TYPE),
        "cannot be removed",
    );
}

#[test]
fn everything_is_told_at_once() {
    let headers = SecurityHeaders::html()
        .csp(Csp::html().add(Directive::ImgSrc, ["self"]))
        .hsts(Hsts::two_years().preload())
        .header("expect-ct".parse().unwrap(), "1");
    assert_eq!(
        problems(headers),
        [
            "content-security-policy: img-src: write \"'self'\" with its quotes",
            "strict-transport-security: preload needs includeSubDomains",
            "expect-ct: is obsolete: browsers ignore it or are harmed by it",
        ]
    );
}
