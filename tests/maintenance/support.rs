//! A handler behind a switch.

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use secure_runtime::maintenance::{MaintenanceLayer, MaintenancePolicy, Switch};
use tower_layer::Layer;
use tower_service::Service;

/// Says that it is open.
#[derive(Clone)]
pub(crate) struct Open;

impl<B> Service<Request<B>> for Open {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(Response::new(Full::from("open"))))
    }
}

pub(crate) fn policy() -> (Switch, MaintenancePolicy) {
    let switch = Switch::new();
    let policy = MaintenancePolicy::new(&switch);
    (switch, policy)
}

pub(crate) fn request(method: Method, path: &str, accept: &str) -> Request<()> {
    let request = Request::builder().method(method).uri(path);
    request.header("accept", accept).body(()).unwrap()
}

/// The answer, its body read to the end.
pub(crate) fn ask(layer: &MaintenanceLayer, request: Request<()>) -> Response<String> {
    let mut service = layer.layer(Open);
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(&mut cx) else {
        panic!("the service is always ready")
    };
    let (parts, body) = response.into_parts();
    let Poll::Ready(Ok(body)) = pin!(body.collect()).poll(&mut cx) else {
        panic!("the body is there")
    };
    let body = String::from_utf8(body.to_bytes().to_vec()).unwrap();
    Response::from_parts(parts, body)
}
