//! What is answered, and to whom.

use std::{net::IpAddr, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, Method, Request, StatusCode};
use secure_runtime::{
    connection::Connection,
    maintenance::{Cause, MaintenanceSettings, Notice},
};
use sha2::{Digest, Sha256};

use crate::support::{ask, policy, request};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers[name].to_str().unwrap()
}

#[test]
fn programs_get_a_problem() {
    let (switch, policy) = policy();
    let layer = policy.build().unwrap();
    assert_eq!(ask(&layer, request(Method::GET, "/", "*/*")).body(), "open");

    switch.turn_on(
        Cause::Service,
        Notice::new()
            .wait(Duration::from_millis(1500))
            .message("a \"b\" <c>"),
    );
    let response = ask(&layer, request(Method::GET, "/", "*/*"));
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        response.body(),
        r#"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"a \"b\" <c>"}"#
    );
    let headers = response.headers();
    assert_eq!(header(headers, "content-type"), "application/problem+json");
    assert_eq!(header(headers, "retry-after"), "2");
    assert_eq!(header(headers, "cache-control"), "no-store");
    assert_eq!(header(headers, "vary"), "accept");
    assert_eq!(header(headers, "x-content-type-options"), "nosniff");

    switch.turn_off(Cause::Service);
    assert_eq!(ask(&layer, request(Method::GET, "/", "*/*")).body(), "open");
}

#[test]
fn people_get_a_page_that_runs_nothing() {
    let (switch, policy) = policy();
    let layer = policy.build().unwrap();
    let notice = Notice::new().message("<script>alert(1)</script> & back at noon");
    switch.turn_on(Cause::Service, notice);
    let response = ask(&layer, request(Method::POST, "/", BROWSER));
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let headers = response.headers();
    assert_eq!(header(headers, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(headers, "retry-after"), "300");
    assert_eq!(header(headers, "cache-control"), "no-store");
    let html = response.body();
    assert!(html.contains("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; back at noon</p>"));
    assert!(html.contains("Please try again in 5 minutes."));
    for unwanted in [
        "<script", "<link", "<img", "style=", "src=", " on", "http:", "https:", "url(",
    ] {
        assert!(!html.contains(unwanted), "{unwanted}");
    }
    let style = html
        .split_once("<style>")
        .unwrap()
        .1
        .split_once("</style>")
        .unwrap()
        .0;
    let digest = BASE64_STANDARD.encode(Sha256::digest(style));
    assert_eq!(
        header(headers, "content-security-policy"),
        format!(
            "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'"
        )
    );
}

#[test]
fn head_is_get_without_the_body() {
    let (switch, policy) = policy();
    let layer = policy.build().unwrap();
    switch.turn_on(Cause::Service, Notice::new());
    for accept in ["*/*", BROWSER] {
        let get = ask(&layer, request(Method::GET, "/", accept));
        let head = ask(&layer, request(Method::HEAD, "/", accept));
        assert_eq!(get.headers(), head.headers());
        assert_eq!(
            header(get.headers(), "content-length"),
            get.body().len().to_string()
        );
        assert_eq!(head.body(), "");
    }
}

#[test]
fn allowed_paths_are_read_as_routers_read_them() {
    let (switch, policy) = policy();
    let policy = policy
        .allow_path("/status")
        .allow_path("/assets/{*file}")
        .allow_path("/users/{id}/avatar");
    let layer = policy.build().unwrap();
    switch.turn_on(Cause::Service, Notice::new());
    let status = |path: &str| ask(&layer, request(Method::GET, path, "*/*")).status().as_u16();
    for path in [
        "/status",
        "/status?a=b",
        "/assets/a/b.css",
        "/users/42/avatar",
        "/health",
        "/health/live",
        "/health/ready",
    ] {
        assert_eq!(status(path), 200, "{path}");
    }
    for path in [
        "/",
        "/status/",
        "//status",
        "/STATUS",
        "/%73tatus",
        "/status/../admin",
        "/assets",
        "/users/42",
        "/healthy",
        "/health/x",
    ] {
        assert_eq!(status(path), 503, "{path}");
    }
}

#[test]
fn allowed_clients_are_let_in_by_address() {
    let (switch, policy) = policy();
    let policy = policy.allow_network("10.0.0.0/8").allow_network("2001:db8::/32");
    let layer = policy.build().unwrap();
    switch.turn_on(Cause::Service, Notice::new());
    let status = |ip: Option<&str>| {
        let peer = ip.map(|ip| (ip.parse::<IpAddr>().unwrap(), 1).into());
        let mut request: Request<()> = request(Method::GET, "/", "*/*");
        request.extensions_mut().insert(Connection::new(peer));
        ask(&layer, request).status().as_u16()
    };
    assert_eq!(status(Some("10.1.2.3")), 200);
    assert_eq!(status(Some("::ffff:10.1.2.3")), 200);
    assert_eq!(status(Some("2001:db8::1")), 200);
    assert_eq!(status(Some("192.0.2.1")), 503);
    assert_eq!(status(None), 503, "a unix socket");
    assert_eq!(
        ask(&layer, request(Method::GET, "/", "*/*")).status().as_u16(),
        503,
        "nothing is known of the connection"
    );
}

#[test]
fn what_cannot_be_is_refused_at_once() {
    let (_, policy) = policy();
    let error = policy
        .retry_after(Duration::ZERO)
        .allow_path("status")
        .allow_path("/a/{b")
        .allow_path("/c/{d}")
        .allow_path("/c/{e}")
        .allow_network("the office")
        .build()
        .unwrap_err();
    let problems: Vec<_> = error.problems().collect();
    assert_eq!(problems.len(), 5, "{problems:?}");
    assert_eq!(problems[0], "MAINTENANCE_RETRY_AFTER: must be from 1s to 30d");
    assert_eq!(
        problems[1],
        "MAINTENANCE_ALLOW_PATHS: \"status\": does not begin with /"
    );
    assert!(problems[2].starts_with("MAINTENANCE_ALLOW_PATHS: \"/a/{b\": "));
    assert!(problems[3].starts_with("MAINTENANCE_ALLOW_PATHS: \"/c/{e}\": "));
    assert_eq!(
        problems[4],
        "MAINTENANCE_ALLOW_NETWORKS: item 1: not an IP address or network"
    );
}

#[test]
fn an_operator_sets_the_same() {
    use secure_config::SecureConfig;

    let vars = [
        ("MAINTENANCE_RETRY_AFTER", "1m"),
        ("MAINTENANCE_ALLOW_PATHS", "/status, /assets/{*file}"),
        ("MAINTENANCE_ALLOW_NETWORKS", "10.0.0.0/8, fd00::/8"),
    ];
    let settings = MaintenanceSettings::loader().vars(vars).load().unwrap();
    let (switch, policy) = policy();
    let layer = policy.settings(&settings).build().unwrap();
    switch.turn_on(Cause::Shared, Notice::new());
    let response = ask(&layer, request(Method::GET, "/", "*/*"));
    assert_eq!(header(response.headers(), "retry-after"), "60");
    assert_eq!(ask(&layer, request(Method::GET, "/status", "*/*")).body(), "open");
}
