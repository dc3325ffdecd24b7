//! The service that answers 503 while it is shut.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{
    answer::{Form, answer},
    layer::{MaintenanceLayer, Shared},
};
use crate::body::ReplyBody;

/// Answers 503 while its switch is on; see the [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct MaintenanceService<S> {
    inner: S,
    layer: MaintenanceLayer,
}

impl<S> MaintenanceService<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, layer: MaintenanceLayer) -> Self {
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

impl<S, B, R> Service<Request<B>> for MaintenanceService<S>
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
        match self.layer.answer(&request) {
            None => ResponseFuture {
                inner: Some(self.inner.call(request)),
                answer: None,
            },
            answer => ResponseFuture { inner: None, answer },
        }
    }
}

impl MaintenanceLayer {
    /// What is answered to a request while the switch is on, if it is not let in.
    #[inline]
    pub(crate) fn answer<B>(&self, request: &Request<B>) -> Option<Box<Response<Bytes>>> {
        if self.0.switch.is_on() {
            self.0.answer(request)
        } else {
            None
        }
    }
}

impl Shared {
    #[cold]
    fn answer<B>(&self, request: &Request<B>) -> Option<Box<Response<Bytes>>> {
        if self.allows(request) {
            return None;
        }
        // It may have been opened just now: the answer is still true of the moment it was asked.
        let notice = self.switch.notice().unwrap_or_default();
        Some(Box::new(answer(&notice, self.wait, Form::of(request))))
    }
}

pin_project! {
    /// The response future of [`MaintenanceService`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // `None` for a request that is refused.
        #[pin]
        inner: Option<F>,
        // Boxed, for it is rare and large, and futures are moved about.
        answer: Option<Box<Response<Bytes>>>,
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.inner.as_pin_mut() {
            Some(future) => Poll::Ready(Ok(ready!(future.poll(cx))?.map(ReplyBody::inner))),
            None => match this.answer.take() {
                Some(answer) => Poll::Ready(Ok(answer.map(ReplyBody::own))),
                // Polled after it was done, which a caller must not do.
                None => Poll::Pending,
            },
        }
    }
}
