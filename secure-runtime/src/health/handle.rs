//! The handle on a service's health.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use tokio::time::Instant;

use super::answer::Access;
use super::builder::HealthBuilder;
use super::layer::HealthLayer;
use super::lifecycle::{Guidance, Lifecycle, Phase};
use super::report::{Report, overall};
use super::runner::AbortOnDrop;
use super::slot::Slot;
use super::status::Status;
use super::system::{Figures, Sampler};

/// A handle on a service's health: the checks that run in the background, and the answers made of their results.
///
/// Clones are the same handle; with the last one the checks end.
#[derive(Clone)]
pub struct Health(Arc<Shared>);

pub(super) struct Shared {
    pub(super) slots: Vec<Arc<Slot>>,
    pub(super) lifecycle: Lifecycle,
    pub(super) guidance: Guidance,
    pub(super) access: Access,
    pub(super) sampler: Option<Sampler>,
    pub(super) started: Clock,
    /// Held for their `Drop`, which ends the checks.
    pub(super) _tasks: Vec<AbortOnDrop<()>>,
}

impl Health {
    /// A registry without checks.
    pub fn builder() -> HealthBuilder {
        HealthBuilder::default()
    }

    pub(super) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Returns the handle that sets whether the service starts, serves or drains. The server of this crate turns it, see
    /// `Builder::health`; with another server, call [`Lifecycle::serve`] once it accepts connections and [`Lifecycle::drain`] before it
    /// shuts down.
    #[must_use]
    pub fn lifecycle(&self) -> &Lifecycle {
        self.0.guidance.take();
        &self.0.lifecycle
    }

    /// How the service is now, by the latest results: never waits, never asks a dependency.
    #[must_use]
    pub fn status(&self) -> Status {
        let now = Instant::now();
        let checks = self
            .0
            .slots
            .iter()
            .map(|slot| (slot.critical, slot.state(now).status()));
        overall(self.0.lifecycle.phase(), checks)
    }

    /// The names of the checks, and whether the service cannot serve without what each of them asks.
    pub fn checks(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0
            .slots
            .iter()
            .map(|slot| (slot.name.as_str(), slot.critical))
    }

    /// Waits until every critical check has reported once, for better or worse: at most the longest timeout.
    pub async fn settled(&self) {
        for slot in self.0.slots.iter().filter(|slot| slot.critical) {
            slot.settled().await;
        }
    }

    /// Calls `show` with the name, the status and the failures in a row of each check.
    #[cfg(feature = "metrics")]
    pub(crate) fn each_check(&self, mut show: impl FnMut(&str, Status, u32)) {
        let now = Instant::now();
        for slot in &self.0.slots {
            let state = slot.state(now);
            show(&slot.name, state.status(), state.failures());
        }
    }

    /// How long the service has run.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }

    /// The machine's latest figures; unknown where they are switched off.
    #[must_use]
    pub fn system(&self) -> Figures {
        self.0.sampler.as_ref().map(Sampler::latest).unwrap_or_default()
    }

    /// A layer that answers the paths of health before the service it wraps sees them.
    pub fn layer(&self) -> HealthLayer {
        HealthLayer::new(self.clone())
    }

    /// Warns once that a probe is refused and that nothing can ever change that.
    pub(super) fn warn_if_stuck(&self) {
        if self.0.lifecycle.phase() == Phase::Starting && self.0.guidance.take() {
            tracing::warn!(
                "health responds 503 because nothing reports that the service has started: call health(&health) on the builder of \
                 Server, or health.lifecycle().serve() when another server accepts connections; said once"
            );
        }
    }

    pub(super) fn access(&self) -> &Access {
        &self.0.access
    }

    /// Everything that is known now.
    pub(super) fn report(&self) -> Report<'_> {
        let now = Instant::now();
        let checks: Vec<_> = self
            .0
            .slots
            .iter()
            .map(|slot| (&**slot, slot.state(now)))
            .collect();
        let statuses = checks.iter().map(|(slot, state)| (slot.critical, state.status()));
        Report {
            status: overall(self.0.lifecycle.phase(), statuses),
            system: self.0.sampler.as_ref().map(Sampler::latest),
            uptime: self.uptime(),
            checks,
        }
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.slots.iter().map(|slot| &slot.name).collect();
        f.debug_struct("Health")
            .field("status", &self.status())
            .field("checks", &names)
            .finish_non_exhaustive()
    }
}
