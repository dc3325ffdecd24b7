//! What an operator says about Sentry.

use std::time::Duration;

use secure_config::{Check, SecretUrl, SecureConfig};

use super::{
    dsn,
    error::{COPY, Reason},
};

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
#[secure(check = check_dsn(dsn))]
#[non_exhaustive]
pub struct SentrySettings {
    /// `SENTRY_DSN`: where events go, with the key of the project; without it Sentry is off.
    #[secure(env = "SENTRY_DSN")]
    pub dsn: Option<SecretUrl>,
    /// `SENTRY_TRACES_SAMPLE_RATE`: the share of requests of which a trace is sent, from 0 to 1; 0.1.
    #[secure(env = "SENTRY_TRACES_SAMPLE_RATE", default = 0.1, range = 0.0..=1.0)]
    pub traces_sample_rate: f32,
    /// `SENTRY_ENVIRONMENT`: the name of the place; that of the profile.
    #[secure(env = "SENTRY_ENVIRONMENT", validate = environment)]
    pub environment: Option<String>,
    /// `SENTRY_RELEASE`: what is running, such as `shop@1.2.3`.
    #[secure(env = "SENTRY_RELEASE", validate = release)]
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

fn check_dsn(dsn: &Option<SecretUrl>, check: &mut Check<'_>) {
    if let Some(flaw) = dsn.as_ref().and_then(dsn::flaw) {
        check.refuse_with("dsn", flaw.text(), COPY);
    }
}

/// Refuses an environment that Sentry drops: see its documentation of `environment`.
pub(super) fn environment(name: &String) -> Result<(), &'static str> {
    let is_fine = |character: char| !character.is_whitespace() && !character.is_control() && character != '/';
    let length = name.chars().count();
    if (1..=64).contains(&length) && name.chars().all(is_fine) && name != "None" {
        Ok(())
    } else {
        Err(Reason::Environment.text())
    }
}

/// Refuses a release that Sentry drops: see its documentation of `release`.
#[expect(clippy::ptr_arg, reason = "what a validator is given")]
pub(super) fn release(name: &String) -> Result<(), &'static str> {
    let is_fine = |character: char| !character.is_control() && !matches!(character, '/' | '\\');
    let length = name.chars().count();
    let is_empty = matches!(name.trim(), "" | "." | "..");
    if (1..=200).contains(&length) && name.chars().all(is_fine) && !is_empty {
        Ok(())
    } else {
        Err(Reason::Release.text())
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
    fn what_sentry_would_drop_is_refused() {
        for (name, value) in [
            ("SENTRY_DSN", "https://sentry.example/42"),
            (
                "SENTRY_DSN",
                "ftp://3f9a1c0e5b7d4826a0e1f2c3d4b5a697@sentry.example/42",
            ),
            (
                "SENTRY_DSN",
                "https://3f9a1c0e5b7d4826a0e1f2c3d4b5a697@sentry.example/",
            ),
            ("SENTRY_ENVIRONMENT", "eu west"),
            ("SENTRY_ENVIRONMENT", "eu/west"),
            ("SENTRY_ENVIRONMENT", "None"),
            ("SENTRY_RELEASE", "shop/1.2.3"),
            ("SENTRY_RELEASE", ".."),
        ] {
            let loaded = SentrySettings::loader().vars([(name, value)]).load();
            let refused = loaded.unwrap_err();
            let keys: Vec<_> = refused.problems().map(secure_config::Problem::key).collect();
            assert_eq!(keys, [name], "{value}");
        }
        let fine = [
            ("SENTRY_ENVIRONMENT", "eu-west"),
            ("SENTRY_RELEASE", "shop@1.2.3"),
        ];
        assert!(SentrySettings::loader().vars(fine).load().is_ok());
    }

    #[test]
    fn a_rate_is_a_share() {
        for rate in ["-0.1", "1.01", "NaN", "inf", "half"] {
            let vars = [("SENTRY_TRACES_SAMPLE_RATE", rate)];
            assert!(SentrySettings::loader().vars(vars).load().is_err(), "{rate}");
        }
    }
}
