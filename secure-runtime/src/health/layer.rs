//! The layer that puts the answers before a service.

use tower_layer::Layer;

use super::handle::Health;
use super::service::HealthService;

/// Layer that applies [`HealthService`], which answers `/health`, `/health/live` and `/health/ready` before the service it wraps.
///
/// Put it outside of everything that limits (rate limits, concurrency limits, maintenance), so that probes are answered while requests
/// are not, and inside of what every response should carry (request id, security headers).
#[derive(Clone, Debug)]
#[must_use]
pub struct HealthLayer {
    health: Health,
}

impl HealthLayer {
    /// Answers from `health`.
    pub const fn new(health: Health) -> Self {
        Self { health }
    }

    #[cfg(feature = "stack")]
    pub(crate) const fn health(&self) -> &Health {
        &self.health
    }
}

impl<S> Layer<S> for HealthLayer {
    type Service = HealthService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        HealthService::new(inner, self.health.clone())
    }
}
