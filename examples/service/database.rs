//! The service's database: SQLite in memory unless `DATABASE_URL` names another, Postgres or a file of SQLite.

use std::error::Error;

use secure_config::SecretUrl;
use secure_runtime::database::{DatabaseSettings, SqlxPool};
use secure_runtime::health::HealthBuilder;
use secure_runtime::metrics::{Metrics, MetricsError};
use sqlx::{Postgres, Sqlite};

/// Both databases understand these.
const CREATE: &str = "CREATE TABLE IF NOT EXISTS visits (page TEXT PRIMARY KEY, count BIGINT NOT NULL)";
const READ: &str = "SELECT COALESCE(MAX(count), 0) FROM visits WHERE page = '/'";
const ADD: &str = "INSERT INTO visits (page, count) VALUES ('/', 1) \
                   ON CONFLICT (page) DO UPDATE SET count = visits.count + 1 RETURNING count";

/// A pool of the database that the settings name.
#[derive(Clone, Debug)]
pub enum Database {
    Postgres(SqlxPool<Postgres>),
    Sqlite(SqlxPool<Sqlite>),
}

/// Why there is no answer; the operator reads it in the log, the client gets a 503.
pub type Unanswered = Box<dyn Error + Send + Sync>;

impl Database {
    /// Connects, and makes the table if it is not there.
    pub async fn connect(settings: Option<&DatabaseSettings>) -> Result<Self, Box<dyn Error>> {
        let database = match settings {
            None => Self::Sqlite(SqlxPool::connect(&in_memory()?).await?),
            Some(settings) if settings.url.scheme() == "sqlite" => {
                Self::Sqlite(SqlxPool::connect(settings).await?)
            }
            Some(settings) => Self::Postgres(SqlxPool::connect(settings).await?),
        };
        database
            .create_guests()
            .await
            .map_err(|error| -> Box<dyn Error> { error })?;
        match &database {
            Self::Postgres(pool) => sqlx::query(CREATE)
                .execute(&mut *pool.acquire().await?)
                .await
                .map(drop)?,
            Self::Sqlite(pool) => sqlx::query(CREATE)
                .execute(&mut *pool.acquire().await?)
                .await
                .map(drop)?,
        }
        Ok(database)
    }

    /// Without the database the service is not ready; with a full pool it is.
    pub fn watched_by(&self, health: HealthBuilder) -> HealthBuilder {
        match self {
            Self::Postgres(pool) => health.critical("database", pool.clone()),
            Self::Sqlite(pool) => health.critical("database", pool.clone()),
        }
    }

    /// How full the pool is.
    pub fn shown_by(&self, metrics: &Metrics) -> Result<(), MetricsError> {
        match self {
            Self::Postgres(pool) => metrics.watch_database(pool),
            Self::Sqlite(pool) => metrics.watch_database(pool),
        }
    }

    /// How many visits there were, with one more if that is one.
    pub async fn visits(&self, is_one: bool) -> Result<i64, Unanswered> {
        let query = if is_one { ADD } else { READ };
        Ok(match self {
            Self::Postgres(pool) => {
                sqlx::query_scalar(query)
                    .fetch_one(&mut *pool.acquire().await?)
                    .await?
            }
            Self::Sqlite(pool) => {
                sqlx::query_scalar(query)
                    .fetch_one(&mut *pool.acquire().await?)
                    .await?
            }
        })
    }
}

/// A database that ends with the service, for a first run. Its connections lock each other out, so there is one.
fn in_memory() -> Result<DatabaseSettings, Box<dyn Error>> {
    let mut settings = DatabaseSettings::new(SecretUrl::new("sqlite::memory:")?);
    (settings.min_pool_size, settings.max_pool_size) = (1, 1);
    Ok(settings)
}
