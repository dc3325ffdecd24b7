//! The body of a response that a layer may have answered itself.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of the service below, or a short one of a layer's own.
    #[derive(Debug)]
    pub struct ReplyBody<B> {
        #[pin]
        inner: Option<B>,
        own: Option<Bytes>,
    }
}

impl<B> ReplyBody<B> {
    /// The body of the service below.
    pub fn inner(body: B) -> Self {
        Self {
            inner: Some(body),
            own: None,
        }
    }

    /// A body of the layer's own.
    pub fn own(bytes: impl Into<Bytes>) -> Self {
        Self {
            inner: None,
            own: Some(bytes.into()),
        }
    }
}

impl<B> From<Bytes> for ReplyBody<B> {
    fn from(bytes: Bytes) -> Self {
        Self::own(bytes)
    }
}

impl<B: Default> Default for ReplyBody<B> {
    fn default() -> Self {
        Self::inner(B::default())
    }
}

impl<B> Body for ReplyBody<B>
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
        let this = self.project();
        match this.inner.as_pin_mut() {
            Some(body) => body.poll_frame(cx),
            None => Poll::Ready(this.own.take().map(|bytes| Ok(Frame::data(bytes.into())))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Some(body) => body.is_end_stream(),
            None => self.own.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Some(body) => body.size_hint(),
            None => SizeHint::with_exact(self.own.as_ref().map_or(0, |bytes| bytes.len() as u64)),
        }
    }
}
