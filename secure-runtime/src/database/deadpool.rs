//! A pool of deadpool, with what it lacks.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use deadpool_postgres::tokio_postgres::{self, Config, NoTls, Socket};
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use secure_config::SecretUrl;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::error::{DatabaseError, DatabaseErrorKind};
use super::failures::Failures;
use super::probe::{Dial, Probe, exhausted, silent};
use super::{DatabaseSettings, Pool, PoolState, UrlFlaw, scheme, sealed};
use crate::masked::masked;

/// A connection of the pool: a `tokio_postgres::Client` that goes back when it is dropped.
pub use deadpool_postgres::Client;

/// A pool of deadpool, with tokio-postgres. Clones are the same pool.
///
/// [`acquire`](Self::acquire) gives connections that have just answered. [`as_deadpool`](Self::as_deadpool) is deadpool's own pool, with
/// the same timeouts.
#[derive(Clone)]
pub struct DeadpoolPool(Arc<Inner>);

struct Inner {
    pool: deadpool_postgres::Pool,
    probe: Probe<Dialer>,
    failures: Failures,
    connect_timeout: Duration,
    acquire_timeout: Duration,
    /// Kept alive, so that what the driver says of it is masked.
    url: SecretUrl,
    _reaper: Reaper,
}

impl DeadpoolPool {
    /// Checks that this is the address of a Postgres database, and that its driver can read all of it; nothing is connected to.
    ///
    /// # Errors
    ///
    /// The scheme is another one, or a parameter or part of the address is none.
    pub fn check_url(url: &SecretUrl) -> Result<(), UrlFlaw> {
        scheme::check(url, scheme::POSTGRES, scheme::NOT_POSTGRES)?;
        let parsed: Result<Config, _> = masked(url.expose_secret()).parse();
        parsed.map(drop).map_err(|_| scheme::UNREADABLE)
    }

    /// Connects to the database without TLS, and opens the least number of connections in the background.
    ///
    /// # Errors
    ///
    /// The database was not reached within the connect timeout; the kind says why.
    pub async fn connect(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        Self::connect_with(settings, NoTls).await
    }

    /// The same with a connector for TLS, such as that of `tokio-postgres-rustls`.
    ///
    /// # Errors
    ///
    /// As with [`connect`](Self::connect).
    pub async fn connect_with<T>(settings: &DatabaseSettings, tls: T) -> Result<Self, DatabaseError>
    where
        T: MakeTlsConnect<Socket, Stream: Send + Sync, TlsConnect: Send + Sync>
            + Clone
            + Send
            + Sync
            + 'static,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let pool = Self::connect_lazy(settings, tls)?;
        pool.ping().await?;
        pool.warm_up(settings.min_pool_size);
        Ok(pool)
    }

    /// Makes a pool that connects when it is first used. So a service starts while its database is away; its health check says when
    /// the database is there.
    ///
    /// # Errors
    ///
    /// The address is not one of Postgres, or there is no Tokio runtime.
    pub fn connect_lazy<T>(settings: &DatabaseSettings, tls: T) -> Result<Self, DatabaseError>
    where
        T: MakeTlsConnect<Socket, Stream: Send + Sync, TlsConnect: Send + Sync>
            + Clone
            + Send
            + Sync
            + 'static,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let runtime = Handle::try_current().map_err(|_| {
            let text = "a pool needs a Tokio runtime: make it inside of one";
            DatabaseError::new(DatabaseErrorKind::Failed, text)
        })?;
        Self::check_url(&settings.url)?;
        let url = SecretUrl::new(settings.url.expose_secret())
            .map_err(|error| DatabaseError::told(DatabaseErrorKind::Url, &error))?;
        let config: Config = url
            .expose_secret()
            .parse()
            .map_err(|error: tokio_postgres::Error| DatabaseError::told(DatabaseErrorKind::Url, &error))?;
        // Asked before it is given, as sqlx does: who gets a connection gets one that works.
        let manager_config = ManagerConfig {
            recycling_method: RecyclingMethod::Verified,
        };
        let (idle_timeout, max_lifetime) = (settings.idle_timeout, settings.max_lifetime);
        let pool = deadpool_postgres::Pool::builder(Manager::from_config(
            config.clone(),
            tls.clone(),
            manager_config,
        ))
        .max_size(settings.max_pool_size as usize)
        .wait_timeout(Some(settings.acquire_timeout))
        .create_timeout(Some(settings.connect_timeout))
        .recycle_timeout(Some(settings.connect_timeout))
        .pre_recycle(Hook::sync_fn(move |_, metrics| {
            if metrics.age() >= max_lifetime {
                return Err(HookError::message("has lived long enough"));
            }
            Ok(())
        }))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| DatabaseError::told(DatabaseErrorKind::Failed, &error))?;
        let least = settings.min_pool_size as usize;
        let reaper = Reaper::start(&runtime, &pool, least, idle_timeout, max_lifetime);
        Ok(Self(Arc::new(Inner {
            pool,
            probe: Probe::new(Dialer::new(config, tls), settings.connect_timeout),
            failures: Failures::default(),
            connect_timeout: settings.connect_timeout,
            acquire_timeout: settings.acquire_timeout,
            url,
            _reaper: reaper,
        })))
    }

    /// A connection that has just answered.
    ///
    /// # Errors
    ///
    /// There is none: the kind says why. A refused port is told at once, a silent host after the connect timeout, a full pool after the
    /// acquire timeout.
    pub async fn acquire(&self) -> Result<Client, DatabaseError> {
        let meaning = |error, well| self.0.meaning(&error, well);
        let acquiring = self.0.pool.get();
        let acquired = self.0.probe.explain(acquiring, self.0.acquire_timeout, meaning);
        self.0.failures.counted(acquired.await)
    }

    /// The pool of deadpool.
    #[must_use]
    pub fn as_deadpool(&self) -> &deadpool_postgres::Pool {
        &self.0.pool
    }

    /// Opens connections until there are `least`.
    fn warm_up(&self, least: u32) {
        let pool = self.0.pool.clone();
        tokio::spawn(async move {
            let mut held = Vec::new();
            while pool.status().size < least as usize {
                match pool.get().await {
                    Ok(connection) => held.push(connection),
                    // Whoever needs one will learn why.
                    Err(_) => break,
                }
            }
        });
    }
}

