//! The future of a response that a line will tell of.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::{body::CountedBody, line::OnDrop};

pin_project! {
    /// The response future of [`AccessLog`](super::AccessLog).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        line: Option<Box<OnDrop>>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, line: Option<Box<OnDrop>>) -> Self {
        Self { inner, line }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<CountedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx))?;
        if let Some(line) = this.line {
            line.line
                .respond(response.status(), response.body().is_end_stream());
        }
        Poll::Ready(Ok(response.map(|body| CountedBody::new(body, this.line.take()))))
    }
}
