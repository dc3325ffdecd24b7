//! What a handler has set itself stays as it is.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use proptest::prelude::*;
use secure_runtime::headers::{SecurityHeaders, SecurityHeadersLayer, name};

use crate::support::{headers, headers_of, text};

fn api() -> SecurityHeadersLayer {
    SecurityHeaders::api().build().unwrap()
}

/// A policy that sends few headers, so that they are inserted one by one.
fn few() -> SecurityHeadersLayer {
    [
        header::CONTENT_SECURITY_POLICY,
        header::STRICT_TRANSPORT_SECURITY,
        header::CACHE_CONTROL,
        header::X_DNS_PREFETCH_CONTROL,
        name::PERMISSIONS_POLICY,
        name::CROSS_ORIGIN_OPENER_POLICY,
        name::CROSS_ORIGIN_EMBEDDER_POLICY,
        name::CROSS_ORIGIN_RESOURCE_POLICY,
    ]
    .into_iter()
    .fold(SecurityHeaders::api(), SecurityHeaders::without)
    .build()
    .unwrap()
}

fn answer(set: &[(&'static str, &'static str)]) -> Response<String> {
    let mut response = Response::new(String::new());
    for (name, value) in set {
        response
            .headers_mut()
            .append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

#[test]
fn a_handlers_policy_is_not_overwritten() {
    let own = [
        ("content-security-policy", "default-src 'self'"),
        ("cache-control", "public, max-age=60"),
    ];
    let headers = headers_of(&api(), |_| answer(&own));
    for (name, value) in own {
        assert_eq!(text(&headers, name), Some(value));
        assert_eq!(headers.get_all(name).iter().count(), 1);
    }
    assert_eq!(headers.len(), 12);
}

#[test]
fn an_answer_without_a_type_gets_none() {
    for set in [
        &[][..],
        &[("location", "/")],
        &[("set-cookie", "a=1"), ("set-cookie", "b=2")],
    ] {
        for layer in [api(), few()] {
            let headers = headers_of(&layer, |_| answer(set));
            assert_eq!(headers.get(header::CONTENT_TYPE), None, "{set:?}");
        }
    }
}

#[test]
fn several_values_stay_in_order() {
    let set = [
        ("set-cookie", "a=1"),
        ("vary", "accept"),
        ("set-cookie", "b=2"),
        ("content-type", "text/plain"),
        ("server", "x"),
    ];
    for layer in [api(), few()] {
        let headers = headers_of(&layer, |_| answer(&set));
        let cookies: Vec<_> = headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
        assert_eq!(text(&headers, "content-type"), Some("text/plain"));
        assert_eq!(text(&headers, "server"), None);
    }
}

#[test]
fn what_tells_of_the_software_goes() {
    let layer = SecurityHeaders::api()
        .remove("x-runtime".parse().unwrap())
        .build()
        .unwrap();
    let set = [
        ("server", "hyper/1"),
        ("x-powered-by", "Rust"),
        ("x-runtime", "3"),
        ("content-type", "text/plain"),
    ];
    let headers = headers_of(&layer, |_| answer(&set));
    assert_eq!(headers.len(), 13);
    let headers = headers_of(&few(), |_| answer(&set[..2]));
    assert!(!headers.contains_key("server") && !headers.contains_key("x-powered-by"));
}

#[test]
fn a_full_map_keeps_what_it_has() {
    let headers = headers_of(&api(), |_| {
        let mut response = answer(&[("content-type", "text/plain")]);
        let mut n = 0;
        // As many as a map can hold.
        while response
            .headers_mut()
            .try_insert(HeaderName::try_from(format!("x-{n}")).unwrap(), n.into())
            .is_ok()
        {
            n += 1;
        }
        response
    });
    assert_eq!(text(&headers, "content-type"), Some("text/plain"));
    assert_eq!(text(&headers, "x-0"), Some("0"));
}

#[test]
fn a_304_leaves_the_stored_pages_policy_alone() {
    for layer in [api(), SecurityHeaders::html().build().unwrap()] {
        let mut not_modified = headers_of(&layer, |_| {
            let mut response = answer(&[("etag", "\"1\"")]);
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        });
        assert_eq!(not_modified.remove("etag").unwrap(), "\"1\"");
        let mut all = headers(&layer);
        all.remove(header::CONTENT_SECURITY_POLICY).unwrap();
        assert_eq!(not_modified, all);
    }
    let own = headers_of(&api(), |_| {
        let mut response = answer(&[("content-security-policy", "default-src 'self'")]);
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    });
    assert_eq!(text(&own, "content-security-policy"), Some("default-src 'self'"));
}

/// The plain way: ours first, then the handler's in their place.
fn model(ours: &HeaderMap, own: &HeaderMap) -> HeaderMap {
    let mut headers = ours.clone();
    for name in own.keys() {
        headers.remove(name);
    }
    for (name, value) in own {
        if name != "server" && name != "x-powered-by" {
            headers.append(name, value.clone());
        }
    }
    headers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_merge_is_the_plain_one(
        own in prop::collection::vec((0_usize..24, 0_u8..4), 0..20),
        is_few: bool,
    ) {
        const NAMES: [&str; 24] = [
            "content-type", "content-length", "server", "x-powered-by", "cache-control", "content-security-policy",
            "set-cookie", "vary", "etag", "location", "x-frame-options", "referrer-policy", "permissions-policy",
            "te", "pragma", "warning", "x-a", "x-b", "x-c", "x-d", "x-e", "x-f", "x-g", "strict-transport-security",
        ];
        let layer = if is_few { few() } else { api() };
        let mut set = HeaderMap::new();
        for (name, value) in own {
            set.append(NAMES[name], HeaderValue::from(u16::from(value)));
        }
        let merged = headers_of(&layer, |_| {
            let mut response = Response::new(String::new());
            *response.headers_mut() = set.clone();
            response
        });
        prop_assert_eq!(merged, model(&headers(&layer), &set));
    }
}
