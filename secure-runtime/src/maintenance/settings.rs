//! What an operator says about maintenance.

use std::{path::PathBuf, time::Duration};

use secure_config::{Check, SecureConfig};

use super::policy;
use crate::client::{Network, networks};

/// Settings of a [`MaintenancePolicy`](super::MaintenancePolicy) and its file, to be nested in a service's own.
///
/// # Examples
///
/// ```
/// use secure_config::SecureConfig;
/// use secure_runtime::maintenance::MaintenanceSettings;
///
/// let vars = [("MAINTENANCE_RETRY_AFTER", "10m"), ("MAINTENANCE_ALLOW_NETWORKS", "10.0.0.0/8")];
/// let settings = MaintenanceSettings::loader().vars(vars).load()?;
/// assert_eq!(settings.allow_networks.len(), 1);
///
/// let vars = [("MAINTENANCE_ALLOW_NETWORKS", "the office")];
/// assert!(MaintenanceSettings::loader().vars(vars).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[secure(check = paths(allow_paths))]
#[cfg_attr(unix, secure(check = directory(dir)))]
#[non_exhaustive]
pub struct MaintenanceSettings {
    /// `MAINTENANCE_DIR`: the service is shut while there is a file `maintenance` in this directory, which only the service's
    /// own user and root may write to. Unset: no file is looked for.
    #[secure(env = "MAINTENANCE_DIR")]
    pub dir: Option<PathBuf>,
    /// `MAINTENANCE_INTERVAL`: how often it is looked at, from 100 ms to an hour; 2 s.
    #[secure(env = "MAINTENANCE_INTERVAL", default = "2s", validate = interval)]
    pub interval: Duration,
    /// `MAINTENANCE_RETRY_AFTER`: how long clients are told to wait where nobody says otherwise; 5 min.
    #[secure(env = "MAINTENANCE_RETRY_AFTER", default = "5m", validate = policy::wait)]
    pub retry_after: Duration,
    /// `MAINTENANCE_ALLOW_PATHS` that stay open: `/status, /assets/{*file}`.
    #[secure(env = "MAINTENANCE_ALLOW_PATHS", default = "")]
    pub allow_paths: Vec<String>,
    /// `MAINTENANCE_ALLOW_NETWORKS`: clients that are let in (`10.0.0.0/8, fd00::/8`), or `none`.
    #[secure(env = "MAINTENANCE_ALLOW_NETWORKS", default = "none", parse = networks)]
    pub allow_networks: Vec<Network>,
}

impl Default for MaintenanceSettings {
    fn default() -> Self {
        Self {
            dir: None,
            interval: Duration::from_secs(2),
            retry_after: Duration::from_secs(5 * 60),
            allow_paths: Vec::new(),
            allow_networks: Vec::new(),
        }
    }
}

#[cfg(unix)]
impl MaintenanceSettings {
    /// Starts to watch the directory, if one is set; see [`DirectoryWatch::start`](super::DirectoryWatch::start).
    ///
    /// # Errors
    ///
    /// Those of [`DirectoryWatch::new`](super::DirectoryWatch::new), which a load has checked before.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, if one is set.
    pub fn watch(&self, switch: &super::Switch) -> Result<Option<super::Watching>, super::DirectoryError> {
        let Some(dir) = &self.dir else { return Ok(None) };
        let watch = super::DirectoryWatch::new(dir)?.every(self.interval);
        Ok(Some(watch.start(switch)))
    }
}

fn paths(templates: &[String], check: &mut Check<'_>) {
    for (index, reason) in policy::templates(templates).1 {
        check.refuse_item(
            "allow_paths",
            index,
            reason,
            "write paths such as /status, each once",
        );
    }
}

/// Looks at the directory, as the watch will. A running service goes on when it is gone later.
#[cfg(unix)]
fn directory(dir: &Option<PathBuf>, check: &mut Check<'_>) {
    if let (Some(dir), false) = (dir, check.is_reload()) {
        if let Err(error) = super::directory::look(dir) {
            let (reason, remedy) = error.reason();
            check.refuse_with("dir", reason, remedy);
        }
    }
}

fn interval(interval: &Duration) -> Result<(), &'static str> {
    if (Duration::from_millis(100)..=Duration::from_secs(60 * 60)).contains(interval) {
        Ok(())
    } else {
        Err("must be from 100ms to 1h")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default() {
        let loaded = MaintenanceSettings::loader().vars([("", ""); 0]).load().unwrap();
        assert_eq!(loaded, MaintenanceSettings::default());
    }

    #[test]
    fn paths_without_commas_are_refused() {
        let load = |text| {
            MaintenanceSettings::loader()
                .vars([("MAINTENANCE_ALLOW_PATHS", text)])
                .load()
        };
        for text in ["/status /assets", "status", "/status;\t/x"] {
            let refused = load(text).unwrap_err();
            assert_eq!(
                refused.problems().next().unwrap().key(),
                "MAINTENANCE_ALLOW_PATHS",
                "{text}"
            );
        }
        assert_eq!(
            load("/status, /assets/{*file}").unwrap().allow_paths,
            ["/status", "/assets/{*file}"]
        );
    }

    #[test]
    fn a_load_refuses_what_the_policy_and_the_watch_refuse() {
        let vars = [
            ("MAINTENANCE_RETRY_AFTER", "0s"),
            ("MAINTENANCE_ALLOW_PATHS", "/a/{x}, b, /a/{y}, /{"),
        ];
        let loaded = MaintenanceSettings::loader().vars(vars).load();
        let refused = loaded.unwrap_err();
        let keys: Vec<_> = refused.problems().map(secure_config::Problem::key).collect();
        assert_eq!(keys, [vars[0].0, vars[1].0, vars[1].0, vars[1].0], "{refused}");
        for part in [
            "item 2: does not begin with /",
            "item 3: fits the same paths",
            "item 4: is no template",
        ] {
            assert!(refused.to_string().contains(part), "{part} in {refused}");
        }
        let loaded = MaintenanceSettings::loader()
            .vars([("MAINTENANCE_DIR", "/proc/none")])
            .load();
        assert!(
            loaded
                .unwrap_err()
                .to_string()
                .contains("names a directory that does not exist")
        );
    }
}
