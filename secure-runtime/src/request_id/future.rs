//! The future of a response that gets its request's id.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use http::Response;
use pin_project_lite::pin_project;

use super::{RequestId, RequestSpanBody, id::X_REQUEST_ID, scope::Scope, span::RequestSpan};

pin_project! {
    /// The response future of [`RequestIdService`](super::RequestIdService).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // Gone when it is done, so that what it owned is dropped within the span, too.
        #[pin]
        inner: Option<F>,
        span: RequestSpan,
        id: Option<RequestId>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.inner.is_some() {
                let _scope = Scope::enter(this.id);
                let _entered = this.span.enter();
                this.inner.set(None);
            }
        }
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, span: RequestSpan, id: Option<RequestId>) -> Self {
        Self {
            inner: Some(inner),
            span,
            id,
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<RequestSpanBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        // Changed where it is: a response is large to move.
        let mut poll = {
            let _scope = Scope::enter(this.id);
            let _entered = this.span.enter();
            let Some(inner) = this.inner.as_mut().as_pin_mut() else {
                // Polled after it was done, which a caller must not do.
                return Poll::Pending;
            };
            let poll = inner.poll(cx);
            if poll.is_ready() {
                this.inner.set(None);
            }
            poll
        };
        if let Poll::Ready(Ok(response)) = &mut poll {
            if let Some(id) = this.id.take() {
                // A response with more headers than a map can hold goes without.
                let _ = response
                    .headers_mut()
                    .try_insert(&X_REQUEST_ID, id.into_header_value());
            }
        }
        poll.map_ok(|response| {
            let span = mem::replace(this.span, RequestSpan::none());
            response.map(|body| RequestSpanBody::new(body, span))
        })
    }
}
