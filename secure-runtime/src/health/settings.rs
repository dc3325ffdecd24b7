//! The settings of health.

use std::path::PathBuf;
use std::time::Duration;

use secure_config::{SecretString, SecureConfig};

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
///
/// // A token that is no secret is refused like any other secret.
/// assert!(Settings::loader().vars([("HEALTH_TOKEN", "changeme")]).load().is_err());
/// # Ok::<_, secure_config::LoadError>(())
/// ```
#[derive(Debug, SecureConfig)]
#[non_exhaustive]
pub struct HealthSettings {
    /// From the start of one run of a check to the start of the next, unless the check says otherwise.
    #[secure(default = "10s", validate = acceptable)]
    pub period: Duration,
    /// A run of a check that takes longer has failed, unless the check says otherwise; at most half of the period, whatever is said here.
    #[secure(default = "5s", validate = acceptable)]
    pub timeout: Duration,
    /// Whoever sends this as `Authorization: Bearer` sees details on the main listener too.
    #[secure(min_len = 32)]
    pub token: Option<SecretString>,
    /// Whether there are details at all.
    #[secure(default = true)]
    pub details: bool,
    /// The file system whose free space is reported is the one that holds this path.
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
            details: self.details,
        }
    }
}

impl Default for HealthSettings {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
            token: None,
            details: true,
            disk_path: PathBuf::from("/"),
        }
    }
}

/// Whether a period or timeout makes sense.
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
    fn times_are_bounded() {
        for value in ["0s", "25h"] {
            assert!(
                HealthSettings::loader().vars([("PERIOD", value)]).load().is_err(),
                "{value}"
            );
        }
    }
}
