//! A body whose bytes are counted for its request's line.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::line::OnDrop;

pin_project! {
    /// The body of a response; when it ends, the line of its request is written.
    #[derive(Debug, Default)]
    pub struct CountedBody<B> {
        #[pin]
        inner: B,
        line: Option<Box<OnDrop>>,
    }
}

impl<B> CountedBody<B> {
    pub(super) fn new(inner: B, line: Option<Box<OnDrop>>) -> Self {
        Self { inner, line }
    }
}

impl<B> Body for CountedBody<B>
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
        let frame = ready!(this.inner.as_mut().poll_frame(cx));
        if let Some(line) = this.line {
            let is_end_stream = matches!(frame, Some(Ok(_))) && this.inner.is_end_stream();
            if line.line.frame(&frame, is_end_stream) {
                // Writes the line.
                *this.line = None;
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
