//! The layer that shuts a service.

use std::{fmt, sync::Arc, time::Duration};

use http::{Extensions, Request};
use tower_layer::Layer;

use super::{service::MaintenanceService, switch::Switch};
use crate::client::{Client, Network, UnknownPeer};

/// Layer that applies [`MaintenanceService`]; made by [`MaintenancePolicy::build`](super::MaintenancePolicy::build).
#[derive(Clone)]
#[must_use]
pub struct MaintenanceLayer(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) switch: Switch,
    pub(super) wait: Duration,
    pub(super) paths: matchit::Router<()>,
    pub(super) networks: Vec<Network>,
    pub(super) unknown: UnknownPeer,
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
        self.paths.at(request.uri().path()).is_ok()
            || (!self.networks.is_empty() && self.allows_client(request.extensions()))
    }

    fn allows_client(&self, extensions: &Extensions) -> bool {
        let Some(ip) = Client::of(extensions).ip() else {
            let effect = "no allowed network lets it in during maintenance";
            self.unknown.warn(extensions, effect);
            return false;
        };
        self.networks.iter().any(|network| network.contains(ip))
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
