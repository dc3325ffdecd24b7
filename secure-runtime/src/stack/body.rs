//! The body of a response, at whose end its request is told of.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::record::Record;
use crate::body::ReplyBody;

pin_project! {
    /// The body of a response of [`SecureService`](super::SecureService): the handler's, or a layer's own.
    ///
    /// It is polled and dropped within the span of its request.
    pub struct ResponseBody<B> {
        // Both are gone when it has ended.
        #[pin]
        inner: Option<ReplyBody<B>>,
        record: Option<Box<Record>>,
    }

    impl<B> PinnedDrop for ResponseBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // As a rule it has ended, and nothing is left to be done.
            if let Some(record) = this.record {
                record.leave(|| this.inner.set(None));
            }
        }
    }
}

impl<B> ResponseBody<B> {
    #[inline]
    pub(super) fn new(inner: ReplyBody<B>, record: Option<Box<Record>>) -> Self {
        Self {
            inner: Some(inner),
            record,
        }
    }
}

impl<B> Body for ResponseBody<B>
where
    B: Body,
    B::Data: From<Bytes>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut this = self.project();
        let Some(record) = this.record else {
            return match this.inner.as_pin_mut() {
                Some(inner) => inner.poll_frame(cx),
                None => Poll::Ready(None),
            };
        };
        let Record { telling, within, .. } = &mut **record;
        let polled = within.run(|| {
            let Some(mut inner) = this.inner.as_mut().as_pin_mut() else {
                return Poll::Ready(None);
            };
            let frame = ready!(inner.as_mut().poll_frame(cx));
            let is_end = match &frame {
                Some(Ok(frame)) => frame.is_trailers() || inner.is_end_stream(),
                Some(Err(_)) | None => true,
            };
            telling.frame(&frame, is_end);
            if is_end {
                this.inner.set(None);
            }
            Poll::Ready(frame)
        });
        if this.inner.is_none() {
            *this.record = None;
        }
        polled
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

impl<B: Default> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::new(ReplyBody::default(), None)
    }
}

impl<B> std::fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}
