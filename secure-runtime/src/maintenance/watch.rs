//! Looks at the directory in the background, and turns the switch.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::task::JoinHandle;

use super::{
    directory::{DirectoryError, Found, look},
    notice::Notice,
    settings::MaintenanceSettings,
    switch::{Cause, Switch},
};

/// Watches a directory for a file `maintenance`, which shuts the service while it is there.
///
/// What the file says is a [`Notice`]: `10m Back at noon.`, or nothing. The directory must belong to the service's own user or
/// to root, and nobody else may write to it, unless it is mounted read-only; write the file elsewhere and move it in, if a
/// half-written one matters.
///
/// Should the directory be gone later, or others be allowed to write to it, the switch stays as it is and the log says why, once.
#[derive(Clone, Debug)]
#[must_use = "nothing is watched before it is started"]
pub struct DirectoryWatch {
    path: PathBuf,
    every: Duration,
}

impl DirectoryWatch {
    /// Watches `path`, if it can be used.
    ///
    /// # Errors
    ///
    /// It is no directory that can be looked into, it belongs to another user, or others may write to it.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self, DirectoryError> {
        let path = path.into();
        look(&path)?;
        Ok(Self {
            path,
            every: MaintenanceSettings::default().interval,
        })
    }

    /// Looks so often, but at most ten times a second; every 2 s if unsaid.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval.max(Duration::from_millis(100));
        self
    }

    /// Looks once, so that a service which is to be shut never opens, and then again and again until the guard is dropped.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(self, switch: &Switch) -> Watching {
        let mut told = Told::default();
        told.apply(look(&self.path), switch);
        let switch = switch.clone();
        let path: Arc<Path> = self.path.into();
        Watching(tokio::spawn(async move {
            loop {
                tokio::time::sleep(self.every).await;
                let path = Arc::clone(&path);
                // A file system on a network may take its time.
                if let Ok(found) = tokio::task::spawn_blocking(move || look(&path)).await {
                    told.apply(found, &switch);
                }
            }
        }))
    }
}

/// A directory that is watched until this is dropped. The switch stays as it is then.
#[must_use = "the directory is watched for as long as this lives"]
pub struct Watching(JoinHandle<()>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watching").finish_non_exhaustive()
    }
}

/// What was said in the log already.
#[derive(Debug, Default)]
struct Told(Option<String>);

impl Told {
    fn apply(&mut self, found: Result<Found, DirectoryError>, switch: &Switch) {
        let complaint = match found {
            Ok(Found::Nothing) => {
                switch.turn_off(Cause::File);
                None
            }
            Ok(Found::Notice(notice)) => {
                switch.turn_on(Cause::File, notice);
                None
            }
            Ok(Found::Unreadable(why)) => {
                switch.turn_on(Cause::File, Notice::new());
                Some(format!("the file that shuts the service says nothing: {why}"))
            }
            Err(error) => Some(error.to_string()),
        };
        if complaint == self.0 {
            return;
        }
        if let Some(reason) = &complaint {
            tracing::warn!(reason, "the maintenance file is of no use; said once");
        }
        self.0 = complaint;
    }
}
