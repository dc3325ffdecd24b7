//! Requests of many callers, to a handler that says yes.

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    net::SocketAddr,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use secure_runtime::{
    body::ReplyBody,
    client::{ClientLayer, TrustedProxies},
    connection::Connection,
    limit::{Clock, LimitLayer, Limits, Rule},
};
use tower_layer::Layer;
use tower_service::Service;

pub(crate) type Body = Full<Bytes>;

#[derive(Clone)]
pub(crate) struct Yes;

impl Service<Request<()>> for Yes {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(Body::default())))
    }
}

/// The answer of a service that never waits.
pub(crate) fn call<S, R>(service: &mut S, request: Request<()>) -> Response<R>
where
    S: Service<Request<()>, Response = Response<R>, Error = Infallible>,
{
    let mut cx = Context::from_waker(Waker::noop());
    match pin!(service.call(request)).poll(&mut cx) {
        Poll::Ready(Ok(response)) => response,
        _ => panic!("the service is always ready"),
    }
}

/// A limited handler behind a layer that tells clients apart.
#[expect(clippy::needless_pass_by_value, reason = "made for this call in every test")]
pub(crate) fn limited(
    proxies: TrustedProxies,
    layer: LimitLayer,
) -> impl Service<Request<()>, Response = Response<ReplyBody<Body>>, Error = Infallible> {
    ClientLayer::new(proxies).layer(layer.layer(Yes))
}

/// 10 an hour for each client, at a time that stands still.
pub(crate) fn ten_an_hour() -> LimitLayer {
    let rule = Rule::per_client("client", "10 per hour".parse().unwrap());
    Limits::new().clock(Clock::manual()).rule(rule).build().unwrap()
}

pub(crate) fn from(peer: &str) -> Request<()> {
    let peer: SocketAddr = peer.parse().unwrap();
    Request::builder()
        .extension(Connection::new(Some(peer)))
        .body(())
        .unwrap()
}

pub(crate) fn with(mut request: Request<()>, name: &'static str, value: &str) -> Request<()> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

/// How many of the requests pass.
pub(crate) fn passed<S, R>(service: &mut S, requests: impl Iterator<Item = Request<()>>) -> usize
where
    S: Service<Request<()>, Response = Response<R>, Error = Infallible>,
{
    requests
        .map(|request| call(service, request).status().as_u16())
        .inspect(|&status| assert!(status == 200 || status == 429, "{status}"))
        .filter(|&status| status == 200)
        .count()
}
