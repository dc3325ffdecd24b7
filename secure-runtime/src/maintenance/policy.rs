//! Who is let in while the service is shut, and how long others are told to wait.

use std::time::Duration;

use super::{
    error::MaintenanceError,
    layer::{MaintenanceLayer, Shared},
    settings::MaintenanceSettings,
    switch::Switch,
};
use crate::{
    client::{Network, UnknownPeer, networks},
    probe,
};

/// Longer is a mistake of units.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Who is let in while a service is shut; see the [module](super).
#[derive(Clone, Debug)]
#[must_use = "a policy does nothing until it is built"]
pub struct MaintenancePolicy {
    switch: Switch,
    wait: Duration,
    paths: Vec<String>,
    networks: Vec<String>,
    known: Vec<Network>,
}

impl MaintenancePolicy {
    /// Lets nobody in while `switch` is on.
    pub fn new(switch: &Switch) -> Self {
        Self {
            switch: switch.clone(),
            wait: MaintenanceSettings::default().retry_after,
            paths: Vec::new(),
            networks: Vec::new(),
            known: Vec::new(),
        }
    }

    /// Takes over what an operator may set.
    pub fn settings(mut self, settings: &MaintenanceSettings) -> Self {
        self.wait = settings.retry_after;
        self.paths.extend_from_slice(&settings.allow_paths);
        self.known.extend_from_slice(&settings.allow_networks);
        self
    }

    /// How long clients are told to wait where the [`Notice`](super::Notice) does not say; 5 minutes.
    pub const fn retry_after(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Lets requests to these paths in: `/status`, `/status/{page}`, `/assets/{*file}`.
    pub fn allow_path(mut self, template: impl Into<String>) -> Self {
        self.paths.push(template.into());
        self
    }

    /// Lets clients with addresses in this network in: `10.0.0.0/8`.
    ///
    /// # Security
    ///
    /// A client on a unix socket has no address, and is not let in. Behind a proxy that is not configured as
    /// [trusted](crate::client::TrustedProxies), everyone has the address of the proxy.
    pub fn allow_network(mut self, network: impl Into<String>) -> Self {
        self.networks.push(network.into());
        self
    }

    /// Makes the layer.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it: texts that are no templates or networks, templates that fit the same paths, a wait of
    /// less than a second or more than 30 days.
    pub fn build(self) -> Result<MaintenanceLayer, MaintenanceError> {
        let mut problems = Vec::new();
        if let Err(reason) = wait(&self.wait) {
            problems.push(format!("MAINTENANCE_RETRY_AFTER: {reason}"));
        }
        let (mut paths, flaws) = templates(&self.paths);
        for (index, reason) in flaws {
            let shown: String = self.paths[index].chars().take(64).collect();
            problems.push(format!("MAINTENANCE_ALLOW_PATHS: {shown:?}: {reason}"));
        }
        // One that the operator names, too, is no problem.
        for health in probe::PATHS {
            let _ = paths.insert(health, ());
        }
        let mut known = self.known;
        for network in &self.networks {
            match networks(network) {
                Ok(found) => known.extend(found),
                Err(error) => problems.push(format!("MAINTENANCE_ALLOW_NETWORKS: {error}")),
            }
        }
        if !problems.is_empty() {
            return Err(MaintenanceError::new(problems));
        }
        Ok(MaintenanceLayer::new(Shared {
            switch: self.switch,
            wait: self.wait,
            paths,
            networks: known,
            unknown: UnknownPeer::default(),
        }))
    }
}

/// Whether a wait makes sense.
pub(super) fn wait(wait: &Duration) -> Result<(), &'static str> {
    if (Duration::from_secs(1)..=LONGEST).contains(wait) {
        Ok(())
    } else {
        Err("must be from 1s to 30d")
    }
}

/// Returns a router of the templates, and the place of each that is none with the reason.
pub(super) fn templates(templates: &[String]) -> (matchit::Router<()>, Vec<(usize, &'static str)>) {
    let mut router = matchit::Router::new();
    let mut flaws = Vec::new();
    for (index, template) in templates.iter().enumerate() {
        if !template.starts_with('/') {
            flaws.push((index, "does not begin with /"));
        } else if template.contains(char::is_whitespace) {
            // It would match no request.
            flaws.push((index, "has white space in it; separate paths by commas"));
        } else if let Err(error) = router.insert(template.as_str(), ()) {
            flaws.push((
                index,
                match error {
                    matchit::InsertError::Conflict { .. } => "fits the same paths as another template",
                    _ => "is no template of a path, such as /status/{page} or /assets/{*file}",
                },
            ));
        }
    }
    (router, flaws)
}
