//! Routes of the routers that services have.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use axum::{Router, extract::MatchedPath, routing::get};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use secure_runtime::{
    body_limit::LimitedBody,
    headers::SecurityHeaders,
    limit::{Clock, Limits, Rule},
    route::{RouteLayer, RouteTable},
    stack::SecureStack,
};
use tests::loopback::{ask, serve};
use tower_layer::Layer;
use tower_service::Service;

use crate::support::{counted, metrics};

#[tokio::test]
async fn axum_with_nested_routers() {
    let metrics = metrics();
    let inner = Router::new().route("/{id}/orders", get(|| async { "orders" }));
    let router = Router::new()
        .route("/users/{id}", get(|| async { "someone" }))
        .nest("/shops", inner)
        .route_layer(RouteLayer::template_from(MatchedPath::as_str))
        .layer(metrics.layer());
    let addr = serve(router, false).await;
    for n in 0..3 {
        ask(addr, &format!("GET /users/{n} HTTP/1.1"), "").await;
        ask(addr, &format!("GET /shops/{n}/orders HTTP/1.1"), "").await;
        ask(addr, &format!("GET /nothing/{n} HTTP/1.1"), "").await;
        ask(addr, &format!("HEAD /users/{n} HTTP/1.1"), "").await;
        ask(addr, &format!("DELETE /users/{n} HTTP/1.1"), "").await;
    }
    assert_eq!(counted(&metrics, "GET", "/users/{id}", "200"), 3.0);
    assert_eq!(counted(&metrics, "GET", "/shops/{id}/orders", "200"), 3.0);
    assert_eq!(counted(&metrics, "GET", "unmatched", "404"), 3.0);
    assert_eq!(counted(&metrics, "HEAD", "/users/{id}", "200"), 3.0);
    assert_eq!(counted(&metrics, "DELETE", "/users/{id}", "405"), 3.0);
}

/// Raw hyper, in the stack: the table stands where it knows the route of every answer, also of those that no handler
/// made.
#[tokio::test]
async fn hyper_with_a_table_in_the_stack() {
    let metrics = metrics();
    let routes = RouteTable::new(["/users/{id}"]).unwrap();
    let rule = Rule::per_client("client", "2 per hour".parse().unwrap());
    let limits = Limits::new().clock(Clock::manual()).rule(rule).build().unwrap();
    metrics.watch_limits(&limits).unwrap();
    let stack = SecureStack::new(SecurityHeaders::api().build().unwrap())
        .metrics(metrics.layer())
        .routes(routes)
        .limit(limits);
    let addr = serve(stack.layer(Someone), false).await;
    let mut statuses = Vec::new();
    for n in 0..5 {
        statuses.push(ask(addr, &format!("GET /users/{n} HTTP/1.1"), "").await.status);
    }
    assert_eq!(statuses, [200, 200, 429, 429, 429]);
    assert_eq!(counted(&metrics, "GET", "/users/{id}", "200"), 2.0);
    assert_eq!(counted(&metrics, "GET", "/users/{id}", "429"), 3.0);
    let limited = crate::support::family(&metrics, "rate_limited");
    assert_eq!(
        limited.value("rate_limited_total", &[("rule", "client")]),
        Some(3.0)
    );
}

/// No router comes to see what a limit refuses: the path that the limit is for says where it was.
#[tokio::test]
async fn a_refusal_of_one_path_is_counted_there() {
    let metrics = metrics();
    let everywhere = Rule::per_client("client", "4 per hour".parse().unwrap());
    let logins = Rule::per_client("login", "1 per hour".parse().unwrap()).path("/login/{realm}");
    let limits = Limits::new().clock(Clock::manual()).rule(everywhere).rule(logins);
    let stack = SecureStack::new(SecurityHeaders::api().build().unwrap())
        .metrics(metrics.layer())
        .limit(limits.build().unwrap());
    let addr = serve(stack.layer(Someone), false).await;
    let mut statuses = Vec::new();
    for path in ["/login/a", "/login/b", "/x", "/x", "/x", "/x", "/login/c"] {
        statuses.push(ask(addr, &format!("GET {path} HTTP/1.1"), "").await.status);
    }
    assert_eq!(statuses, [200, 429, 200, 200, 200, 429, 429]);
    assert_eq!(counted(&metrics, "GET", "/login/{realm}", "429"), 2.0);
    assert_eq!(counted(&metrics, "GET", "unmatched", "429"), 1.0);
    assert_eq!(counted(&metrics, "GET", "unmatched", "200"), 4.0);
}

/// Answers everything, and knows of no routes.
#[derive(Clone)]
struct Someone;

impl Service<Request<LimitedBody<Incoming>>> for Someone {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<LimitedBody<Incoming>>) -> Self::Future {
        ready(Ok(Response::new(Full::from("someone"))))
    }
}
