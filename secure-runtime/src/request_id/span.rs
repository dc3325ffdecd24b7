//! The span of a request.

use tracing::Span;
use tracing::span::Entered;

use super::RequestId;
#[cfg(feature = "log")]
use crate::log::pending::{self, Pending};
use crate::trace_context::TraceParent;

/// The span of a request: a real one, or one that the log makes real when somebody looks.
#[derive(Debug)]
pub(crate) enum RequestSpan {
    Real(Span),
    #[cfg(feature = "log")]
    Pending(Pending),
}

impl RequestSpan {
    pub(super) const fn none() -> Self {
        Self::Real(Span::none())
    }

    /// Opens the span of a request with this id.
    #[inline]
    pub(super) fn open(id: &RequestId, upstream: Option<&RequestId>, trace: Option<&TraceParent>) -> Self {
        #[cfg(feature = "log")]
        if let Some(pending) = open_pending(id, upstream, trace) {
            return Self::Pending(pending);
        }
        Self::Real(real(Some(id), upstream, trace))
    }

    /// Makes it the current span of this thread until the guard is dropped.
    #[inline]
    pub(crate) fn enter(&mut self) -> EnteredSpan<'_> {
        match self {
            Self::Real(span) => EnteredSpan::Real(span.enter()),
            #[cfg(feature = "log")]
            Self::Pending(span) => EnteredSpan::Pending(span.enter()),
        }
    }
}

/// Ends what [`RequestSpan::enter`] began.
#[derive(Debug)]
pub(crate) enum EnteredSpan<'a> {
    Real(#[expect(dead_code, reason = "a guard")] Entered<'a>),
    #[cfg(feature = "log")]
    Pending(#[expect(dead_code, reason = "a guard")] pending::Entered<'a>),
}

fn real(id: Option<&RequestId>, upstream: Option<&RequestId>, trace: Option<&TraceParent>) -> Span {
    tracing::error_span!(
        target: "secure_runtime::request_id",
        "request",
        request_id = id.map(RequestId::as_str),
        upstream_request_id = upstream.map(RequestId::as_str),
        trace_id = trace.map(TraceParent::trace_id),
        span_id = trace.map(TraceParent::span_id),
    )
}

#[cfg(feature = "log")]
#[inline]
fn open_pending(
    id: &RequestId,
    upstream: Option<&RequestId>,
    trace: Option<&TraceParent>,
) -> Option<Pending> {
    let metadata = metadata()?;
    Pending::open(metadata, |visitor| {
        // In the order in which they were declared.
        let values = [
            Some(id.as_str()),
            upstream.map(RequestId::as_str),
            trace.map(TraceParent::trace_id),
            trace.map(TraceParent::span_id),
        ];
        for (field, value) in metadata.fields().iter().zip(values) {
            if let Some(value) = value {
                visitor.record_str(&field, value);
            }
        }
    })
}

/// What the macro above says of its spans.
#[cfg(feature = "log")]
#[inline]
fn metadata() -> Option<&'static tracing::Metadata<'static>> {
    static METADATA: std::sync::OnceLock<&tracing::Metadata<'static>> = std::sync::OnceLock::new();

    METADATA.get().copied().or_else(|| {
        let metadata = real(None, None, None).metadata()?;
        Some(METADATA.get_or_init(|| metadata))
    })
}
