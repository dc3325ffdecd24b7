//! The layer that gives each request a hub.

use std::sync::Arc;

use http::Request;
use tower_layer::Layer;

use super::{handle::Running, service::SentryService, tracked::Tracked};

/// Layer that applies [`SentryService`]; made by [`Sentry::layer`](super::Sentry::layer).
///
/// Without a DSN its service hands requests on: two comparisons a request are all it costs.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct SentryLayer {
    running: Option<Arc<Running>>,
}

impl SentryLayer {
    pub(super) fn new(running: Option<Arc<Running>>) -> Self {
        Self { running }
    }

    /// Begins to follow a request, if there is somebody to tell.
    #[inline]
    pub(crate) fn track<B>(&self, request: &mut Request<B>) -> Option<Box<Tracked>> {
        let running = self.running.as_deref()?;
        Some(Box::new(Tracked::new(running, request)))
    }
}

impl<S> Layer<S> for SentryLayer {
    type Service = SentryService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SentryService::new(inner, self.clone())
    }
}
