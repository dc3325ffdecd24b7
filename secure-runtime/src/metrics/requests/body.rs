//! A body that says when it is over.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::measure::OnDrop;

pin_project! {
    /// The body of a response; when it ends its request is counted.
    #[derive(Debug, Default)]
    pub struct MeasuredBody<B> {
        #[pin]
        inner: B,
        measure: Option<OnDrop>,
    }
}

impl<B> MeasuredBody<B> {
    pub(super) fn new(inner: B, measure: Option<OnDrop>) -> Self {
        Self { inner, measure }
    }
}

impl<B> Body for MeasuredBody<B>
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
        if this.measure.is_some() && (!matches!(frame, Some(Ok(_))) || this.inner.is_end_stream()) {
            // Counts the request.
            *this.measure = None;
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
