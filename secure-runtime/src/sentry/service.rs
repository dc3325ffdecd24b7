//! The service that gives each request a hub.

use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::{body::SentryBody, future::ResponseFuture, layer::SentryLayer};

/// Gives each request a hub, and sends its trace; see the [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct SentryService<S> {
    inner: S,
    layer: SentryLayer,
}

impl<S> SentryService<S> {
    pub(super) fn new(inner: S, layer: SentryLayer) -> Self {
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

impl<S, B, R> Service<Request<B>> for SentryService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<SentryBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let Some(tracked) = self.layer.track(&mut request) else {
            return ResponseFuture::new(self.inner.call(request), None);
        };
        let inner = tracked.within(|| self.inner.call(request));
        ResponseFuture::new(inner, Some(tracked))
    }
}
