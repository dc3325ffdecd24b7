//! What the rate limit tells of.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use secure_runtime::{
    connection::Connection,
    events::Event,
    limit::{Clock, Limits, Rule},
};
use tests::lines::capture;
use tower_layer::Layer;
use tower_service::Service;

#[derive(Clone)]
struct Yes;

impl Service<Request<()>> for Yes {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(Full::default())))
    }
}

#[tokio::test]
async fn a_flood_is_counted_and_has_few_lines() {
    let (lines, _guard) = capture();
    let rule = Rule::per_client("client", "10 per hour".parse().unwrap());
    let limits = Limits::new().clock(Clock::manual()).rule(rule).build().unwrap();
    let mut service = limits.layer(Yes);
    let before = Event::ExcessRateLimitExceeded.count();
    for client in 0..200 {
        for _ in 0..60 {
            let peer = format!("198.51.100.{client}:50000").parse().unwrap();
            let request = Request::builder()
                .extension(Connection::new(Some(peer)))
                .header("user-agent", "flood/1.0")
                .body(())
                .unwrap();
            service.call(request).await.unwrap();
        }
    }
    assert!(Event::ExcessRateLimitExceeded.count() - before >= 200 * 50);
    let lines = lines.take_of("security");
    // Twenty at once, and one a second for as long as this took.
    assert!((1..200).contains(&lines.len()), "{}", lines.len());
    let first = &lines[0];
    assert_eq!(first["event"], "excess_rate_limit_exceeded");
    assert_eq!(first["rule"], "client");
    assert_eq!(first["user_agent"], "flood/1.0");
    let mut clients: Vec<_> = lines.iter().map(|line| &line["ip_address"]).collect();
    let count = clients.len();
    clients.dedup();
    assert_eq!(clients.len(), count, "a client has one line");
}
