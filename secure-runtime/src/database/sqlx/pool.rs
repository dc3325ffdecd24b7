//! A pool of sqlx, with what it lacks.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secure_config::SecretUrl;
use sqlx::pool::{PoolConnection, PoolOptions};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::backend::{self, Backend, Dialer, Options};
use super::error;
use crate::database::error::{DatabaseError, DatabaseErrorKind};
use crate::database::failures::Failures;
use crate::database::probe::{Probe, exhausted, silent};
use crate::database::{DatabaseSettings, Pool, PoolState, UrlFlaw, sealed};

/// A pool of sqlx. Clones are the same pool.
///
/// [`acquire`](Self::acquire) gives connections, with errors that say what is wrong. [`as_sqlx`](Self::as_sqlx) is sqlx's own pool, for
/// `fetch_all(pool)` and the like: whoever waits there waits for the acquire timeout at most, and then learns "pool timed out" whatever the
/// reason is.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sqlx-sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use secure_config::SecretUrl;
/// use secure_runtime::database::{DatabaseSettings, Pool, SqlxPool};
/// use sqlx::Sqlite;
///
/// let settings = DatabaseSettings::new(SecretUrl::new("sqlite::memory:")?);
/// let pool = SqlxPool::<Sqlite>::connect(&settings).await?;
/// let (sum,): (i64,) = sqlx::query_as("SELECT 1 + 1").fetch_one(&mut *pool.acquire().await?).await?;
/// assert_eq!(sum, 2);
/// assert!(!pool.state().is_saturated());
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlx-sqlite"))]
/// # fn main() {}
/// ```
pub struct SqlxPool<DB: Backend>(Arc<Inner<DB>>);

struct Inner<DB: Backend> {
    pool: sqlx::Pool<DB>,
    probe: Probe<Dialer<DB>>,
    failures: Failures,
    acquire_timeout: Duration,
    /// Kept alive, so that what drivers say of it is masked.
    url: SecretUrl,
}

impl<DB: Backend> SqlxPool<DB> {
    /// Checks that this is the address of such a database, and that its driver can read all of it; nothing is connected to.
    ///
    /// A load of [`DatabaseSettings`] refuses what none of the adapters in the build accepts. In the settings of a service that chooses one
    /// of them, call this from a [check](secure_config::Check).
    ///
    /// # Errors
    ///
    /// The scheme is another one, or a parameter or part of the address is none.
    pub fn check_url(url: &SecretUrl) -> Result<(), UrlFlaw> {
        backend::check::<DB>(url)
    }

    /// Connects to the database, and opens the least number of connections in the background.
    ///
    /// # Errors
    ///
    /// The database was not reached within the connect timeout; the kind says why.
    pub async fn connect(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        let pool = Self::connect_lazy(settings)?;
        pool.ping().await?;
        pool.warm_up(settings.min_pool_size);
        Ok(pool)
    }

    /// Makes a pool that connects when it is first used. So a service starts while its database is away; its health check says when
    /// the database is there.
    ///
    /// # Errors
    ///
    /// The address is not one of this database, or there is no Tokio runtime.
    pub fn connect_lazy(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        let options = backend::options::<DB>(&settings.url)?;
        Self::with_options(settings, options)
    }

    /// The same with options of the service's own making, for what an address cannot say. Of the settings' address only the secret is
    /// used: to mask it in errors.
    ///
    /// # Errors
    ///
    /// There is no Tokio runtime, or the address cannot be kept.
    pub fn with_options(settings: &DatabaseSettings, options: Options<DB>) -> Result<Self, DatabaseError> {
        // Sqlx would panic.
        if Handle::try_current().is_err() {
            let text = "a pool needs a Tokio runtime: make it inside of one";
            return Err(DatabaseError::new(DatabaseErrorKind::Failed, text));
        }
        let url = SecretUrl::new(settings.url.expose_secret())
            .map_err(|error| DatabaseError::told(DatabaseErrorKind::Url, &error))?;
        let connect_timeout = settings.connect_timeout;
        let pool = PoolOptions::new()
            .max_connections(settings.max_pool_size)
            .min_connections(settings.min_pool_size)
            .acquire_timeout(settings.acquire_timeout)
            .idle_timeout(settings.idle_timeout)
            .max_lifetime(settings.max_lifetime)
            .after_release(move |connection, _| Box::pin(still_answers(connection, connect_timeout)))
            .connect_lazy_with(options.clone());
        Ok(Self(Arc::new(Inner {
            pool,
            probe: Probe::new(Dialer(options), settings.connect_timeout),
            failures: Failures::default(),
            acquire_timeout: settings.acquire_timeout,
            url,
        })))
    }

    /// A connection that works: sqlx has asked it before it gives it.
    ///
    /// # Errors
    ///
    /// There is none within the acquire timeout. If the database is the reason, that is told as soon as it is known: at once when the
    /// port is refused, after the connect timeout when the host is silent.
    pub async fn acquire(&self) -> Result<PoolConnection<DB>, DatabaseError> {
        let meaning = |error, well| self.0.meaning(&error, well);
        let acquiring = self.0.pool.acquire();
        let acquired = self.0.probe.explain(acquiring, self.0.acquire_timeout, meaning);
        self.0.failures.counted(acquired.await)
    }

    /// The pool of sqlx.
    #[must_use]
    pub fn as_sqlx(&self) -> &sqlx::Pool<DB> {
        &self.0.pool
    }

    /// Opens connections until there are `least`. Sqlx does that only when it replaces an old one.
    fn warm_up(&self, least: u32) {
        let pool = self.0.pool.clone();
        tokio::spawn(async move {
            let mut held = Vec::new();
            while pool.size() < least {
                match pool.acquire().await {
                    Ok(connection) => held.push(connection),
                    // Whoever needs one will learn why.
                    Err(_) => break,
                }
            }
        });
    }
}

/// Whether a connection that is returned still answers.
///
/// Sqlx asks as well, but waits without end: connections into a black hole would take their places in the pool until the system gives
/// them up, a quarter of an hour later.
async fn still_answers<C: sqlx::Connection>(connection: &mut C, time: Duration) -> Result<bool, sqlx::Error> {
    match timeout(time, connection.ping()).await {
        Ok(answer) => answer.map(|()| true),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

impl<DB: Backend> Inner<DB> {
    /// What an error means, when it is known whether the database is well.
    fn meaning(&self, error: &sqlx::Error, well: bool) -> DatabaseError {
        match error {
            sqlx::Error::PoolTimedOut if well => {
                let max = self.pool.options().get_max_connections();
                exhausted(max, self.acquire_timeout)
            }
            sqlx::Error::PoolTimedOut => silent(self.acquire_timeout),
            other => error::of(other),
        }
    }
}

impl<DB: Backend> Pool for SqlxPool<DB> {
    fn state(&self) -> PoolState {
        let pool = &self.0.pool;
        // Read in this order, a connection that comes or goes in between does not make more idle ones than there are.
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        let connections = pool.size();
        PoolState {
            connections,
            idle: idle.min(connections),
            max: pool.options().get_max_connections(),
        }
    }

    fn failures(&self) -> impl Iterator<Item = (DatabaseErrorKind, u64)> {
        self.0.failures.iter()
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        self.0.probe.ask().await
    }
}

impl<DB: Backend> sealed::Sealed for SqlxPool<DB> {}

impl<DB: Backend> Clone for SqlxPool<DB> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<DB: Backend> fmt::Debug for SqlxPool<DB> {
    /// Sqlx's own would show the options, password included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlxPool")
            .field("url", &self.0.url)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
