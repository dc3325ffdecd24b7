//! The settings of health.

use std::path::PathBuf;
use std::time::Duration;

use secure_config::{SecretString, SecureConfig};

/// The most runs in a row that a threshold may ask for: with the default period it takes a quarter of an hour to count them.
pub(super) const MAX_THRESHOLD: u32 = 100;

/// The settings of health, to be nested in a service's own.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use secure_config::SecureConfig;
/// use secure_runtime::health::HealthSettings;
///
/// /// Settings of a service.
/// #[derive(Debug, SecureConfig)]
/// struct Settings {
///     #[secure(nested)]
///     health: HealthSettings,
/// }
///
/// let settings = Settings::loader().vars([("HEALTH_PERIOD", "30s")]).load()?;
/// assert_eq!(settings.health.period, Duration::from_secs(30));
/// assert_eq!(settings.health.timeout, Duration::from_secs(5));
/// assert_eq!(settings.health.failure_threshold, 3);
///
/// // A token that is no secret is refused like any other secret.
/// assert!(Settings::loader().vars([("HEALTH_TOKEN", "changeme")]).load().is_err());
/// # Ok::<_, secure_config::LoadError>(())
/// ```
#[derive(Debug, SecureConfig)]
#[non_exhaustive]
pub struct HealthSettings {
    /// Time from the start of one run of a check to the start of the next, unless the check has its own.
    #[secure(default = "10s", validate = acceptable)]
    pub period: Duration,
    /// Time after which a run of a check has failed, unless the check has its own; never more than half of the period.
    #[secure(default = "5s", validate = acceptable)]
    pub timeout: Duration,
    /// Number of runs in a row that must fail before a check is unhealthy; until then it is degraded.
    #[secure(default = 3, range = 1..=MAX_THRESHOLD)]
    pub failure_threshold: u32,
    /// Number of runs in a row that must pass before an unhealthy check is healthy again.
    #[secure(default = 1, range = 1..=MAX_THRESHOLD)]
    pub success_threshold: u32,
    /// Token that shows details on the main listener to clients that send it as `Authorization: Bearer`.
    #[secure(min_len = 32)]
    pub token: Option<SecretString>,
    /// Show details to those who may see them.
    #[secure(default = true)]
    pub details: bool,
    /// Path on the file system whose free space is reported.
    #[secure(default = "/")]
    pub disk_path: PathBuf,
}

impl HealthSettings {
    /// The same settings for a part of the program that wants its own, as from [`Live`](secure_config::reload::Live) settings: the token is shared,
    /// not copied.
    #[cfg(feature = "reload")]
    #[must_use]
    pub fn share(&self) -> Self {
        Self {
            token: self.token.as_ref().map(SecretString::share),
            disk_path: self.disk_path.clone(),
            period: self.period,
            timeout: self.timeout,
            failure_threshold: self.failure_threshold,
            success_threshold: self.success_threshold,
            details: self.details,
        }
    }
}

impl Default for HealthSettings {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
            failure_threshold: 3,
            success_threshold: 1,
            token: None,
            details: true,
            disk_path: PathBuf::from("/"),
        }
    }
}

/// Checks that a period or timeout is within its bounds.
pub(super) fn acceptable(time: &Duration) -> Result<(), &'static str> {
    let (least, most) = (Duration::from_millis(1), Duration::from_secs(24 * 60 * 60));
    if (least..=most).contains(time) {
        Ok(())
    } else {
        Err("must be from 1ms to 24h")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default() {
        let loaded = HealthSettings::loader()
            .vars(Vec::<(&str, &str)>::new())
            .load()
            .unwrap();
        assert_eq!(format!("{loaded:?}"), format!("{:?}", HealthSettings::default()));
    }

    #[test]
    fn thresholds_are_bounded() {
        for (name, value) in [
            ("FAILURE_THRESHOLD", "0"),
            ("SUCCESS_THRESHOLD", "0"),
            ("FAILURE_THRESHOLD", "101"),
        ] {
            assert!(
                HealthSettings::loader().vars([(name, value)]).load().is_err(),
                "{name}={value}"
            );
        }
    }

    #[test]
    fn times_are_bounded() {
        for value in ["0s", "25h"] {
            assert!(
                HealthSettings::loader().vars([("PERIOD", value)]).load().is_err(),
                "{value}"
            );
        }
    }
}
