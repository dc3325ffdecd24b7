//! A nonce is fresh, known to the handler, and the one in the policy.

use std::collections::HashSet;

use http::{Response, header};
use secure_runtime::headers::{Csp, CspNonce, Directive, SecurityHeaders};

use crate::support::{Handler, call, headers_of, text};
use tower_layer::Layer;

#[test]
fn the_handlers_nonce_is_the_policys() {
    let layer = SecurityHeaders::html().build().unwrap();
    let mut seen = HashSet::new();
    for _ in 0..1_000 {
        let page = |request: http::Request<()>| {
            Response::new(CspNonce::of(request.extensions()).unwrap().to_string())
        };
        let response = call(layer.layer(Handler(page)), true);
        let nonce = response.body();
        // 24 characters of base64url are 144 bits.
        assert_eq!(nonce.len(), 24);
        assert!(
            nonce
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        let csp = text(response.headers(), "content-security-policy").unwrap();
        assert_eq!(
            csp.matches(&format!("'nonce-{nonce}'")).count(),
            2,
            "script-src and style-src"
        );
        assert_eq!(csp.matches("'nonce-").count(), 2);
        assert!(seen.insert(nonce.clone()));
    }
}

#[test]
fn a_policy_without_a_nonce_makes_none() {
    let layer = SecurityHeaders::api().build().unwrap();
    headers_of(&layer, |request| {
        assert!(CspNonce::of(request.extensions()).is_none());
        Response::new(String::new())
    });
}

#[test]
fn a_handlers_own_policy_stays() {
    let layer = SecurityHeaders::html().build().unwrap();
    let headers = headers_of(&layer, |_| {
        let mut response = Response::new(String::new());
        let csp = Csp::api().to_value().unwrap();
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, csp);
        response
    });
    assert!(
        !text(&headers, "content-security-policy")
            .unwrap()
            .contains("nonce")
    );
}

#[test]
fn a_page_with_a_nonce_is_not_stored() {
    let layer = SecurityHeaders::html().build().unwrap();
    let headers = headers_of(&layer, |_| Response::new(String::new()));
    assert!(text(&headers, "cache-control").unwrap().contains("no-store"));

    let stored = SecurityHeaders::html()
        .header(header::CACHE_CONTROL, "max-age=60")
        .build();
    assert!(stored.unwrap_err().to_string().contains("nonce"));
    let scriptless = Csp::html()
        .set(Directive::ScriptSrc, ["'self'"])
        .set(Directive::StyleSrc, ["'self'"]);
    assert!(
        SecurityHeaders::html()
            .csp(scriptless)
            .header(header::CACHE_CONTROL, "max-age=60")
            .build()
            .is_ok()
    );
}
