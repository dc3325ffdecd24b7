//! The adapters, in words that the tests of both share.

use std::time::Duration;

use secure_config::SecretUrl;
use secure_runtime::database::{Client, DatabaseError, DatabaseSettings, DeadpoolPool, Pool, SqlxPool};
use secure_runtime::health::Check;
use sqlx::pool::PoolConnection;
use sqlx::{Connection, Postgres, Sqlite};

pub(crate) type SqlxPostgres = SqlxPool<Postgres>;
pub(crate) type SqlxSqlite = SqlxPool<Sqlite>;

/// Settings of a test: a small pool, and little patience.
pub(crate) fn settings(url: &str) -> DatabaseSettings {
    let mut settings = DatabaseSettings::new(SecretUrl::new(url).unwrap());
    settings.max_pool_size = 3;
    settings.min_pool_size = 1;
    settings.connect_timeout = Duration::from_secs(3);
    settings.acquire_timeout = Duration::from_secs(4);
    settings
}

/// A pool of any adapter.
pub(crate) trait Adapter: Pool + Check + std::fmt::Debug {
    type Connection: Send;

    async fn connect(settings: &DatabaseSettings) -> Result<Self, DatabaseError>;
    fn connect_lazy(settings: &DatabaseSettings) -> Result<Self, DatabaseError>;
    fn acquire(&self) -> impl Future<Output = Result<Self::Connection, DatabaseError>> + Send;
    /// Asks the database something; false if that fails.
    fn query(connection: Self::Connection) -> impl Future<Output = bool> + Send;
}

impl Adapter for SqlxPostgres {
    type Connection = PoolConnection<Postgres>;

    async fn connect(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        Self::connect(settings).await
    }

    fn connect_lazy(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        Self::connect_lazy(settings)
    }

    async fn acquire(&self) -> Result<Self::Connection, DatabaseError> {
        self.acquire().await
    }

    async fn query(mut connection: Self::Connection) -> bool {
        connection.ping().await.is_ok()
            && sqlx::query_scalar::<_, i32>("SELECT 41 + 1")
                .fetch_one(&mut *connection)
                .await
                .is_ok_and(|n| n == 42)
    }
}

impl Adapter for SqlxSqlite {
    type Connection = PoolConnection<Sqlite>;

    async fn connect(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        Self::connect(settings).await
    }

    fn connect_lazy(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        Self::connect_lazy(settings)
    }

    async fn acquire(&self) -> Result<Self::Connection, DatabaseError> {
        self.acquire().await
    }

    async fn query(mut connection: Self::Connection) -> bool {
        sqlx::query_scalar::<_, i64>("SELECT 41 + 1")
            .fetch_one(&mut *connection)
            .await
            .is_ok_and(|n| n == 42)
    }
}

impl Adapter for DeadpoolPool {
    type Connection = Client;

    async fn connect(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        Self::connect(settings).await
    }

    fn connect_lazy(settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        Self::connect_lazy(settings, tokio_postgres::NoTls)
    }

    async fn acquire(&self) -> Result<Self::Connection, DatabaseError> {
        self.acquire().await
    }

    async fn query(connection: Self::Connection) -> bool {
        connection
            .query_one("SELECT 41 + 1", &[])
            .await
            .is_ok_and(|row| row.get::<_, i32>(0) == 42)
    }
}
