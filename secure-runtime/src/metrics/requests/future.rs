//! The future of a response that is measured.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::{body::MeasuredBody, measure::OnDrop};

pin_project! {
    /// The response future of [`MetricsService`](super::MetricsService).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        measure: Option<OnDrop>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, measure: Option<OnDrop>) -> Self {
        Self { inner, measure }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<MeasuredBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx))?;
        if let Some(measure) = this.measure {
            measure.measure.respond(response.status());
        }
        // A response without a body ends here.
        let measure = this.measure.take().filter(|_| !response.body().is_end_stream());
        Poll::Ready(Ok(response.map(|body| MeasuredBody::new(body, measure))))
    }
}
