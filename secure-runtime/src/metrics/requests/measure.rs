//! A request that is being measured.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, atomic::Ordering},
};

use http::{Method, Request, StatusCode};

use super::{MethodLabel, Requests, StatusLabel};
use crate::route::{Route, Told};

/// What is counted of a request in flight, beside the route and the time.
#[derive(Debug)]
pub(crate) struct Measure {
    method: MethodLabel,
    status: StatusLabel,
}

impl Measure {
    #[inline]
    pub(super) fn start(requests: &Requests, method: &Method) -> Self {
        requests.in_flight.fetch_add(1, Ordering::Relaxed);
        Self {
            method: MethodLabel::new(method),
            status: StatusLabel::ABORTED,
        }
    }

    /// A response has begun.
    #[inline]
    pub(crate) fn respond(&mut self, status: StatusCode) {
        self.status = StatusLabel::new(status);
    }

    /// Counts it.
    #[inline]
    pub(super) fn end(&self, requests: &Requests, told: Told<'_>) {
        requests.in_flight.fetch_sub(1, Ordering::Relaxed);
        let route = told
            .template
            .map_or(Route::UNMATCHED, |template| template.as_ref());
        let own = || told.template.cloned().unwrap_or(Cow::Borrowed(Route::UNMATCHED));
        requests.record(self.method, route, own, self.status, told.took);
    }
}

/// A request in flight, counted when this is dropped: so it is counted once, whatever happens.
pub(super) struct OnDrop {
    pub(super) measure: Measure,
    requests: Arc<Requests>,
    route: Route,
}

impl OnDrop {
    pub(super) fn start<B>(requests: &Arc<Requests>, request: &mut Request<B>) -> Self {
        Self {
            measure: Measure::start(requests, request.method()),
            requests: Arc::clone(requests),
            route: Route::of(request.extensions_mut()),
        }
    }
}

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.route.tell(|told| self.measure.end(&self.requests, told));
    }
}

impl fmt::Debug for OnDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnDrop").finish_non_exhaustive()
    }
}
