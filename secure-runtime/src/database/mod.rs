//! A pool of database connections that is honest about its database.
//!
//! [`DatabaseSettings`] is nested in a service's settings. An adapter makes a pool of it: `SqlxPool` (features `sqlx-postgres` and
//! `sqlx-sqlite`, or `sqlx` for both) and `DeadpoolPool` (feature `deadpool-postgres`). The pool itself stays the driver's own; what is
//! added is what drivers leave out:
//!
//! 1. **A connect timeout that is one.** A refused port is an error that says so at once; a host that is silent is one after
//!    [`connect_timeout`](DatabaseSettings::connect_timeout). sqlx knows neither: it retries a refused port until the time for acquiring is
//!    over, and then says "pool timed out".
//! 2. **Four failures that are told apart**: the database is not there, it refuses us, it is silent, or all connections are in use
//!    ([`DatabaseErrorKind`]).
//! 3. **A probe on a connection of its own.** A full pool does not make the database unhealthy, and no restart follows from it; how full
//!    the pool is stands beside it ([`PoolState`]). The probe asks for nobody's data, one question at a time whoever wants to know, and
//!    makes itself a new connection when the old one is lost.
//! 4. **No password in an error.** Texts of drivers are masked with [`secure_config::redact`]; the address is kept as a secret for that as
//!    long as the pool lives.
//! 5. **No place in the pool is lost.** A connection that is silent when it is returned or taken is dropped after the connect timeout.
//! 6. Settings that contradict each other are problems of the load, with all others.
//!
//! With the feature `health` a pool is a health check, and gives `connections`, `idle`, `max` and `saturated`; with `metrics` it is shown by
//! `Metrics::watch_database` as `db_pool_…`.
//!
//! **Caveats**: a driver keeps a copy of the password of its own, in memory that is not locked. There is no TLS unless the service asks for
//! it: with sqlx by its feature `tls-rustls-ring`, with deadpool by a connector. A silent host is noticed by the health check when a run of
//! it ends, so a period and a timeout later at most.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use secure_config::SecureConfig;
//! use secure_runtime::database::DatabaseSettings;
//!
//! /// Settings of a service.
//! #[derive(Debug, SecureConfig)]
//! struct Settings {
//!     #[secure(nested)]
//!     database: DatabaseSettings,
//! }
//!
//! let url = ("DATABASE_URL", "postgres://app:8pXv0rVbQm3K@db.example.com/app");
//! let settings = Settings::loader().vars([url]).load()?;
//! assert_eq!(settings.database.max_pool_size, 50);
//! assert_eq!(settings.database.connect_timeout, Duration::from_secs(5));
//! assert!(!format!("{settings:?}").contains("8pXv0rVbQm3K"));
//!
//! let refused = Settings::loader().vars([url, ("DATABASE_MAX_POOL_SIZE", "5")]).load().unwrap_err();
//! assert!(refused.to_string().contains("DATABASE_MIN_POOL_SIZE  is more than DATABASE_MAX_POOL_SIZE"));
//! # Ok::<_, secure_config::LoadError>(())
//! ```

#![cfg_attr(
    not(any(
        feature = "deadpool-postgres",
        feature = "sqlx-postgres",
        feature = "sqlx-sqlite"
    )),
    allow(dead_code, reason = "without an adapter nobody connects")
)]

mod error;
mod failures;
mod probe;
mod scheme;
mod settings;
mod state;

#[cfg(feature = "deadpool-postgres")]
mod deadpool;
#[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
mod sqlx;

pub use error::{DatabaseError, DatabaseErrorKind};
pub use scheme::UrlFlaw;
pub use settings::DatabaseSettings;
pub use state::PoolState;

#[cfg(feature = "deadpool-postgres")]
pub use deadpool::{Client, DeadpoolPool};
#[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
pub use sqlx::{Backend, SqlxPool};

/// A pool whose database can be asked and whose connections can be counted.
///
/// It is sealed: the pools of this module have it.
pub trait Pool: sealed::Sealed + Clone + Send + Sync + 'static {
    /// How many connections there are, and how many of them are free.
    fn state(&self) -> PoolState;

    /// How often [acquiring](DatabaseErrorKind) a connection has failed, by the kind of the failure.
    fn failures(&self) -> impl Iterator<Item = (DatabaseErrorKind, u64)>;

    /// Asks the database by the connection that is kept for that, which is made anew when it is lost.
    ///
    /// Whoever asks while someone else does gets the answer that one gets.
    ///
    /// # Errors
    ///
    /// The database has not answered within the connect timeout, or not well.
    fn ping(&self) -> impl Future<Output = Result<(), DatabaseError>> + Send;
}

mod sealed {
    #[allow(unnameable_types, reason = "this is what seals a trait")]
    pub trait Sealed {}
}

#[cfg(feature = "health")]
mod check;
