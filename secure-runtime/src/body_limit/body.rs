//! A request body that is cut off at a limit.

use std::{
    error::Error,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Response, StatusCode, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Limited;
use pin_project_lite::pin_project;

use super::is_too_large;
use crate::lookup::first;

pin_project! {
    /// The body of a request below [`BodyLimit`](super::BodyLimit): reading past the limit fails with
    /// [`LengthLimitError`](http_body_util::LengthLimitError).
    #[derive(Debug)]
    pub struct LimitedBody<B> {
        #[pin]
        inner: Limited<B>,
        excess: Excess,
    }
}

impl<B: Body> LimitedBody<B> {
    /// Lets at most `limit` bytes of a body through.
    #[inline]
    pub(crate) fn new(body: B, limit: usize) -> Self {
        let excess = Excess::watch(&body);
        Self {
            inner: Limited::new(body, limit),
            excess,
        }
    }

    /// Reports whether the body turned out to be too large, also after it is gone.
    #[inline]
    pub(crate) fn excess(&self) -> Excess {
        self.excess.clone()
    }
}

impl<B> Body for LimitedBody<B>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Data = B::Data;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(cx));
        if let Some(Err(error)) = &frame {
            if is_too_large(&**error) {
                this.excess.note();
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Whether a request's body turned out to be too large: shared by the body and the response's future.
///
/// `None` for a request without a body, so that it costs no allocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Excess(Option<Arc<AtomicBool>>);

impl Excess {
    #[inline]
    fn watch(body: &impl Body) -> Self {
        Self((!body.is_end_stream()).then(Arc::default))
    }

    fn note(&self) {
        if let Some(noted) = &self.0 {
            noted.store(true, Ordering::Relaxed);
        }
    }

    fn is_noted(&self) -> bool {
        self.0.as_ref().is_some_and(|noted| noted.load(Ordering::Relaxed))
    }

    /// Whether the handler's response stands for a body that was too large, in words that are not worth keeping.
    ///
    /// Extractors have one for each framework: axum's are 413 in plain text, or a 500 for multipart, and code that streams a body often
    /// makes any error of it a 400.
    #[inline]
    pub(crate) fn is_behind<B>(&self, response: &Response<B>) -> bool {
        let status = response.status();
        if status.as_u16() < 400 {
            return false;
        }
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => is_bare(response.headers()),
            _ => self.is_noted(),
        }
    }
}

/// Whether a response is not more than its status and a text.
#[cold]
fn is_bare(headers: &HeaderMap) -> bool {
    match first(headers, &header::CONTENT_TYPE) {
        None => true,
        Some(kind) => {
            let kind = kind
                .as_bytes()
                .split(|byte| *byte == b';')
                .next()
                .unwrap_or_default();
            kind.trim_ascii().eq_ignore_ascii_case(b"text/plain")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, task::Waker};

    use http_body_util::Full;

    use super::*;

    fn response(status: u16, kind: Option<&str>) -> Response<()> {
        let mut response = Response::builder().status(status);
        if let Some(kind) = kind {
            response = response.header(header::CONTENT_TYPE, kind);
        }
        response.body(()).unwrap()
    }

    #[test]
    fn a_413_in_plain_text_is_replaced() {
        let none = Excess::default();
        for kind in [None, Some("text/plain"), Some("TEXT/plain ; charset=utf-8")] {
            assert!(none.is_behind(&response(413, kind)), "{kind:?}");
        }
        for kind in [
            "application/problem+json",
            "application/json",
            "text/html",
            "text/plainer",
        ] {
            assert!(!none.is_behind(&response(413, Some(kind))), "{kind}");
        }
    }

    #[test]
    fn an_error_is_replaced_when_the_body_was_too_large() {
        let body = LimitedBody::new(Full::<&[u8]>::new(b"five!"), 4);
        let excess = body.excess();
        assert!(!excess.is_behind(&response(500, None)));
        let frame = pin!(body).poll_frame(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(frame, Poll::Ready(Some(Err(error))) if is_too_large(&*error)));
        for status in [400, 422, 500] {
            assert!(
                excess.is_behind(&response(status, Some("application/json"))),
                "{status}"
            );
        }
        for status in [200, 204, 303] {
            assert!(!excess.is_behind(&response(status, None)), "{status}");
        }
    }

    #[test]
    fn a_request_without_a_body_allocates_nothing() {
        let body = LimitedBody::new(http_body_util::Empty::<&[u8]>::new(), 4);
        assert!(body.excess().0.is_none());
    }
}
