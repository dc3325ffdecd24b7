//! The settings of a database.

use std::time::Duration;

use secure_config::{SecretUrl, SecureConfig};

/// Where the database is and how its pool behaves, to be nested in a service's own settings.
///
/// The variables are `DATABASE_URL`, `DATABASE_MAX_POOL_SIZE` and so on. A service that can do without a database holds an
/// `Option<DatabaseSettings>`, which is `None` when none of them is set. A pool is made once, so a change of any needs a restart.
#[derive(Debug, SecureConfig)]
#[non_exhaustive]
pub struct DatabaseSettings {
    /// The address, with user and password if it needs them: `postgres://app:…@host/name`, `sqlite://path`.
    #[secure(needs_restart)]
    pub url: SecretUrl,
    /// Connections at most. More than the database has processors for make it slower, not faster.
    #[secure(default = 50, range = 1..=10_000, needs_restart)]
    pub max_pool_size: u32,
    /// Connections that are kept open while nobody uses them.
    #[secure(default = 10, at_most = max_pool_size, needs_restart)]
    pub min_pool_size: u32,
    /// A new connection that is not ready after this time, log-in included, has failed.
    #[secure(default = "5s", validate = acceptable, needs_restart)]
    pub connect_timeout: Duration,
    /// Who waits for a connection for this time gets an error.
    #[secure(default = "5s", validate = acceptable, needs_restart)]
    pub acquire_timeout: Duration,
    /// A connection that nobody used for this time is closed, but for the least number.
    #[secure(default = "10m", at_most = max_lifetime, validate = lasting, needs_restart)]
    pub idle_timeout: Duration,
    /// A connection as old as this is closed when it is returned, so that a pool follows the database to another machine.
    #[secure(default = "30m", validate = lasting, needs_restart)]
    pub max_lifetime: Duration,
}

impl DatabaseSettings {
    /// The defaults for the database at `url`: what a load makes when nothing else is set.
    #[must_use]
    pub const fn new(url: SecretUrl) -> Self {
        Self {
            url,
            max_pool_size: 50,
            min_pool_size: 10,
            connect_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(10 * 60),
            max_lifetime: Duration::from_secs(30 * 60),
        }
    }
}

/// Whether a timeout makes sense.
fn acceptable(time: &Duration) -> Result<(), &'static str> {
    if (Duration::from_millis(10)..=Duration::from_secs(5 * 60)).contains(time) {
        Ok(())
    } else {
        Err("must be from 10ms to 5m")
    }
}

/// Whether the time that a connection lasts makes sense.
fn lasting(time: &Duration) -> Result<(), &'static str> {
    if (Duration::from_secs(1)..=Duration::from_secs(7 * 24 * 60 * 60)).contains(time) {
        Ok(())
    } else {
        Err("must be from 1s to 168h")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: (&str, &str) = ("URL", "postgres://db.example.com/app");

    fn refused(vars: &[(&'static str, &'static str)]) -> String {
        let vars: Vec<_> = std::iter::once(URL).chain(vars.iter().copied()).collect();
        DatabaseSettings::loader()
            .vars(vars)
            .load()
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_is_not_set_is_the_default() {
        let loaded = DatabaseSettings::loader().vars([URL]).load().unwrap();
        let made = DatabaseSettings::new(SecretUrl::new(URL.1).unwrap());
        assert_eq!(format!("{loaded:?}"), format!("{made:?}"));
    }

    #[test]
    fn an_address_is_needed() {
        let loaded = DatabaseSettings::loader().vars([("MAX_POOL_SIZE", "20")]).load();
        assert!(loaded.unwrap_err().to_string().contains("URL"));
    }

    #[test]
    fn all_contradictions_are_told_at_once() {
        let report = refused(&[
            ("MAX_POOL_SIZE", "20"),
            ("MIN_POOL_SIZE", "21"),
            ("IDLE_TIMEOUT", "31m"),
            ("CONNECT_TIMEOUT", "0s"),
            ("ACQUIRE_TIMEOUT", "6m"),
        ]);
        assert!(report.contains("4 problems"), "{report}");
        for part in [
            "MIN_POOL_SIZE    is more than MAX_POOL_SIZE",
            "IDLE_TIMEOUT     is more than MAX_LIFETIME",
        ] {
            assert!(report.contains(part), "{part} in {report}");
        }
    }

    #[test]
    fn sizes_and_times_are_bounded() {
        for one in [
            ("MAX_POOL_SIZE", "0"),
            ("MAX_POOL_SIZE", "10001"),
            ("CONNECT_TIMEOUT", "9ms"),
            ("ACQUIRE_TIMEOUT", "301s"),
            ("MAX_LIFETIME", "0s"),
            ("IDLE_TIMEOUT", "0s"),
        ] {
            assert!(refused(&[one]).contains(one.0), "{one:?}");
        }
        let least = [
            URL,
            ("MAX_POOL_SIZE", "1"),
            ("MIN_POOL_SIZE", "0"),
            ("MAX_LIFETIME", "1s"),
            ("IDLE_TIMEOUT", "1s"),
        ];
        assert!(DatabaseSettings::loader().vars(least).load().is_ok());
    }
}
