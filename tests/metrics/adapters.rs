//! Routes of the routers that services have.

use axum::{Router, extract::MatchedPath, routing::get};
use http::{Extensions, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use secure_runtime::{
    headers::SecurityHeaders,
    limit::{Clock, Limits, Rule},
    route::{RouteLayer, RouteTable},
    stack::SecureStack,
};
use tests::loopback::{ask, serve};
use tower_layer::{Layer, Stack};

use crate::support::{counted, metrics};

fn matched(extensions: &Extensions) -> Option<&str> {
    extensions.get::<MatchedPath>().map(MatchedPath::as_str)
}

#[tokio::test]
async fn axum_with_nested_routers() {
    let metrics = metrics();
    let inner = Router::new().route("/{id}/orders", get(|| async { "orders" }));
    let router = Router::new()
        .route("/users/{id}", get(|| async { "someone" }))
        .nest("/shops", inner)
        .route_layer(RouteLayer::find(matched))
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
        .metrics(Stack::new(routes, metrics.layer()))
        .limit(limits);
    let handler = tower_service_fn(|_| Response::new(Full::<bytes::Bytes>::from("someone")));
    let addr = serve(stack.layer(handler), false).await;
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

type Bounded = Request<http_body_util::Limited<Incoming>>;

/// A service of a function that answers at once.
fn tower_service_fn(
    answer: fn(Bounded) -> Response<Full<bytes::Bytes>>,
) -> impl tower_service::Service<
    Bounded,
    Response = Response<Full<bytes::Bytes>>,
    Error = std::convert::Infallible,
    Future = std::future::Ready<Result<Response<Full<bytes::Bytes>>, std::convert::Infallible>>,
> + Clone
+ Send {
    #[derive(Clone)]
    struct Answer(fn(Bounded) -> Response<Full<bytes::Bytes>>);
    impl tower_service::Service<Bounded> for Answer {
        type Response = Response<Full<bytes::Bytes>>;
        type Error = std::convert::Infallible;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

        fn poll_ready(
            &mut self,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<(), std::convert::Infallible>> {
            std::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Bounded) -> Self::Future {
            std::future::ready(Ok((self.0)(request)))
        }
    }
    Answer(answer)
}
