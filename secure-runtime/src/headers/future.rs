//! The future of a response that gets security headers.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http::Response;
use pin_project_lite::pin_project;

use super::{layer::SecurityHeadersLayer, merge::Situation};

pin_project! {
    /// The response future of [`SecurityHeadersService`](super::SecurityHeadersService).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        layer: SecurityHeadersLayer,
        situation: Situation,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, layer: SecurityHeadersLayer, situation: Situation) -> Self {
        Self {
            inner,
            layer,
            situation,
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // Changed where it lies: a response is large to move.
        let mut poll = this.inner.poll(cx);
        if let Poll::Ready(Ok(response)) = &mut poll {
            this.layer.apply(response, this.situation);
        }
        poll
    }
}