impl Inner {
    /// What an error means, when it is known whether the database is well.
    fn meaning(&self, error: &PoolError, well: bool) -> DatabaseError {
        match error {
            PoolError::Timeout(TimeoutType::Wait) if well => {
                let (max, time) = (self.pool.status().max_size, self.acquire_timeout);
                exhausted(max, time)
            }
            // Those who hold the places may be waiting for the database, too.
            PoolError::Timeout(TimeoutType::Wait) => silent(self.acquire_timeout),
            PoolError::Timeout(_) => silent(self.connect_timeout),
            PoolError::Backend(error) => of(error),
            PoolError::Closed => DatabaseError::told(DatabaseErrorKind::Closed, error),
            _ => DatabaseError::told(DatabaseErrorKind::Failed, error),
        }
    }
}

/// What an error of the driver means.
fn of(error: &tokio_postgres::Error) -> DatabaseError {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return DatabaseError::io(io);
        }
        cause = inner.source();
    }
    let kind = if error.as_db_error().is_some() {
        DatabaseErrorKind::Rejected
    } else {
        DatabaseErrorKind::Failed
    };
    DatabaseError::told(kind, error)
}

impl Pool for DeadpoolPool {
    fn state(&self) -> PoolState {
        let status = self.0.pool.status();
        let number = |size| u32::try_from(size).unwrap_or(u32::MAX);
        PoolState {
            connections: number(status.size),
            idle: number(status.available.min(status.size)),
            max: number(status.max_size),
        }
    }

    fn failures(&self) -> impl Iterator<Item = (DatabaseErrorKind, u64)> {
        self.0.failures.iter()
    }

    async fn ping(&self) -> Result<(), DatabaseError> {
        self.0.probe.ask().await
    }
}

impl sealed::Sealed for DeadpoolPool {}

impl fmt::Debug for DeadpoolPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadpoolPool")
            .field("url", &self.0.url)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// Connects for the probe.
struct Dialer(Box<dyn Fn() -> Dialing + Send + Sync>);

type Dialing = Pin<Box<dyn Future<Output = Result<Dialled, tokio_postgres::Error>> + Send>>;

/// A connection and the task that drives it, which ends with it.
struct Dialled {
    client: tokio_postgres::Client,
    driver: JoinHandle<()>,
}

impl Dialer {
    fn new<T>(config: Config, tls: T) -> Self
    where
        T: MakeTlsConnect<Socket, Stream: Send, TlsConnect: Send> + Clone + Send + Sync + 'static,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        Self(Box::new(move || {
            let (config, tls) = (config.clone(), tls.clone());
            Box::pin(async move {
                let (client, connection) = config.connect(tls).await?;
                let driver = tokio::spawn(async move {
                    // How it ends, the client learns too.
                    let _ = connection.await;
                });
                Ok(Dialled { client, driver })
            })
        }))
    }
}

impl Dial for Dialer {
    type Connection = Dialled;

    async fn connect(&self) -> Result<Dialled, DatabaseError> {
        (self.0)().await.map_err(|error| of(&error))
    }

    /// An empty query, which the server answers without work.
    async fn ask(&self, connection: &mut Dialled) -> Result<(), DatabaseError> {
        let asked = connection.client.simple_query("").await;
        asked.map(drop).map_err(|error| of(&error))
    }
}

impl Drop for Dialled {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Closes connections that nobody uses; deadpool keeps them for ever.
struct Reaper(JoinHandle<()>);

impl Reaper {
    fn start(
        runtime: &Handle,
        pool: &deadpool_postgres::Pool,
        least: usize,
        idle_timeout: Duration,
        max_lifetime: Duration,
    ) -> Self {
        let pool = pool.weak();
        Self(runtime.spawn(async move {
            let mut period = tokio::time::interval((idle_timeout / 2).max(Duration::from_secs(1)));
            loop {
                period.tick().await;
                let Some(pool) = pool.upgrade() else { return };
                let mut spare = pool.status().size.saturating_sub(least);
                pool.retain(|_, metrics| {
                    let old = metrics.age() >= max_lifetime;
                    let unused = spare > 0 && metrics.last_used() >= idle_timeout;
                    spare -= usize::from(unused && !old);
                    !(old || unused)
                });
            }
        }))
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        self.0.abort();
    }
}
