//! Answers scrapes.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::{encode::Format, registry::Registry};
use crate::body::ReplyBody;

/// Where the metrics are.
const PATH: &str = "/metrics";

/// Layer that applies [`ScrapeService`]; from [`Metrics::scrape`](super::Metrics::scrape).
#[derive(Clone, Debug)]
#[must_use]
pub struct ScrapeLayer(pub(super) Option<Registry>);

impl<S> Layer<S> for ScrapeLayer {
    type Service = ScrapeService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ScrapeService {
            inner,
            registry: self.0.clone(),
        }
    }
}

/// Answers `/metrics` before the service it wraps sees it.
///
/// # Security
///
/// Metrics tell how busy a service is, with what, and what goes wrong. Put it on the metrics listener, not
/// before everyone.
#[derive(Clone, Debug)]
#[must_use]
pub struct ScrapeService<S> {
    inner: S,
    /// `None` when metrics are off.
    registry: Option<Registry>,
}

impl<S> ScrapeService<S> {
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

impl<S, B, R> Service<Request<B>> for ScrapeService<S>
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
        match &self.registry {
            Some(registry) if request.uri().path() == PATH => ResponseFuture {
                inner: None,
                answer: Some(answer(registry, request.method(), request.headers())),
            },
            _ => ResponseFuture {
                inner: Some(self.inner.call(request)),
                answer: None,
            },
        }
    }
}

/// The answer to a request for `/metrics`.
fn answer(registry: &Registry, method: &Method, headers: &HeaderMap) -> Response<Bytes> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        answer
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let format = Format::of(headers);
    // The server keeps the body of an answer to HEAD to itself.
    let mut answer = Response::new(Bytes::from(registry.scrape(format)));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, format.content_type());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    answer
}

pin_project! {
    /// The response future of [`ScrapeService`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // `None` for a scrape.
        #[pin]
        inner: Option<F>,
        answer: Option<Response<Bytes>>,
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        Poll::Ready(Ok(match this.inner.as_pin_mut() {
            Some(future) => ready!(future.poll(cx))?.map(ReplyBody::inner),
            None => this.answer.take().unwrap_or_default().map(ReplyBody::own),
        }))
    }
}
