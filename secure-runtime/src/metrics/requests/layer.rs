//! The layer that counts requests.

use std::{fmt, sync::Arc};

#[cfg(feature = "stack")]
use http::Method;
use tower_layer::Layer;

#[cfg(feature = "stack")]
use super::measure::Measure;
use super::{Requests, service::MetricsService};
#[cfg(feature = "stack")]
use crate::route::Told;

/// Layer that applies [`MetricsService`]; from [`Metrics::layer`](super::super::Metrics::layer).
#[derive(Clone)]
#[must_use]
pub struct MetricsLayer(pub(super) Option<Arc<Requests>>);

impl MetricsLayer {
    pub(in super::super) fn new(requests: Option<Arc<Requests>>) -> Self {
        Self(requests)
    }
}

#[cfg(feature = "stack")]
impl MetricsLayer {
    /// Whether anything is counted.
    #[inline]
    pub(crate) const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Begins to measure a request, if anything is counted.
    #[inline]
    pub(crate) fn start(&self, method: &Method) -> Option<Measure> {
        Some(Measure::start(self.0.as_deref()?, method))
    }

    /// Counts one that is over.
    #[inline]
    pub(crate) fn end(&self, measure: &Measure, told: Told<'_>) {
        if let Some(requests) = &self.0 {
            measure.end(requests, told);
        }
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
