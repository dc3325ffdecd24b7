//! The service that catches panics.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use super::future::{ResponseFuture, discard};
use crate::body::ReplyBody;

/// Answers 500 when the service below panics; see the [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct CatchPanic<S> {
    inner: S,
}

impl<S> CatchPanic<S> {
    /// Wraps `inner`.
    pub fn new(inner: S) -> Self {
        Self { inner }
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

impl<S, B, R> Service<Request<B>> for CatchPanic<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<ReplyBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service is called again after a panic, as any service of a server is from other threads;
        // what it shares must be able to bear that (mutexes poison).
        let mut future = None;
        // Written from inside: a future is large, and this spares it two moves.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| future = Some(self.inner.call(request)))) {
            discard(payload);
        }
        ResponseFuture::new(future)
    }
}
