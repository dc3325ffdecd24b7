//! The future of a response that is made within its request's hub.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::Response;
use pin_project_lite::pin_project;

use super::{body::SentryBody, tracked::Tracked};

pin_project! {
    /// The response future of [`SentryService`](super::SentryService).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // Gone when it is done, so that what it owned is dropped within the hub, too.
        #[pin]
        inner: Option<F>,
        tracked: Option<Box<Tracked>>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(tracked) = this.tracked {
                tracked.within(|| this.inner.set(None));
            }
        }
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, tracked: Option<Box<Tracked>>) -> Self {
        Self {
            inner: Some(inner),
            tracked,
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<SentryBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            // Polled after it was done, which a caller must not do.
            return Poll::Pending;
        };
        let Some(tracked) = this.tracked else {
            return inner
                .poll(cx)
                .map_ok(|response| response.map(|body| SentryBody::new(body, None)));
        };
        let response = ready!(tracked.within(|| inner.poll(cx)));
        tracked.within(|| this.inner.set(None));
        let response = response?;
        tracked.respond(response.status());
        let tracked = this.tracked.take();
        Poll::Ready(Ok(response.map(|body| SentryBody::new(body, tracked))))
    }
}
