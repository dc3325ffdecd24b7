//! What became of a reload, in a form without room for a value.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::report::{LoadError, Report};

/// A set was read and passed.
#[derive(Clone, Debug)]
pub struct Reloaded {
    pub(super) version: u64,
    pub(super) changed: Vec<String>,
    pub(super) pending_restart: Vec<String>,
    pub(super) report: Report,
}

impl Reloaded {
    /// The version of the set in force; the first is 1.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The variables that hold something else than in the set before. When there are none, nothing was exchanged.
    #[must_use]
    pub fn changed(&self) -> &[String] {
        &self.changed
    }

    /// The variables that hold something else than at the start and [need a restart](derive@crate::SecureConfig): what they were
    /// stays in force.
    #[must_use]
    pub fn pending_restart(&self) -> &[String] {
        &self.pending_restart
    }

    /// What else was found: warnings, waivers, the profile.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}

/// One line for the operator: `settings exchanged: JWT_SECRET; needs a restart: PORT`.
impl fmt::Display for Reloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changed.is_empty() {
            f.write_str("the settings are unchanged")?;
        } else {
            write!(f, "settings exchanged: {}", self.changed.join(", "))?;
        }
        if !self.pending_restart.is_empty() {
            write!(f, "; needs a restart: {}", self.pending_restart.join(", "))?;
        }
        Ok(())
    }
}

/// What a look at the files led to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Polled {
    /// The files hold what the newest load read.
    Unchanged,
    /// The files hold something else, and perhaps somebody is still writing: the next look decides.
    Changing,
    /// They held something else, and it passed.
    Reloaded(Reloaded),
    /// They held something else, and it was refused: the set before stays in force.
    Refused(LoadError),
}

/// How reloading has gone so far.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// The version of the set in force; the first is 1.
    pub version: u64,
    /// When it came into force.
    pub since: SystemTime,
    /// How many reloads exchanged the set.
    pub exchanged: u64,
    /// How many found nothing new.
    pub unchanged: u64,
    /// How many were refused.
    pub refused: u64,
    /// Why the newest was refused; `None` when it passed.
    pub refusal: Option<Arc<LoadError>>,
    /// The variables that hold something else than at the start, which stays in force until a restart.
    pub pending_restart: Vec<String>,
}

impl Status {
    pub(super) fn new() -> Self {
        Self {
            version: 1,
            since: SystemTime::now(),
            exchanged: 0,
            unchanged: 0,
            refused: 0,
            refusal: None,
            pending_restart: Vec::new(),
        }
    }
}
