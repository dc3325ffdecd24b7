//! A body that is sent within the hub of its request.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::tracked::Tracked;

pin_project! {
    /// The body of a response, which is polled and dropped within the hub of its request.
    #[derive(Debug)]
    pub struct SentryBody<B> {
        // Gone when it has ended.
        #[pin]
        inner: Option<B>,
        // The trace ends with it.
        tracked: Option<Box<Tracked>>,
    }

    impl<B> PinnedDrop for SentryBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(tracked) = this.tracked {
                tracked.within(|| this.inner.set(None));
            }
        }
    }
}

impl<B> SentryBody<B> {
    pub(super) fn new(inner: B, tracked: Option<Box<Tracked>>) -> Self {
        Self {
            inner: Some(inner),
            tracked,
        }
    }
}

impl<B: Body> Body for SentryBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        match this.tracked {
            None => inner.poll_frame(cx),
            Some(tracked) => tracked.within(|| inner.poll_frame(cx)),
        }
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

impl<B: Default> Default for SentryBody<B> {
    fn default() -> Self {
        Self::new(B::default(), None)
    }
}
