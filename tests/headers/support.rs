//! Puts the headers of a policy on an answer.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderMap, Request, Response};
use secure_runtime::{connection::Connection, headers::SecurityHeadersLayer};
use tower_layer::Layer;
use tower_service::Service;

/// A service that is a function.
#[derive(Clone)]
pub(crate) struct Handler<F>(pub(crate) F);

impl<F> Service<Request<()>> for Handler<F>
where
    F: FnMut(Request<()>) -> Response<String>,
{
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        ready(Ok((self.0)(request)))
    }
}

/// The answer of a service to one request over a connection with or without TLS.
pub(crate) fn call<S>(mut service: S, tls: bool) -> Response<String>
where
    S: Service<Request<()>, Response = Response<String>, Error = Infallible>,
{
    let mut request = Request::new(());
    request
        .extensions_mut()
        .insert(Connection::default().with_tls(tls));
    let mut context = Context::from_waker(Waker::noop());
    match pin!(service.call(request)).poll(&mut context) {
        Poll::Ready(Ok(response)) => response,
        Poll::Pending => unreachable!("it is ready"),
    }
}

/// The headers of an empty answer by https.
pub(crate) fn headers(layer: &SecurityHeadersLayer) -> HeaderMap {
    let service = layer.layer(Handler(|_| Response::new(String::new())));
    call(service, true).headers().clone()
}

/// The headers of an answer that a handler makes, by https.
pub(crate) fn headers_of(
    layer: &SecurityHeadersLayer,
    answer: impl FnMut(Request<()>) -> Response<String>,
) -> HeaderMap {
    call(layer.layer(Handler(answer)), true).headers().clone()
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}
