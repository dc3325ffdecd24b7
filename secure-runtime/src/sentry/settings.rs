//! What an operator says about Sentry.

use std::time::Duration;

use secure_config::{SecretUrl, SecureConfig};

/// Settings of [`Sentry`](super::Sentry), to be nested in a service's own with `prefix = ""`.
///
/// # Examples
///
/// ```
/// use secure_config::SecureConfig;
/// use secure_runtime::sentry::SentrySettings;
///
/// let settings = SentrySettings::loader()
///     .vars([("SENTRY_DSN", "https://3f9a1c0e5b7d4826a0e1f2c3d4b5a697@o1.ingest.sentry.io/42")])
///     .load()?;
/// assert_eq!(settings.traces_sample_rate, 0.1);
/// assert!(!format!("{settings:?}").contains("3f9a1c0e"));
///
/// assert!(SentrySettings::loader().vars([("SENTRY_TRACES_SAMPLE_RATE", "10")]).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Debug, SecureConfig)]
#[non_exhaustive]
pub struct SentrySettings {
    /// `SENTRY_DSN`: where events go, with the key of the project; without it Sentry is off.
    #[secure(env = "SENTRY_DSN")]
    pub dsn: Option<SecretUrl>,
    /// `SENTRY_TRACES_SAMPLE_RATE`: the share of requests of which a trace is sent, from 0 to 1; 0.1.
    #[secure(env = "SENTRY_TRACES_SAMPLE_RATE", default = 0.1, range = 0.0..=1.0)]
    pub traces_sample_rate: f32,
    /// `SENTRY_ENVIRONMENT`: the name of the place; that of the profile.
    #[secure(env = "SENTRY_ENVIRONMENT")]
    pub environment: Option<String>,
    /// `SENTRY_RELEASE`: what is running, such as `shop@1.2.3`.
    #[secure(env = "SENTRY_RELEASE")]
    pub release: Option<String>,
    /// `SENTRY_PANIC_PAYLOAD`: whether what a panic says is sent, scrubbed; on. Its place always is.
    #[secure(env = "SENTRY_PANIC_PAYLOAD", default = true)]
    pub panic_payload: bool,
    /// `SENTRY_SHUTDOWN_TIMEOUT`: how long the end of the service waits for events on their way; 2 s.
    #[secure(env = "SENTRY_SHUTDOWN_TIMEOUT", default = "2s")]
    pub shutdown_timeout: Duration,
}

impl SentrySettings {
    /// The same settings for a part of the program that wants its own, as from [`Live`](secure_config::reload::Live) settings: the DSN is shared,
    /// not copied.
    #[cfg(feature = "reload")]
    #[must_use]
    pub fn share(&self) -> Self {
        Self {
            dsn: self.dsn.as_ref().map(SecretUrl::share),
            traces_sample_rate: self.traces_sample_rate,
            environment: self.environment.clone(),
            release: self.release.clone(),
            panic_payload: self.panic_payload,
            shutdown_timeout: self.shutdown_timeout,
        }
    }
}

/// Off: no DSN.
impl Default for SentrySettings {
    fn default() -> Self {
        Self {
            dsn: None,
            traces_sample_rate: 0.1,
            environment: None,
            release: None,
            panic_payload: true,
            shutdown_timeout: Duration::from_secs(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default() {
        let loaded = SentrySettings::loader()
            .vars(Vec::<(&str, &str)>::new())
            .load()
            .unwrap();
        assert_eq!(format!("{loaded:?}"), format!("{:?}", SentrySettings::default()));
    }

    #[test]
    fn a_rate_is_a_share() {
        for rate in ["-0.1", "1.01", "NaN", "inf", "half"] {
            let vars = [("SENTRY_TRACES_SAMPLE_RATE", rate)];
            assert!(SentrySettings::loader().vars(vars).load().is_err(), "{rate}");
        }
    }
}
