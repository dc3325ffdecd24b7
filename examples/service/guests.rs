//! What the database keeps of guest accounts, and the instant of the last forced logout: all replicas share both.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::{Postgres, Sqlite};

use crate::database::{Database, Unanswered};

/// So many accounts are kept; of more, those make way that were not seen for the longest time.
const MOST: u32 = 10_000;

const CREATE: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS guests (id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, seen BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS guests_seen ON guests (seen)",
    "CREATE TABLE IF NOT EXISTS forced_logout (id INTEGER PRIMARY KEY, not_before BIGINT NOT NULL)",
];
const ADD: &str = "INSERT INTO guests (id, fingerprint, seen) VALUES ($1, $2, $3)";
const TRIM: &str =
    "DELETE FROM guests WHERE id IN (SELECT id FROM guests ORDER BY seen DESC LIMIT 1000 OFFSET $1)";
const READ: &str = "SELECT fingerprint FROM guests WHERE id = $1";
const EXCHANGE: &str = "UPDATE guests SET fingerprint = $1, seen = $2 WHERE id = $3 AND fingerprint = $4";
const LOG_OUT: &str = "INSERT INTO forced_logout (id, not_before) VALUES (1, $1) \
                       ON CONFLICT (id) DO UPDATE SET not_before = excluded.not_before \
                       WHERE forced_logout.not_before < excluded.not_before";
const LOGGED_OUT: &str = "SELECT COALESCE(MAX(not_before), 0) FROM forced_logout";

/// Does the same with a pool of either database.
macro_rules! with {
    ($database:expr, $kind:ident, $pool:ident => $do:expr) => {
        match $database {
            Database::Postgres($pool) => {
                type $kind = Postgres;
                $do
            }
            Database::Sqlite($pool) => {
                type $kind = Sqlite;
                $do
            }
        }
    };
}

impl Database {
    /// Makes the tables that are not there.
    pub async fn create_guests(&self) -> Result<(), Unanswered> {
        for statement in CREATE {
            // Postgres says that a table cannot be made when another replica is making it.
            if self.run(statement).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
                self.run(statement).await?;
            }
        }
        Ok(())
    }

    async fn run(&self, statement: &'static str) -> Result<(), Unanswered> {
        with!(self, Kind, pool => {
            sqlx::query::<Kind>(statement).execute(&mut *pool.acquire().await?).await?;
        });
        Ok(())
    }

    /// Adds an account whose refresh token has this fingerprint.
    pub async fn add_guest(&self, id: &str, fingerprint: &str) -> Result<(), Unanswered> {
        with!(self, Kind, pool => {
            let mut connection = pool.acquire().await?;
            sqlx::query::<Kind>(ADD).bind(id).bind(fingerprint).bind(now()).execute(&mut *connection).await?;
            sqlx::query::<Kind>(TRIM).bind(i64::from(MOST)).execute(&mut *connection).await?;
        });
        Ok(())
    }

    /// The fingerprint of an account's refresh token, if there is such an account.
    pub async fn fingerprint(&self, id: &str) -> Result<Option<String>, Unanswered> {
        Ok(with!(self, Kind, pool => {
            let query = sqlx::query_scalar::<Kind, String>(READ).bind(id);
            query.fetch_optional(&mut *pool.acquire().await?).await?
        }))
    }

    /// Puts another fingerprint in the place of this one, unless somebody was faster.
    pub async fn exchange_fingerprint(&self, id: &str, old: &str, new: &str) -> Result<bool, Unanswered> {
        let changed = with!(self, Kind, pool => {
            let query = sqlx::query::<Kind>(EXCHANGE).bind(new).bind(now()).bind(id).bind(old);
            query.execute(&mut *pool.acquire().await?).await?.rows_affected()
        });
        Ok(changed == 1)
    }

    /// Stores the instant of a forced logout, which only ever rises.
    pub async fn store_logout(&self, instant: SystemTime) -> Result<(), Unanswered> {
        with!(self, Kind, pool => {
            let query = sqlx::query::<Kind>(LOG_OUT).bind(seconds(instant));
            query.execute(&mut *pool.acquire().await?).await?;
        });
        Ok(())
    }

    /// The instant of the last forced logout, if there was one.
    pub async fn stored_logout(&self) -> Result<Option<SystemTime>, Unanswered> {
        let second = with!(self, Kind, pool => {
            let query = sqlx::query_scalar::<Kind, i64>(LOGGED_OUT);
            query.fetch_one(&mut *pool.acquire().await?).await?
        });
        let second = u64::try_from(second)?;
        Ok((second > 0).then(|| UNIX_EPOCH + Duration::from_secs(second)))
    }
}

fn now() -> i64 {
    seconds(SystemTime::now())
}

fn seconds(instant: SystemTime) -> i64 {
    let since = instant.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
