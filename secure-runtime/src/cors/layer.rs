//! The layer that answers for a policy.

use std::sync::Arc;

use tower_layer::Layer;

use super::{answer::Answers, policy::CorsPolicy, service::CorsService};

/// Layer that applies [`CorsService`]; made by [`CorsPolicy::build`](super::CorsPolicy::build).
#[derive(Clone, Debug)]
#[must_use]
pub struct CorsLayer(pub(super) Arc<Answers>);

impl CorsLayer {
    pub(super) fn new(answers: Answers) -> Self {
        Self(Arc::new(answers))
    }
}

impl Default for CorsLayer {
    /// Allows nobody.
    fn default() -> Self {
        Self::new(Answers::of(&CorsPolicy::new()))
    }
}

impl<S> Layer<S> for CorsLayer {
    type Service = CorsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CorsService::new(inner, self.clone())
    }
}
