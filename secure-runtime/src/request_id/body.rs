//! A body that is sent within the span of its request.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::span::RequestSpan;

pin_project! {
    /// The body of a response, which is polled and dropped within the span of its request.
    #[derive(Debug)]
    pub struct RequestSpanBody<B> {
        // Gone when it has ended.
        #[pin]
        inner: Option<B>,
        span: RequestSpan,
    }

    impl<B> PinnedDrop for RequestSpanBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.inner.is_some() {
                let _entered = this.span.enter();
                this.inner.set(None);
            }
        }
    }
}

impl<B> RequestSpanBody<B> {
    pub(super) fn new(inner: B, span: RequestSpan) -> Self {
        Self {
            inner: Some(inner),
            span,
        }
    }
}

impl<B> Body for RequestSpanBody<B>
where
    B: Body,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut this = self.project();
        let _entered = this.span.enter();
        let Some(mut inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        let frame = ready!(inner.as_mut().poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) || inner.is_end_stream() {
            this.inner.set(None);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Some(inner) => inner.size_hint(),
            None => SizeHint::with_exact(0),
        }
    }
}

impl<B: Default> Default for RequestSpanBody<B> {
    fn default() -> Self {
        Self::new(B::default(), RequestSpan::none())
    }
}
