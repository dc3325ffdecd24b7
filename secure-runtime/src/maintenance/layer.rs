//! The layer that shuts a service.

use std::{fmt, sync::Arc, time::Duration};

use http::Request;
use tower_layer::Layer;

use super::{service::MaintenanceService, switch::Switch};
use crate::client::{Client, Network};

/// Layer that applies [`MaintenanceService`]; made by [`MaintenancePolicy::build`](super::MaintenancePolicy::build).
#[derive(Clone)]
#[must_use]
pub struct MaintenanceLayer(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) switch: Switch,
    pub(super) wait: Duration,
    pub(super) paths: matchit::Router<()>,
    pub(super) networks: Vec<Network>,
}

impl MaintenanceLayer {
    pub(super) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// The switch that shuts the service.
    #[must_use]
    pub fn switch(&self) -> &Switch {
        &self.0.switch
    }
}

impl Shared {
    /// Whether a request is let in although the service is shut.
    pub(super) fn allows<B>(&self, request: &Request<B>) -> bool {
        let client = || Client::of(request.extensions()).ip();
        self.paths.at(request.uri().path()).is_ok()
            || (!self.networks.is_empty()
                && client().is_some_and(|ip| self.networks.iter().any(|network| network.contains(ip))))
    }
}

impl<S> Layer<S> for MaintenanceLayer {
    type Service = MaintenanceService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        MaintenanceService::new(inner, self.clone())
    }
}

impl fmt::Debug for MaintenanceLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaintenanceLayer")
            .field("switch", &self.0.switch)
            .field("networks", &self.0.networks)
            .finish_non_exhaustive()
    }
}
