//! A request that is being measured.

use std::{
    borrow::Cow,
    sync::{Arc, atomic::Ordering},
};

use http::{Request, StatusCode};

use super::{MethodLabel, Requests, StatusLabel};
use crate::route::Route;

/// A request that is in flight; counted when this is dropped, so once, whatever happens.
pub(super) struct Measure {
    requests: Arc<Requests>,
    method: MethodLabel,
    route: Route,
    status: StatusLabel,
}

impl Measure {
    pub(super) fn start<B>(requests: &Arc<Requests>, request: &mut Request<B>) -> Self {
        requests.in_flight.fetch_add(1, Ordering::Relaxed);
        Self {
            requests: Arc::clone(requests),
            method: MethodLabel::new(request.method()),
            route: Route::of(request.extensions_mut()),
            status: StatusLabel::ABORTED,
        }
    }

    /// A response has begun.
    pub(super) fn respond(&mut self, status: StatusCode) {
        self.status = StatusLabel::new(status);
    }
}

impl Drop for Measure {
    fn drop(&mut self) {
        self.requests.in_flight.fetch_sub(1, Ordering::Relaxed);
        let time = self.route.time();
        self.route.with(|marked| {
            let route = marked.map_or(Route::UNMATCHED, |marked| marked.as_ref());
            let own = || marked.cloned().unwrap_or(Cow::Borrowed(Route::UNMATCHED));
            self.requests.record(self.method, route, own, self.status, time);
        });
    }
}

impl std::fmt::Debug for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Measure").finish_non_exhaustive()
    }
}
