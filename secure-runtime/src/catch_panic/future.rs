//! The future of a response that may be a panic's.

use std::{
    any::Any,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use http::{Response, StatusCode};
use pin_project_lite::pin_project;

use crate::{body::ReplyBody, problem::Problem};

pin_project! {
    /// The response future of [`CatchPanic`](super::CatchPanic).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // Gone after a panic: it must not be polled again.
        #[pin]
        inner: Option<F>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: Option<F>) -> Self {
        Self { inner }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut inner = self.project().inner;
        if let Some(future) = inner.as_mut().as_pin_mut() {
            // Written from inside: a response is large to move.
            let mut poll = Poll::Pending;
            match catch_unwind(AssertUnwindSafe(|| poll = future.poll(cx))) {
                Ok(()) => return poll.map_ok(|response| response.map(ReplyBody::inner)),
                Err(payload) => {
                    discard(payload);
                    // What the future owns may panic as well when it is dropped.
                    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| inner.set(None))) {
                        discard(payload);
                    }
                }
            }
        }
        Poll::Ready(Ok(Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()))
    }
}

/// Drops what a panic was raised with, even if that panics.
#[cold]
pub(crate) fn discard(payload: Box<dyn Any + Send>) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        mem::forget(payload);
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, panic::panic_any, pin::pin, task::Waker};

    use bytes::Bytes;
    use http_body_util::Full;

    use super::*;

    /// Panics whenever it can.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            // A second panic while unwinding would abort the test, not show a fault of the layer.
            if !std::thread::panicking() {
                panic_any(Self)
            }
        }
    }

    struct Explode(Bomb);

    impl Future for Explode {
        type Output = Result<Response<Full<Bytes>>, Infallible>;

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
            panic_any(Bomb)
        }
    }

    #[test]
    fn a_panic_in_dropping_a_panic_is_caught() {
        let mut future = pin!(ResponseFuture::new(Some(Explode(Bomb))));
        let mut cx = Context::from_waker(Waker::noop());
        let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut cx) else {
            panic!("no answer")
        };
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
