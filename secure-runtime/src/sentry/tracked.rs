//! A request on its way: its hub, and the trace that is sent at its end.

use std::{fmt, sync::Arc};

use http::{Method, Request, StatusCode};
use sentry::{
    Hub, HubSwitchGuard, Transaction, TransactionContext,
    protocol::{self, Event, SpanStatus},
};

use super::handle::Running;
use crate::{request_id::RequestId, route::Route, trace_context::TraceParent};

/// The kind of operation that a trace of a request is.
const OPERATION: &str = "http.server";

/// A request on its way. When it is dropped, its trace is sent, if it is one of those that are.
pub(crate) struct Tracked {
    hub: Arc<Hub>,
    transaction: Option<Transaction>,
    told: Arc<Told>,
}

/// What events of a request say of it.
struct Told {
    method: Method,
    route: Route,
}

impl Told {
    /// `GET /users/{id}`: what requests that took one route have in common. The path is the client's to choose.
    fn name(&self) -> String {
        format!("{} {}", method(&self.method), self.route.template())
    }

    fn request(&self) -> protocol::Request {
        protocol::Request {
            method: Some(method(&self.method).to_owned()),
            ..protocol::Request::default()
        }
    }
}

/// A method that is not one of the usual is the client's to choose, too.
fn method(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::DELETE
        | Method::PATCH
        | Method::OPTIONS
        | Method::CONNECT
        | Method::TRACE => method.as_str(),
        _ => "OTHER",
    }
}

impl Tracked {
    pub(super) fn new<B>(running: &Running, request: &mut Request<B>) -> Self {
        let hub = running.hub_for_request();
        let told = Arc::new(Told {
            method: request.method().clone(),
            route: Route::of(request.extensions_mut()),
        });
        let context = match trace_id(request) {
            Some(trace) => TransactionContext::new_with_trace_id(Route::UNMATCHED, OPERATION, trace),
            None => TransactionContext::new(Route::UNMATCHED, OPERATION),
        };
        let transaction = hub.start_transaction(context);
        let id = request.extensions().get::<RequestId>();
        hub.configure_scope(|scope| {
            if let Some(id) = id {
                scope.set_tag("request_id", id.as_str());
            }
            scope.set_span(Some(transaction.clone().into()));
            let told = Arc::clone(&told);
            // The route is known later than this, so it is asked for when there is something to tell.
            scope.add_event_processor(move |mut event: Event<'static>| {
                event.transaction.get_or_insert_with(|| told.name());
                event.request.get_or_insert_with(|| told.request());
                Some(event)
            });
        });
        Self {
            hub,
            transaction: Some(transaction),
            told,
        }
    }

    /// Does something within the hub.
    pub(crate) fn within<T>(&self, act: impl FnOnce() -> T) -> T {
        let _bound = HubSwitchGuard::new(Arc::clone(&self.hub));
        act()
    }

    /// A response has begun.
    pub(crate) fn respond(&self, status: StatusCode) {
        if let Some(transaction) = &self.transaction {
            transaction.set_status(span_status(status));
            transaction.set_tag("http.response.status_code", status.as_u16());
        }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if let Some(transaction) = self.transaction.take() {
            transaction.set_name(&self.told.name());
            transaction.set_request(self.told.request());
            self.within(|| transaction.finish());
            // The hub holds the transaction, too.
            self.hub.configure_scope(|scope| scope.set_span(None));
        }
    }
}

impl fmt::Debug for Tracked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracked").finish_non_exhaustive()
    }
}

/// The trace that the request says it is part of. Whether it is sent is decided here: a caller could ask for all of them.
fn trace_id<B>(request: &Request<B>) -> Option<protocol::TraceId> {
    let mut values = request.headers().get_all("traceparent").iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    TraceParent::parse(value.to_str().ok()?)?.trace_id().parse().ok()
}

/// What Sentry calls a status.
fn span_status(status: StatusCode) -> SpanStatus {
    match status.as_u16() {
        0..400 => SpanStatus::Ok,
        401 => SpanStatus::Unauthenticated,
        403 => SpanStatus::PermissionDenied,
        404 => SpanStatus::NotFound,
        409 => SpanStatus::AlreadyExists,
        429 => SpanStatus::ResourceExhausted,
        499 => SpanStatus::Cancelled,
        400..500 => SpanStatus::InvalidArgument,
        501 => SpanStatus::Unimplemented,
        503 => SpanStatus::Unavailable,
        504 => SpanStatus::DeadlineExceeded,
        500..600 => SpanStatus::InternalError,
        _ => SpanStatus::UnknownError,
    }
}
