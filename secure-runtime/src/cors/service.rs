//! The service that answers preflights and lets listed origins read.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{answer::Answers, layer::CorsLayer};
use crate::{body::ReplyBody, lookup::first, problem::Problem};

/// Answers preflights, and lets listed origins read other answers; see the [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct CorsService<S> {
    inner: S,
    layer: CorsLayer,
}

impl<S> CorsService<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, layer: CorsLayer) -> Self {
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

/// Whose request it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    /// Of no page, or of one that does not say.
    NoOrigin,
    /// A page that may: its place among the answers.
    Allowed(usize),
    /// A page that may not.
    Refused,
}

impl<S, B, R> Service<Request<B>> for CorsService<S>
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
        let asked = self.layer.ask(&request);
        ResponseFuture {
            layer: asked.needs_layer.then(|| self.layer.clone()),
            asked,
            inner: (!asked.is_preflight).then(|| self.inner.call(request)),
        }
    }
}

/// What a request asks for, and what its answer depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    caller: Caller,
    /// Whether the answer is ours to give.
    pub(crate) is_preflight: bool,
    /// Whether other origins get other answers.
    vary: bool,
    /// Whether some origin asks, or everyone is told of: most requests are not so, and need not count one more user of the layer.
    needs_layer: bool,
}

impl CorsLayer {
    #[inline]
    pub(crate) fn ask<B>(&self, request: &Request<B>) -> Asked {
        let answers = &*self.0;
        let caller = answers.caller(request.headers());
        let is_preflight = caller != Caller::NoOrigin && is_preflight(request);
        #[cfg(feature = "route")]
        if is_preflight {
            crate::route::Route::mark(request.extensions(), "preflight");
        }
        Asked {
            caller,
            is_preflight,
            vary: answers.vary(),
            needs_layer: caller != Caller::NoOrigin || answers.for_anyone().is_some(),
        }
    }

    /// The answer to a preflight.
    #[cfg(feature = "stack")]
    pub(crate) fn preflight<R: From<Bytes>>(&self, asked: Asked) -> Response<R> {
        self.0.preflight(asked.caller)
    }

    /// Says in an answer who may read it.
    #[cfg(feature = "stack")]
    #[inline]
    pub(crate) fn finish(&self, asked: Asked, headers: &mut HeaderMap) {
        asked.finish(Some(&self.0), headers);
    }
}

impl Asked {
    #[inline]
    fn finish(self, answers: Option<&Answers>, headers: &mut HeaderMap) {
        if !self.is_preflight {
            strip(headers);
            if let Some(answers) = answers.filter(|_| self.needs_layer) {
                answers.decorate(self.caller, headers);
            }
        }
        if self.vary && (self.caller != Caller::NoOrigin || may_be_kept(headers)) {
            add_vary(headers);
        }
    }
}

/// Whether a request with an `Origin` is the browser's own question (the Fetch standard §3.2.2).
fn is_preflight<B>(request: &Request<B>) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

impl Answers {
    fn caller(&self, headers: &HeaderMap) -> Caller {
        if first(headers, &header::ORIGIN).is_none() {
            return Caller::NoOrigin;
        }
        let mut origins = headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => Caller::NoOrigin,
            (Some(origin), None) => self.find(origin).map_or(Caller::Refused, Caller::Allowed),
            // Browsers send one.
            (Some(_), Some(_)) => Caller::Refused,
        }
    }

    fn preflight<R: From<Bytes>>(&self, caller: Caller) -> Response<R> {
        let answer = match caller {
            Caller::Allowed(place) => self.get(place),
            Caller::Refused | Caller::NoOrigin => None,
        };
        match answer {
            Some(answer) => {
                let mut response = Response::new(Bytes::new().into());
                *response.status_mut() = StatusCode::NO_CONTENT;
                let headers = response.headers_mut();
                headers.reserve(answer.preflight.len() + 1);
                for (name, value) in &answer.preflight {
                    headers.insert(name, value.clone());
                }
                response
            }
            None => refused(),
        }
    }

    fn decorate(&self, caller: Caller, headers: &mut HeaderMap) {
        let place = match caller {
            Caller::Allowed(place) => Some(place),
            Caller::NoOrigin => self.for_anyone(),
            Caller::Refused => None,
        };
        if let Some(answer) = place.and_then(|place| self.get(place)) {
            for (name, value) in &answer.actual {
                // A response with more headers than a map can hold goes without, and no page reads it.
                let _ = headers.try_insert(name, value.clone());
            }
        }
    }
}

fn refused<R: From<Bytes>>() -> Response<R> {
    Problem::new(StatusCode::FORBIDDEN)
        .detail("pages of this origin may not call this service")
        .into_response()
}

/// Removes what a handler says of origins: it has not been reviewed.
#[inline]
fn strip(headers: &mut HeaderMap) {
    for name in [
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ] {
        if first(headers, &name).is_some() {
            headers.remove(name);
        }
    }
}

fn add_vary(headers: &mut HeaderMap) {
    let value = HeaderValue::from_static("origin");
    if !varies_by_origin(headers) && headers.try_append(header::VARY, value).is_err() {
        // There is no room to say that others must not get this from a cache.
        strip(headers);
    }
}

/// Whether a cache may answer others with this response. Without a lifetime and without anything to validate it by it may not
/// (RFC 9111 §4.2, §4.3).
#[inline]
fn may_be_kept(headers: &HeaderMap) -> bool {
    [
        header::CACHE_CONTROL,
        header::EXPIRES,
        header::ETAG,
        header::LAST_MODIFIED,
    ]
    .iter()
    .any(|name| first(headers, name).is_some())
}

fn varies_by_origin(headers: &HeaderMap) -> bool {
    if first(headers, &header::VARY).is_none() {
        return false;
    }
    let names = |value: &HeaderValue| {
        value.as_bytes().split(|byte| *byte == b',').any(|name| {
            let name = name.trim_ascii();
            name == b"*" || name.eq_ignore_ascii_case(b"origin")
        })
    };
    headers.get_all(header::VARY).iter().any(names)
}

pin_project! {
    /// The response future of [`CorsService`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // `None` for a preflight.
        #[pin]
        inner: Option<F>,
        // `None` where it is not needed.
        layer: Option<CorsLayer>,
        asked: Asked,
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answers = this.layer.as_ref().map(|layer| &*layer.0);
        let Some(future) = this.inner.as_pin_mut() else {
            let mut response = answers.map_or_else(refused, |answers| answers.preflight(this.asked.caller));
            this.asked.finish(answers, response.headers_mut());
            return Poll::Ready(Ok(response));
        };
        // Changed where it is: a response is large to move.
        let mut poll = future.poll(cx);
        if let Poll::Ready(Ok(response)) = &mut poll {
            this.asked.finish(answers, response.headers_mut());
        }
        poll.map_ok(|response| response.map(ReplyBody::inner))
    }
}
