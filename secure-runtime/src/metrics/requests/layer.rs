//! The layer that counts requests.

use std::{fmt, sync::Arc};

use tower_layer::Layer;

use super::{Requests, service::MetricsService};

/// Layer that applies [`MetricsService`]; from [`Metrics::layer`](super::super::Metrics::layer).
#[derive(Clone)]
#[must_use]
pub struct MetricsLayer(pub(super) Option<Arc<Requests>>);

impl MetricsLayer {
    pub(in super::super) fn new(requests: Option<Arc<Requests>>) -> Self {
        Self(requests)
    }
}

impl<S> Layer<S> for MetricsLayer {
    type Service = MetricsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        MetricsService::new(inner, self.clone())
    }
}

impl fmt::Debug for MetricsLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MetricsLayer").field(&self.0.is_some()).finish()
    }
}
