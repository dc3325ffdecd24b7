//! The service that puts security headers on responses.

use std::task::{Context, Poll};

use http::{Request, Response};

use super::{future::ResponseFuture, layer::SecurityHeadersLayer};
use crate::client::Client;

/// Puts security headers on every response of the service below.
///
/// It is a service of tower and of hyper, whichever the service below is.
#[derive(Clone, Debug)]
#[must_use]
pub struct SecurityHeadersService<S> {
    inner: S,
    layer: SecurityHeadersLayer,
}

impl<S> SecurityHeadersService<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, layer: SecurityHeadersLayer) -> Self {
        Self { inner, layer }
    }

    /// The service below.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service below, to change.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Unwraps the service below.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B, R> tower_service::Service<Request<B>> for SecurityHeadersService<S>
where
    S: tower_service::Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Self { inner, layer } = self;
        prepare(layer, request, |request| inner.call(request))
    }
}

impl<S, B, R> hyper::service::Service<Request<B>> for SecurityHeadersService<S>
where
    S: hyper::service::Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn call(&self, request: Request<B>) -> Self::Future {
        prepare(&self.layer, request, |request| self.inner.call(request))
    }
}

/// Decides what the response of a request will need, and tells the handler its nonce.
fn prepare<B, F>(
    layer: &SecurityHeadersLayer,
    mut request: Request<B>,
    call: impl FnOnce(Request<B>) -> F,
) -> ResponseFuture<F> {
    let secure = Client::is_secure_in(request.extensions());
    let situation = layer.situation(request.extensions_mut(), secure);
    ResponseFuture::new(call(request), layer.clone(), situation)
}
