//! What the profiles send.

use std::time::Duration;

use http::{Response, header};
use secure_runtime::headers::{
    Csp, Directive, EmbedderPolicy, FrameOptions, HeadersSettings, Hsts, OpenerPolicy, PermissionsPolicy,
    ReferrerPolicy, ResourcePolicy, SecurityHeaders, name,
};

use crate::support::{Handler, call, headers, text};
use tower_layer::Layer;

/// The table of the documentation.
const API: [(&str, &str); 12] = [
    ("cache-control", "no-store, max-age=0"),
    (
        "content-security-policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(),autoplay=(),camera=(),clipboard-read=(),clipboard-write=(),cross-origin-isolated=(),\
         display-capture=(),encrypted-media=(),fullscreen=(),gamepad=(),geolocation=(),gyroscope=(),hid=(),\
         idle-detection=(),interest-cohort=(),keyboard-map=(),magnetometer=(),microphone=(),midi=(),payment=(),\
         picture-in-picture=(),publickey-credentials-get=(),screen-wake-lock=(),serial=(),sync-xhr=(),unload=(),\
         usb=(),web-share=(),xr-spatial-tracking=()",
    ),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
    ("x-dns-prefetch-control", "off"),
    ("x-frame-options", "DENY"),
    ("x-permitted-cross-domain-policies", "none"),
];

#[test]
fn api() {
    let headers = headers(&SecurityHeaders::api().build().unwrap());
    let mut sent: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    sent.sort_unstable();
    assert_eq!(sent, API);
}

#[test]
fn html_differs_by_its_policy_only() {
    let mut headers = headers(&SecurityHeaders::html().build().unwrap());
    let csp = headers.remove(header::CONTENT_SECURITY_POLICY).unwrap();
    assert!(
        csp.to_str()
            .unwrap()
            .starts_with("default-src 'none'; script-src 'nonce-")
    );
    for (name, value) in API.iter().filter(|(name, _)| *name != "content-security-policy") {
        assert_eq!(text(&headers, name), Some(*value));
    }
    assert_eq!(headers.len(), 11);
}

#[test]
fn hsts_goes_only_where_it_is_known_to_be_heard() {
    let answer = || Handler(|_| Response::new(String::new()));
    let hsts = "strict-transport-security";
    let layer = SecurityHeaders::api()
        .hsts(Hsts::two_years().include_subdomains())
        .build()
        .unwrap();
    let https = call(layer.layer(answer()), true);
    assert_eq!(
        text(https.headers(), hsts),
        Some("max-age=63072000; includeSubDomains")
    );
    let http = call(layer.layer(answer()), false);
    assert_eq!(text(http.headers(), hsts), None);
    assert_eq!(http.headers().len(), 11);

    let always = SecurityHeaders::api()
        .hsts(Hsts::new(Duration::from_secs(60)).always())
        .build()
        .unwrap();
    assert_eq!(
        text(call(always.layer(answer()), false).headers(), hsts),
        Some("max-age=60")
    );
}

#[test]
fn settings_are_the_operators() {
    let mut settings = HeadersSettings::default();
    let with = |settings: &HeadersSettings| SecurityHeaders::api().settings(settings).build();
    assert_eq!(
        headers(&with(&settings).unwrap()),
        headers(&SecurityHeaders::api().build().unwrap())
    );
    settings.hsts_max_age = Duration::from_secs(365 * 86_400);
    settings.hsts_include_subdomains = true;
    settings.hsts_preload = true;
    let sent = headers(&with(&settings).unwrap());
    assert_eq!(
        text(&sent, "strict-transport-security"),
        Some("max-age=31536000; includeSubDomains; preload")
    );
    settings.hsts_include_subdomains = false;
    assert!(with(&settings).is_err());
}

