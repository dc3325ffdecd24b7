//! The body of an answer or of the wrapped service's response.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of an answer of health, or that of the wrapped service's response.
    pub struct ResponseBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<B> {
        Answer { bytes: Bytes },
        Inner { #[pin] body: B },
    }
}

impl<B> ResponseBody<B> {
    pub(super) const fn answer(bytes: Bytes) -> Self {
        Self {
            kind: Kind::Answer { bytes },
        }
    }

    pub(super) const fn inner(body: B) -> Self {
        Self {
            kind: Kind::Inner { body },
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
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.project().kind.project() {
            KindProjection::Answer { bytes } if bytes.is_empty() => Poll::Ready(None),
            KindProjection::Answer { bytes } => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes).into()))))
            }
            KindProjection::Inner { body } => body.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Answer { bytes } => bytes.is_empty(),
            Kind::Inner { body } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Answer { bytes } => SizeHint::with_exact(bytes.len() as u64),
            Kind::Inner { body } => body.size_hint(),
        }
    }
}

/// The empty answer, so that layers outside can make a response without a body.
impl<B> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::answer(Bytes::new())
    }
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}
