//! Rules for some routes.

use http::Method;
use secure_runtime::{
    client::{ClientLayer, TrustedProxies},
    limit::{Clock, Limits, Rule},
    route::{Route, RouteLayer},
};
use tower_layer::Layer;

use crate::support::{Yes, call, from, limited, passed};

fn login() -> Limits {
    let rule = Rule::per_client("login", "10 per hour".parse().unwrap());
    Limits::new()
        .clock(Clock::manual())
        .rule(rule.method(Method::POST).path("/login"))
}

fn to(method: Method, uri: &str) -> http::Request<()> {
    let mut request = from("192.0.2.1:1");
    *request.method_mut() = method;
    *request.uri_mut() = uri.parse().unwrap();
    request
}

#[test]
fn only_the_route_is_limited() {
    let mut service = limited(TrustedProxies::none(), login().build().unwrap());
    let of =
        |service: &mut _, method: &Method, uri| passed(service, (0..100).map(|_| to(method.clone(), uri)));
    assert_eq!(of(&mut service, &Method::POST, "/login?next=/"), 10);
    assert_eq!(of(&mut service, &Method::GET, "/login"), 100);
    assert_eq!(of(&mut service, &Method::POST, "/logout"), 100);
}

#[test]
fn another_spelling_of_the_path_is_no_way_around() {
    let spellings = ["/login", "/login/", "//login", "/%6cogin", "/log%69n//"];
    let mut service = limited(TrustedProxies::none(), login().build().unwrap());
    let requests = (0..1_000).map(|n| to(Method::POST, spellings[n % spellings.len()]));
    assert_eq!(passed(&mut service, requests), 10);
}

#[test]
fn head_is_get() {
    let rule = Rule::per_client("report", "10 per hour".parse().unwrap());
    let layer = Limits::new()
        .rule(rule.method(Method::GET).path("/report"))
        .build()
        .unwrap();
    let mut service = limited(TrustedProxies::none(), layer);
    let requests = (0..100).map(|n| to(if n % 2 == 0 { Method::GET } else { Method::HEAD }, "/report"));
    assert_eq!(passed(&mut service, requests), 10);
}

/// Routers that nest take the prefix off the path. What they have marked counts, too.
#[test]
fn a_marked_route_counts_whatever_the_path() {
    let rule = Rule::per_client("avatar", "10 per hour".parse().unwrap()).path("/api/users/{id}/avatar");
    let layer = Limits::new().rule(rule).build().unwrap();
    let inner = RouteLayer::new("/api/users/{id}/avatar").layer(layer.layer(Yes));
    let mut service = ClientLayer::default().layer(inner);
    let requests = (0..100).map(|n| {
        let mut request = to(Method::GET, &format!("/{n}/avatar"));
        let _ = Route::of(request.extensions_mut());
        request
    });
    assert_eq!(passed(&mut service, requests), 10);
}

#[test]
fn exempt_paths_are_so_to_the_letter() {
    let rule = || Rule::per_client("client", "1 per hour".parse().unwrap());
    let ask = |limits: Limits, uri: &str| {
        let mut service = limited(TrustedProxies::none(), limits.rule(rule()).build().unwrap());
        call(&mut service, to(Method::GET, uri));
        call(&mut service, to(Method::GET, uri)).status().as_u16()
    };
    for path in ["/health", "/health/live", "/health/ready"] {
        assert_eq!(ask(Limits::new(), path), 200);
    }
    for path in ["/health/", "/health/other", "//health", "/healthy"] {
        assert_eq!(ask(Limits::new(), path), 429, "{path}");
    }
    assert_eq!(ask(Limits::new().exempt(["/ping"]), "/ping"), 200);
    assert_eq!(ask(Limits::new().exempt(["/ping"]), "/health"), 429);
}

#[test]
fn every_mistake_is_told_when_built() {
    let quota = || "1 per hour".parse().unwrap();
    let refused = Limits::new()
        .rule(Rule::global("", quota()))
        .rule(Rule::global("a\"b", quota()))
        .rule(Rule::global("twice", quota()))
        .rule(Rule::global("twice", quota()))
        .rule(Rule::global("path", quota()).path("users/{id}"))
        .rule(Rule::global("large", quota()).places(usize::MAX))
        .build()
        .unwrap_err();
    let problems: Vec<_> = refused.problems().collect();
    assert_eq!(
        problems,
        [
            r#""" is not a name: use 1 to 64 letters, digits, `.`, `-` and `_`"#,
            r#""a\"b" is not a name: use 1 to 64 letters, digits, `.`, `-` and `_`"#,
            "twice: two rules have this name",
            "path: a path begins with /",
            "large: more than 67108864 places",
        ]
    );
    let many = (0..17).fold(Limits::new(), |limits, n| {
        limits.rule(Rule::global(format!("r{n}"), quota()))
    });
    assert_eq!(many.build().unwrap_err().to_string(), "17 rules are more than 16");
}
