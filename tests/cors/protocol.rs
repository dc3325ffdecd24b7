//! What is on the wire.

use http::{HeaderValue, Method, StatusCode, header};
use http_body::Body;
use proptest::prelude::*;
use secure_runtime::cors::{CorsLayer, CorsPolicy};

use crate::support::{APP, ask, cors, preflight, request, session};

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn a_listed_origin_is_answered_in_full() {
    let layer = session().build().unwrap();
    let response = ask(&layer, preflight(APP, "PUT"));
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(response.body().is_end_stream());
    assert_eq!(
        cors(response.headers()),
        pairs(&[
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-headers", "content-type,x-demo"),
            ("access-control-allow-methods", "GET,PUT"),
            ("access-control-allow-origin", APP),
            ("access-control-max-age", "3600"),
            ("vary", "origin"),
        ])
    );
    let response = ask(&layer, request(Method::PUT, "/", &[APP]));
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        cors(response.headers()),
        pairs(&[
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-origin", APP),
            ("access-control-expose-headers", "x-request-id"),
            ("vary", "origin"),
        ])
    );
}

#[test]
fn each_listed_origin_gets_its_own_name() {
    let origins = ["https://b.example", "https://a.example:8443", "https://c.example"];
    let layer = CorsPolicy::new().origins(origins).build().unwrap();
    for origin in origins {
        let response = ask(&layer, request(Method::GET, "/", &[origin]));
        assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], origin);
    }
}

#[test]
fn others_get_no_cors_header() {
    let layer = session().build().unwrap();
    for origin in [
        "https://evil.example",
        "https://app.example.com.evil.example",
        "https://app.example.comevil",
        "https://evil-app.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com/",
        "HTTPS://APP.EXAMPLE.COM",
        "null",
        "",
        "*",
        "https://app.example.com https://evil.example",
        "\u{e9}",
    ] {
        let response = ask(&layer, preflight(origin, "PUT"));
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        assert_eq!(cors(response.headers()), pairs(&[("vary", "origin")]), "{origin}");
        let response = ask(&layer, request(Method::GET, "/reflects", &[origin]));
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(cors(response.headers()), pairs(&[("vary", "origin")]), "{origin}");
    }
}

#[test]
fn two_origins_are_none() {
    let layer = session().build().unwrap();
    let response = ask(&layer, request(Method::GET, "/", &[APP, "https://evil.example"]));
    assert_eq!(cors(response.headers()), pairs(&[("vary", "origin")]));
}

#[test]
fn what_is_no_preflight_is_the_handlers() {
    let layer = session().build().unwrap();
    // tower-http's layer answers each of these by itself.
    let plain = request(Method::OPTIONS, "/", &[]);
    assert_eq!(ask(&layer, plain).status(), StatusCode::OK);
    let without_method = request(Method::OPTIONS, "/", &[APP]);
    assert_eq!(ask(&layer, without_method).status(), StatusCode::OK);
    let mut without_origin = request(Method::OPTIONS, "/", &[]);
    without_origin.headers_mut().insert(
        header::ACCESS_CONTROL_REQUEST_METHOD,
        HeaderValue::from_static("PUT"),
    );
    assert_eq!(ask(&layer, without_origin).status(), StatusCode::OK);
}

#[test]
fn answers_vary_by_origin_also_without_one_where_a_cache_may_keep_them() {
    let layer = session().build().unwrap();
    let vary = |path: &str, origins: &[&str]| {
        let response = ask(&layer, request(Method::GET, path, origins));
        let values = response.headers().get_all(header::VARY).iter();
        values
            .map(|value| value.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(vary("/", &[APP]), ["origin"]);
    assert_eq!(vary("/", &["https://other.example"]), ["origin"]);
    // Nobody may answer others with this one.
    assert!(vary("/", &[]).is_empty());
    for path in ["/lives", "/expires", "/tagged", "/dated"] {
        assert_eq!(vary(path, &[]), ["origin"], "{path}");
    }
    assert_eq!(vary("/encoded", &[]), ["accept-encoding"]);
    assert_eq!(vary("/encoded", &[APP]), ["accept-encoding", "origin"]);
    assert_eq!(vary("/vary", &[APP]), ["accept, Origin"], "it is there already");
}

#[test]
fn what_anyone_may_read_is_the_same_for_everyone() {
    let layer = CorsPolicy::new().any_origin().headers(["*"]).build().unwrap();
    let any = pairs(&[("access-control-allow-origin", "*")]);
    for origins in [&[][..], &["https://anyone.example"], &["null"]] {
        let response = ask(&layer, request(Method::GET, "/reflects", origins));
        assert_eq!(cors(response.headers()), any, "{origins:?}");
    }
    let response = ask(&layer, preflight("https://anyone.example", "POST"));
    assert_eq!(
        cors(response.headers()),
        pairs(&[
            ("access-control-allow-headers", "*"),
            ("access-control-allow-methods", "GET,HEAD,POST"),
            ("access-control-allow-origin", "*"),
            ("access-control-max-age", "3600"),
        ])
    );
}

#[test]
fn without_origins_nobody_may_and_nothing_varies() {
    for layer in [CorsLayer::default(), CorsPolicy::new().build().unwrap()] {
        let response = ask(&layer, preflight(APP, "GET"));
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        let response = ask(&layer, request(Method::GET, "/reflects", &[APP]));
        assert_eq!(cors(response.headers()), pairs(&[]));
    }
}

#[test]
fn without_credentials_a_handler_cannot_allow_them() {
    let layer = CorsPolicy::new().origin(APP).build().unwrap();
    let response = ask(&layer, request(Method::GET, "/reflects", &[APP]));
    assert_eq!(
        cors(response.headers()),
        pairs(&[("access-control-allow-origin", APP), ("vary", "origin")])
    );
}

proptest! {
    #[test]
    fn only_a_listed_origin_is_ever_repeated(origin in "[ -~]{0,60}", like in "https?://[a-z]{0,3}app\\.example\\.com[a-z.:/]{0,8}") {
        let layer = session().build().unwrap();
        for origin in [origin, like] {
            let response = ask(&layer, request(Method::GET, "/reflects", &[&origin]));
            let repeated = response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
            prop_assert_eq!(repeated.is_some(), origin == APP);
        }
    }
}
