//! The service that counts requests.

use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{body::MeasuredBody, future::ResponseFuture, layer::MetricsLayer, measure::OnDrop};

/// Counts requests and their times; see the [module](super::super).
#[derive(Clone, Debug)]
#[must_use]
pub struct MetricsService<S> {
    inner: S,
    layer: MetricsLayer,
}

impl<S> MetricsService<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, layer: MetricsLayer) -> Self {
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

impl<S, B, R> Service<Request<B>> for MetricsService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Body,
{
    type Response = Response<MeasuredBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let measure = self
            .layer
            .0
            .as_ref()
            .map(|requests| OnDrop::start(requests, &mut request));
        ResponseFuture::new(self.inner.call(request), measure)
    }
}