#[test]
fn every_header_can_be_chosen() {
    let layer = SecurityHeaders::api()
        .csp(Csp::api().set(Directive::ImgSrc, ["'self'"]))
        .frame_options(FrameOptions::SameOrigin)
        .referrer_policy(ReferrerPolicy::StrictOrigin)
        .permissions_policy(PermissionsPolicy::deny_all().allow("camera", ["self"]))
        .opener_policy(OpenerPolicy::SameOriginAllowPopups)
        .resource_policy(ResourcePolicy::CrossOrigin)
        .embedder_policy(EmbedderPolicy::Credentialless)
        .header(header::CACHE_CONTROL, "no-cache")
        .header("x-robots-tag".parse().unwrap(), "noindex")
        .without(header::X_DNS_PREFETCH_CONTROL)
        .build()
        .unwrap();
    let headers = headers(&layer);
    for (name, value) in [
        ("x-frame-options", "SAMEORIGIN"),
        ("referrer-policy", "strict-origin"),
        ("cross-origin-opener-policy", "same-origin-allow-popups"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cross-origin-embedder-policy", "credentialless"),
        ("cache-control", "no-cache"),
        ("x-robots-tag", "noindex"),
    ] {
        assert_eq!(text(&headers, name), Some(value));
    }
    assert!(
        text(&headers, "content-security-policy")
            .unwrap()
            .ends_with("img-src 'self'")
    );
    assert!(
        text(&headers, "permissions-policy")
            .unwrap()
            .contains("camera=(self)")
    );
    assert_eq!(text(&headers, "x-dns-prefetch-control"), None);
}

#[test]
fn a_policy_with_other_origins_asks_nothing_of_them() {
    let coep = |csp: Csp| {
        let headers = headers(&SecurityHeaders::html().csp(csp).build().unwrap());
        text(&headers, "cross-origin-embedder-policy").map(str::to_owned)
    };
    assert_eq!(coep(Csp::html()).as_deref(), Some("require-corp"));
    assert_eq!(
        coep(Csp::html().add(Directive::ImgSrc, ["data:"])).as_deref(),
        Some("require-corp")
    );
    assert_eq!(
        coep(Csp::html().add(Directive::ImgSrc, ["https://img.example"])),
        None
    );
    assert_eq!(coep(Csp::html().add(Directive::FrameSrc, ["https:"])), None);
    // Who may frame the page, or get its forms, has nothing to do with it.
    assert_eq!(
        coep(Csp::html().add(Directive::FormAction, ["https://pay.example"])).as_deref(),
        Some("require-corp")
    );

    let asked = SecurityHeaders::html()
        .csp(Csp::html().add(Directive::ImgSrc, ["https://img.example"]))
        .embedder_policy(EmbedderPolicy::RequireCorp);
    assert_eq!(
        text(&headers(&asked.build().unwrap()), "cross-origin-embedder-policy"),
        Some("require-corp")
    );
}

#[test]
fn frame_options_say_what_frame_ancestors_say() {
    let options = |sources: &[&str]| {
        let csp = Csp::api().set(Directive::FrameAncestors, sources.iter().copied());
        let headers = headers(&SecurityHeaders::api().csp(csp).build().unwrap());
        text(&headers, "x-frame-options").map(str::to_owned)
    };
    assert_eq!(options(&["'none'"]).as_deref(), Some("DENY"));
    assert_eq!(options(&["'self'"]).as_deref(), Some("SAMEORIGIN"));
    assert_eq!(options(&["'self'", "https://portal.example"]), None);
}

#[test]
fn a_policy_can_be_tried_out() {
    let stricter = Csp::html()
        .set(Directive::RequireTrustedTypesFor, ["'script'"])
        .set(Directive::ReportTo, ["csp"]);
    let layer = SecurityHeaders::html()
        .csp_report_only(stricter)
        .reporting_endpoint("csp", "https://reports.example/csp")
        .build()
        .unwrap();
    let headers = headers(&layer);
    assert_eq!(
        text(&headers, "reporting-endpoints"),
        Some("csp=\"https://reports.example/csp\"")
    );
    let enforced = text(&headers, "content-security-policy").unwrap();
    let tried = text(&headers, "content-security-policy-report-only").unwrap();
    assert!(tried.ends_with("require-trusted-types-for 'script'; report-to csp"));
    let nonce = |csp: &str| csp.split("'nonce-").nth(1).unwrap()[..24].to_owned();
    assert_eq!(nonce(enforced), nonce(tried), "a page has one nonce");

    let only = SecurityHeaders::html()
        .without(header::CONTENT_SECURITY_POLICY)
        .csp_report_only(Csp::html().set(Directive::ReportUri, ["/csp"]))
        .build()
        .unwrap();
    let headers = crate::support::headers(&only);
    assert_eq!(text(&headers, "content-security-policy"), None);
    assert!(
        text(&headers, "content-security-policy-report-only")
            .unwrap()
            .contains("'nonce-")
    );
}

#[test]
fn names_are_those_of_the_wire() {
    assert_eq!(name::CROSS_ORIGIN_EMBEDDER_POLICY, "cross-origin-embedder-policy");
    let layer = SecurityHeaders::api()
        .without(name::CROSS_ORIGIN_EMBEDDER_POLICY)
        .build()
        .unwrap();
    assert_eq!(text(&headers(&layer), "cross-origin-embedder-policy"), None);
}
