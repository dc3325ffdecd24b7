//! The body of a response that a layer may have answered itself.
//!
//! # Rules
//!
//! 1. What the service below sends passes as it is, frame by frame, with its trailers and its size hint.
//! 2. A layer's own answer is one frame of bytes that are there already: it never waits and never fails.
//! 3. Nothing is boxed; the only demand is that the inner body's data can be made of [`Bytes`].
//!
//! # Examples
//!
//! ```
//! use bytes::Bytes;
//! use http_body::Body;
//! use http_body_util::{BodyExt, Full};
//! use secure_runtime::body::ReplyBody;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let handlers = ReplyBody::inner(Full::new(Bytes::from_static(b"from the handler")));
//! let own = ReplyBody::<Full<Bytes>>::own("from a layer");
//! assert_eq!(own.size_hint().exact(), Some(12));
//! assert_eq!(own.collect().await?.to_bytes(), "from a layer");
//! assert_eq!(handlers.collect().await?.to_bytes(), "from the handler");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
        kind: Kind<B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = Projected]
    enum Kind<B> {
        Inner {
            #[pin]
            body: B,
        },
        Own {
            // `None` when it has been sent.
            bytes: Option<Bytes>,
        },
    }
}

impl<B> ReplyBody<B> {
    /// The body of the service below.
    pub fn inner(body: B) -> Self {
        Self {
            kind: Kind::Inner { body },
        }
    }

    /// A body of the layer's own.
    pub fn own(bytes: impl Into<Bytes>) -> Self {
        Self {
            kind: Kind::Own {
                bytes: Some(bytes.into()).filter(|bytes| !bytes.is_empty()),
            },
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
        match self.project().kind.project() {
            Projected::Inner { body } => body.poll_frame(cx),
            Projected::Own { bytes } => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes.into())))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::Own { bytes } => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::Own { bytes } => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, task::Waker};

    use http_body_util::Full;

    use super::*;

    #[test]
    fn a_body_of_its_own_is_sent_once() {
        let mut body = pin!(ReplyBody::<Full<Bytes>>::own("four"));
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(body.size_hint().exact(), Some(4));
        assert!(!body.is_end_stream());
        let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut cx) else {
            panic!("no frame")
        };
        assert_eq!(frame.into_data().unwrap(), "four");
        assert!(body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(0));
        assert!(matches!(body.poll_frame(&mut cx), Poll::Ready(None)));
    }

    #[test]
    fn a_body_without_bytes_is_at_its_end() {
        let body = ReplyBody::<Full<Bytes>>::own("");
        assert!(body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(0));
    }
}
