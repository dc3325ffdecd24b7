//! The service that answers the paths of health and hands on the rest.

use std::mem;
use std::task::{Context, Poll, Waker};

use http::{Request, Response};

use super::body::ResponseBody;
use super::future::{CallFuture, ResponseFuture};
use super::handle::Health;

/// Service that answers `/health`, `/health/live` and `/health/ready`, and hands on everything else.
///
/// It is a tower and a hyper service. As a tower service it is always ready: a probe is answered while the wrapped service is not
/// ready, and a request to that service waits for it in its own future.
#[derive(Clone, Debug)]
pub struct HealthService<S> {
    inner: S,
    health: Health,
}

impl<S> HealthService<S> {
    /// Answers from `health` before `inner`.
    pub const fn new(inner: S, health: Health) -> Self {
        Self { inner, health }
    }

    /// The wrapped service.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The wrapped service.
    pub const fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The wrapped service.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B, R> tower_service::Service<Request<B>> for HealthService<S>
where
    S: tower_service::Service<Request<B>, Response = Response<R>> + Clone,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, Request<B>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if let Some(answer) = self.health.answer(&request) {
            return ResponseFuture::answer(answer);
        }
        match self.inner.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => ResponseFuture::called(self.inner.call(request)),
            // Readiness is per handle: the one that waits goes with its request, and a clone serves the next one.
            Poll::Pending => {
                let next = self.inner.clone();
                ResponseFuture::waiting(mem::replace(&mut self.inner, next), request)
            }
            // One that has failed is of no use any more.
            Poll::Ready(Err(error)) => {
                self.inner = self.inner.clone();
                ResponseFuture::failed(error)
            }
        }
    }
}

impl<S, B, R> hyper::service::Service<Request<B>> for HealthService<S>
where
    S: hyper::service::Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = CallFuture<S::Future>;

    fn call(&self, request: Request<B>) -> Self::Future {
        match self.health.answer(&request) {
            Some(answer) => CallFuture::answer(answer),
            None => CallFuture::inner(self.inner.call(request)),
        }
    }
}
