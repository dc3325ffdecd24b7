//! The service that limits request bodies.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::body::{Excess, LimitedBody};
use crate::{body::ReplyBody, lookup::first, problem::Problem};

/// Answers 413 to bodies that are too large; see the [module](super).
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct BodyLimit<S> {
    inner: S,
    limit: usize,
}

impl<S> BodyLimit<S> {
    /// Wraps `inner`; bodies may have `limit` bytes.
    pub const fn new(inner: S, limit: usize) -> Self {
        Self { inner, limit }
    }

    /// The service below.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service below, to change.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Unwraps the service below.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B, R> Service<Request<B>> for BodyLimit<S>
where
    S: Service<Request<LimitedBody<B>>, Response = Response<R>>,
    B: Body,
{
    type Response = Response<ReplyBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if says_more_than(self.limit, request.headers()) {
            return ResponseFuture {
                inner: None,
                excess: Excess::default(),
            };
        }
        let request = request.map(|body| LimitedBody::new(body, self.limit));
        let excess = request.body().excess();
        ResponseFuture {
            inner: Some(self.inner.call(request)),
            excess,
        }
    }
}

pub(crate) fn too_large<B: From<Bytes>>() -> Response<B> {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE).into_response()
}

/// Whether a request says that its body is larger. What is no number is the server's to refuse.
pub(crate) fn says_more_than(limit: usize, headers: &HeaderMap) -> bool {
    let Some(length) = first(headers, &header::CONTENT_LENGTH) else {
        return false;
    };
    match length.to_str().ok().and_then(|length| length.parse::<u64>().ok()) {
        Some(length) => length > limit as u64,
        // More digits than a number can have.
        None => length.as_bytes().iter().all(u8::is_ascii_digit),
    }
}

pin_project! {
    /// The response future of [`BodyLimit`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // `None` for a body that is too large.
        #[pin]
        inner: Option<F>,
        excess: Excess,
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(future) = this.inner.as_pin_mut() else {
            return Poll::Ready(Ok(too_large()));
        };
        let response = ready!(future.poll(cx))?;
        Poll::Ready(Ok(if this.excess.is_behind(&response) {
            too_large()
        } else {
            response.map(ReplyBody::inner)
        }))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn reads_what_the_request_says() {
        let says = |text: &'static str| {
            let headers = HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from_static(text))]);
            says_more_than(10, &headers)
        };
        assert!(!says("0"));
        assert!(!says("10"));
        assert!(says("11"));
        assert!(says("99999999999999999999999999"));
        assert!(!says("ten"));
        assert!(!says_more_than(10, &HeaderMap::new()));
    }
}
