//! The service that gives requests their ids.

use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderName, Request, Response};
use tower_service::Service;

use super::{
    RequestId, RequestSpanBody,
    future::ResponseFuture,
    id::{Given, X_REQUEST_ID},
    scope::Scope,
    span::RequestSpan,
};
use crate::{client::Client, lookup::first, trace_context::TraceParent};

/// Gives every request an id; see the [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct RequestIdService<S> {
    inner: S,
}

impl<S> RequestIdService<S> {
    /// Wraps `inner`.
    pub fn new(inner: S) -> Self {
        Self { inner }
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

impl<S, B, R> Service<Request<B>> for RequestIdService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<RequestSpanBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let (id, mut span) = identify(&mut request);
        let mut id = Some(id);
        let inner = {
            let _scope = Scope::enter(&mut id);
            let _entered = span.enter();
            self.inner.call(request)
        };
        ResponseFuture::new(inner, span, id)
    }
}

/// Decides the id of a request, stores it there, and opens the span.
#[inline]
pub(crate) fn identify<B>(request: &mut Request<B>) -> (RequestId, RequestSpan) {
    let given = RequestId::given(request.headers());
    let is_silent = matches!(given, Given::Nothing);
    let (id, upstream) = match given {
        Given::Id(id) if Client::of(request.extensions()).is_proxied() => (id, None),
        Given::Id(foreign) => (RequestId::generate(), Some(foreign)),
        Given::Nothing => (RequestId::generate(), None),
        Given::IllFormed => {
            if Client::of(request.extensions()).is_proxied() {
                report_dropped();
            }
            (RequestId::generate(), None)
        }
    };
    let trace = trace_parent(request.headers());
    let span = RequestSpan::open(&id, upstream.as_ref(), trace.as_ref());
    if !is_silent {
        // Whatever stands there is not the id, or one of several. There is room, so this cannot fail.
        let _ = request
            .headers_mut()
            .try_insert(&X_REQUEST_ID, id.header_value().clone());
    }
    request.extensions_mut().insert(id.clone());
    (id, span)
}

/// Reports the first id of a trusted proxy that is not taken over: its log and ours have no id in common.
#[cold]
fn report_dropped() {
    static HAS_DROPPED: AtomicBool = AtomicBool::new(false);

    if !HAS_DROPPED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "ignoring an x-request-id of a trusted proxy: make it write one header with 1 to 128 letters, digits and ._-~:#/+=@|*!^; logged \
             once"
        );
    }
}

/// The place of a request in a trace, if it says one.
fn trace_parent(headers: &HeaderMap) -> Option<TraceParent> {
    static NAME: HeaderName = HeaderName::from_static("traceparent");

    let value = first(headers, &NAME)?;
    if headers.get_all(&NAME).iter().nth(1).is_some() {
        return None;
    }
    TraceParent::parse(value.to_str().ok()?)
}
