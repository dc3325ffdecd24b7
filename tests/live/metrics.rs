//! What Prometheus sees of a pool.

use secure_runtime::database::{DatabaseErrorKind, Pool};
use secure_runtime::metrics::{Metrics, MetricsSettings};

use crate::adapters::{Adapter, SqlxSqlite, settings};

#[tokio::test]
async fn a_pool_and_its_failures() {
    let metrics = Metrics::new(&MetricsSettings::default()).unwrap();
    let mut settings = settings("sqlite::memory:");
    settings.max_pool_size = 1;
    let pool = <SqlxSqlite as Adapter>::connect(&settings).await.unwrap();
    metrics.watch_database(&pool).unwrap();
    assert!(metrics.watch_database(&pool).is_err(), "it is shown already");

    let held = pool.acquire().await.unwrap();
    assert_eq!(
        pool.acquire().await.unwrap_err().kind(),
        DatabaseErrorKind::Exhausted
    );
    let text = metrics.registry().to_text();
    for line in [
        "db_pool_connections 1",
        "db_pool_idle_connections 0",
        "db_pool_max_connections 1",
        "db_pool_failures_total{reason=\"exhausted\"} 1",
        "db_pool_failures_total{reason=\"refused\"} 0",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
    assert!(pool.state().is_saturated());
    drop(held);
}
