//! One response, or one route, otherwise than the service.

use http::Response;
use secure_runtime::headers::{Csp, CspNonce, Directive, HeadersOverride, SecurityHeaders, name};

use crate::support::{Handler, call, headers, headers_of, text};
use tower_layer::Layer;

#[test]
fn a_response_leaves_headers_out() {
    let layer = SecurityHeaders::api().build().unwrap();
    let headers = headers_of(&layer, |_| {
        let mut response = Response::new(String::new());
        HeadersOverride::new()
            .without(name::CROSS_ORIGIN_EMBEDDER_POLICY)
            .without(http::header::X_FRAME_OPTIONS)
            .attach(&mut response);
        response
            .headers_mut()
            .insert("x-frame-options", "SAMEORIGIN".parse().unwrap());
        response
    });
    assert_eq!(text(&headers, "cross-origin-embedder-policy"), None);
    assert_eq!(
        text(&headers, "x-frame-options"),
        Some("SAMEORIGIN"),
        "the handler set it"
    );
    assert_eq!(headers.len(), 11);
}

#[test]
fn a_response_takes_another_policy() {
    let layer = SecurityHeaders::api().build().unwrap();
    let csp = Csp::api().set(Directive::ImgSrc, ["https:"]);
    let other = SecurityHeaders::api().csp(csp).build().unwrap();
    let sent = headers_of(&layer, |_| {
        let mut response = Response::new(String::new());
        HeadersOverride::new().policy(&other).attach(&mut response);
        response
    });
    assert_eq!(sent, headers(&other));
}

#[test]
fn a_policy_for_one_response_has_no_nonce_nobody_knows() {
    let layer = SecurityHeaders::api().build().unwrap();
    let html = SecurityHeaders::html().build().unwrap();
    let headers = headers_of(&layer, |_| {
        let mut response = Response::new(String::new());
        HeadersOverride::new().policy(&html).attach(&mut response);
        response
    });
    let csp = text(&headers, "content-security-policy").unwrap();
    assert!(!csp.contains("nonce") && csp.contains("script-src 'strict-dynamic'"));
}

#[test]
fn a_route_has_its_own() {
    let api = SecurityHeaders::api().build().unwrap();
    let csp = Csp::html().add(Directive::ImgSrc, ["https://img.example"]);
    let pages = SecurityHeaders::html().csp(csp).build().unwrap();
    let page = Handler(|request: http::Request<()>| {
        Response::new(CspNonce::of(request.extensions()).unwrap().to_string())
    });

    // Also below two layers.
    let service = api.layer(api.layer(pages.for_route().layer(page.clone())));
    let response = call(service, true);
    assert!(
        text(response.headers(), "content-security-policy")
            .unwrap()
            .contains(response.body().as_str())
    );
    assert_eq!(
        text(response.headers(), "cross-origin-embedder-policy"),
        None,
        "it allows images from elsewhere"
    );

    // Without saying so, the outer layer adds what the inner left out.
    let response = call(api.layer(pages.layer(page)), true);
    assert_eq!(
        text(response.headers(), "cross-origin-embedder-policy"),
        Some("require-corp")
    );
}

#[test]
fn hsts_is_decided_for_a_route_too() {
    let api = SecurityHeaders::api().build().unwrap();
    let route = SecurityHeaders::html().build().unwrap().for_route();
    let service = || api.layer(route.layer(Handler(|_| Response::new(String::new()))));
    assert!(
        call(service(), true)
            .headers()
            .contains_key("strict-transport-security")
    );
    assert!(
        !call(service(), false)
            .headers()
            .contains_key("strict-transport-security")
    );
}
