//! The settings of a database.

use std::time::Duration;

use secure_config::{Check, SecretUrl, SecureConfig};

use super::scheme::UrlFlaw;

/// Where the database is and how its pool behaves, to be nested in a service's own settings.
///
/// The variables are `DATABASE_URL`, `DATABASE_MAX_POOL_SIZE` and so on. A service that can do without a database holds an
/// `Option<DatabaseSettings>`, which is `None` when none of them is set. A pool is made once, so a change of any needs a restart.
///
/// A load refuses an address that none of the adapters in the build accepts; without an adapter, it takes any.
#[derive(Debug, SecureConfig)]
#[secure(check = check_address(url))]
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

/// Refuses an address that no adapter of this build accepts.
fn check_address(url: &SecretUrl, check: &mut Check<'_>) {
    type Adapter = fn(&SecretUrl) -> Result<(), UrlFlaw>;
    let adapters: &[Adapter] = &[
        #[cfg(feature = "sqlx-postgres")]
        super::SqlxPool::<sqlx::Postgres>::check_url,
        #[cfg(feature = "deadpool-postgres")]
        super::DeadpoolPool::check_url,
        #[cfg(feature = "sqlx-sqlite")]
        super::SqlxPool::<sqlx::Sqlite>::check_url,
    ];
    let mut flaw = None;
    for adapter in adapters {
        match (adapter(url), flaw) {
            (Ok(()), _) => return,
            (Err(found), None) => flaw = Some(found),
            // An adapter for this database has more to say than those for others.
            (Err(found), Some(_)) if !found.is_foreign => flaw = Some(found),
            (Err(found), Some(earlier)) if earlier.is_foreign && found != earlier => flaw = Some(UNKNOWN),
            (Err(_), Some(_)) => {}
        }
    }
    if let Some(flaw) = flaw {
        check.refuse_with("url", flaw.reason(), flaw.remedy());
    }
}

/// The flaw of an address that is for none of several databases.
const UNKNOWN: UrlFlaw = UrlFlaw::foreign(
    "is of no database that this build knows",
    "write postgres://user:password@host/name, or sqlite://path",
);

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

    #[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
    #[test]
    fn an_address_that_no_adapter_accepts_is_refused() {
        for url in [
            "mysql://db.example.com/app",
            #[cfg(not(feature = "deadpool-postgres"))]
            "postgres://db.example.com/app?channel_binding=require",
            "postgres://db.example.com/app?sslmode=sometimes",
            "sqlite://app.db?mode=sometimes",
        ] {
            let refused = DatabaseSettings::loader()
                .vars([("URL", url)])
                .load()
                .unwrap_err();
            assert_eq!(refused.problems().len(), 1, "{url}: {refused}");
            assert_eq!(
                refused.problems().next().map(secure_config::Problem::key),
                Some("URL")
            );
        }
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
