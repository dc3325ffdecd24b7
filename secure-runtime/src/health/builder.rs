//! The registry of checks, until they start.

use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{collections::HashSet, fmt};

use secure_config::Profile;
use tokio::runtime::Handle;

use super::answer::Access;
use super::check::{AnyCheck, Check, Policy};
use super::error::StartError;
use super::handle::{Health, Shared};
use super::lifecycle::{Guidance, Lifecycle};
use super::runner::{self, AbortOnDrop};
use super::settings::{HealthSettings, MAX_THRESHOLD, acceptable};
use super::slot::{Slot, Thresholds};
use super::system::{Reader, Sampler};

/// A probe's answer stays small enough to be read by a person.
const MAX_CHECKS: usize = 64;

/// The machine's figures say nothing over a shorter time.
const LEAST_SAMPLED: Duration = Duration::from_secs(1);

/// The name of the machine's figures in the answer.
const SYSTEM: &str = "system";

/// The registry of checks, until they [`start`](Self::start).
#[must_use = "nothing runs until `start` is called"]
pub struct HealthBuilder {
    settings: HealthSettings,
    profile: Profile,
    /// One that something else holds already.
    lifecycle: Option<Lifecycle>,
    system: bool,
    checks: Vec<Entry>,
}

struct Entry {
    name: String,
    policy: Policy,
    check: Arc<dyn AnyCheck>,
}

impl HealthBuilder {
    /// Sets periods, timeouts, thresholds, the token and the disk.
    pub fn settings(mut self, settings: HealthSettings) -> Self {
        self.settings = settings;
        self
    }

    /// The profile the service runs in: in [`Development`](Profile::Development) everyone sees details.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Uses the lifecycle that something else holds already.
    pub fn lifecycle(mut self, lifecycle: Lifecycle) -> Self {
        self.lifecycle = Some(lifecycle);
        self
    }

    /// Whether the details hold the machine's figures, which take a thread; they do unless told otherwise.
    pub fn system(mut self, system: bool) -> Self {
        self.system = system;
        self
    }

    /// Adds a check of something that the service cannot serve without.
    pub fn critical(self, name: impl Into<String>, check: impl Check) -> Self {
        self.check(name, Policy::critical(), check)
    }

    /// Adds a check of something that the service can do without.
    pub fn optional(self, name: impl Into<String>, check: impl Check) -> Self {
        self.check(name, Policy::optional(), check)
    }

    /// Adds a check with a policy of its own.
    pub fn check(mut self, name: impl Into<String>, policy: Policy, check: impl Check) -> Self {
        self.checks.push(Entry {
            name: name.into(),
            policy,
            check: Arc::new(check),
        });
        self
    }

    /// Starts the checks on the current Tokio runtime, which must have its timer enabled.
    ///
    /// Each check runs at once and then once per period, until the last clone of the [`Health`] is dropped.
    ///
    /// # Errors
    ///
    /// A name, period, timeout or threshold is out of bounds, there is no runtime, or the thread for the machine's figures cannot be started.
    pub fn start(self) -> Result<Health, StartError> {
        let runtime = Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        let HealthSettings {
            period,
            timeout,
            failure_threshold,
            success_threshold,
            token,
            details,
            disk_path,
        } = self.settings;
        check_time("the settings", period)?;
        check_time("the settings", timeout)?;
        check_threshold("the settings", failure_threshold)?;
        check_threshold("the settings", success_threshold)?;
        if self.checks.len() > MAX_CHECKS {
            return Err(StartError::TooManyChecks);
        }
        let mut names = HashSet::new();
        for Entry { name, policy, .. } in &self.checks {
            check_name(name)?;
            check_time(name, policy.period.unwrap_or(period))?;
            check_time(name, policy.timeout.unwrap_or(timeout))?;
            check_threshold(name, policy.failure_threshold.unwrap_or(failure_threshold))?;
            check_threshold(name, policy.success_threshold.unwrap_or(success_threshold))?;
            if !names.insert(name.as_str()) {
                return Err(StartError::DuplicateName(name.clone()));
            }
        }

        let sampler = self
            .system
            .then(|| Sampler::start(Reader::new(disk_path), period.max(LEAST_SAMPLED)))
            .transpose();
        let sampler = sampler.map_err(StartError::Thread)?;
        let (slots, tasks) = self
            .checks
            .into_iter()
            .map(|Entry { name, policy, check }| {
                let (period, timeout) = (policy.period.unwrap_or(period), policy.timeout.unwrap_or(timeout));
                // A run is over before the next one is due.
                let timeout = timeout.min(period / 2);
                let thresholds = Thresholds {
                    failure: policy.failure_threshold.unwrap_or(failure_threshold),
                    success: policy.success_threshold.unwrap_or(success_threshold),
                };
                let slot = Slot::new(name, policy.is_critical(), period, timeout, thresholds);
                let slot = Arc::new(slot);
                let task = AbortOnDrop(runtime.spawn(runner::run(check, Arc::clone(&slot))));
                (slot, task)
            })
            .unzip();
        Ok(Health::new(Shared {
            slots,
            guidance: Guidance::new(self.lifecycle.is_none()),
            lifecycle: self.lifecycle.unwrap_or_default(),
            access: Access::new(details, self.profile.is_development(), token),
            sampler,
            started: Instant::now(),
            _tasks: tasks,
        }))
    }
}

impl Default for HealthBuilder {
    fn default() -> Self {
        Self {
            settings: HealthSettings::default(),
            profile: Profile::default(),
            lifecycle: None,
            system: true,
            checks: Vec::new(),
        }
    }
}

impl fmt::Debug for HealthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.checks.iter().map(|entry| &entry.name).collect();
        f.debug_struct("HealthBuilder")
            .field("checks", &names)
            .finish_non_exhaustive()
    }
}

fn check_name(name: &str) -> Result<(), StartError> {
    let plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    if (1..=64).contains(&name.len()) && name != SYSTEM && name.bytes().all(plain) {
        return Ok(());
    }
    // What is echoed is bounded.
    Err(StartError::InvalidName(name.chars().take(64).collect()))
}

fn check_time(of: &str, time: Duration) -> Result<(), StartError> {
    acceptable(&time).map_err(|_| StartError::InvalidTime(of.to_owned()))
}

fn check_threshold(of: &str, runs: u32) -> Result<(), StartError> {
    if (1..=MAX_THRESHOLD).contains(&runs) {
        return Ok(());
    }
    Err(StartError::InvalidThreshold(of.to_owned()))
}
