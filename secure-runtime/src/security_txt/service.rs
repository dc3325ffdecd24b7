//! The service that answers one path.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{PATH, layer::SecurityTxtLayer};
use crate::{body::ReplyBody, problem::Problem};

/// Answers `/.well-known/security.txt`, and hands on everything else; see the [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct SecurityTxtService<S> {
    inner: S,
    layer: SecurityTxtLayer,
}

impl<S> SecurityTxtService<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, layer: SecurityTxtLayer) -> Self {
        Self { inner, layer }
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

/// What is answered here.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    File(Bytes),
    /// The file's length alone: HEAD.
    Length(usize),
    NotAllowed,
}

impl<S, B, R> Service<Request<B>> for SecurityTxtService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<ReplyBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.layer.answer(&request) {
            None => ResponseFuture {
                inner: Some(self.inner.call(request)),
                answer: None,
            },
            answer => ResponseFuture { inner: None, answer },
        }
    }
}

impl SecurityTxtLayer {
    /// What is answered to a request, if it is for the file.
    pub(crate) fn answer<B>(&self, request: &Request<B>) -> Option<Answer> {
        let text = self.0.as_ref().filter(|_| request.uri().path() == PATH)?;
        #[cfg(feature = "route")]
        crate::route::Route::mark(request.extensions(), PATH);
        Some(match *request.method() {
            Method::GET => Answer::File(Bytes::clone(text)),
            Method::HEAD => Answer::Length(text.len()),
            _ => Answer::NotAllowed,
        })
    }
}

impl Answer {
    pub(crate) fn into_response<R: From<Bytes>>(self) -> Response<R> {
        let (length, body) = match self {
            Self::File(bytes) => (bytes.len(), bytes),
            Self::Length(length) => (length, Bytes::new()),
            Self::NotAllowed => {
                let mut response = Problem::new(StatusCode::METHOD_NOT_ALLOWED).into_response();
                response
                    .headers_mut()
                    .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
                return response;
            }
        };
        let mut response = Response::new(body.into());
        let headers = response.headers_mut();
        headers.reserve(4);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        // Written here, because a server cannot know it from the empty body of a HEAD.
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        );
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        response
    }
}

pin_project! {
    /// The response future of [`SecurityTxtService`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // `None` for a request that is answered here.
        #[pin]
        inner: Option<F>,
        answer: Option<Answer>,
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.inner.as_pin_mut() {
            Some(future) => Poll::Ready(Ok(ready!(future.poll(cx))?.map(ReplyBody::inner))),
            None => {
                let answer = this.answer.take().unwrap_or(Answer::NotAllowed);
                Poll::Ready(Ok(answer.into_response()))
            }
        }
    }
}
