//! A pool as a health check.

#[cfg(any(
    feature = "deadpool-postgres",
    feature = "sqlx-postgres",
    feature = "sqlx-sqlite"
))]
use crate::health::{BoxError, Check, Outcome};

/// Whether the database answers; how full the pool is stands beside it and is no failure.
#[cfg(any(
    feature = "deadpool-postgres",
    feature = "sqlx-postgres",
    feature = "sqlx-sqlite"
))]
async fn run(pool: &impl super::Pool) -> Result<Outcome, BoxError> {
    pool.ping().await?;
    let state = pool.state();
    Ok(Outcome::healthy()
        .with("connections", state.connections)
        .with("idle", state.idle)
        .with("max", state.max)
        .with("saturated", state.is_saturated()))
}

/// Healthy when the database answers the probe; `connections`, `idle`, `max` and `saturated` are told.
#[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
impl<DB: super::Backend> Check for super::SqlxPool<DB> {
    async fn run(&self) -> Result<Outcome, BoxError> {
        run(self).await
    }
}

/// Healthy when the database answers the probe; `connections`, `idle`, `max` and `saturated` are told.
#[cfg(feature = "deadpool-postgres")]
impl Check for super::DeadpoolPool {
    async fn run(&self) -> Result<Outcome, BoxError> {
        run(self).await
    }
}
