//! A database that works: pools that fill up, connections that age, one question a period.

use std::time::Duration;

use secure_runtime::database::{DeadpoolPool, Pool};
use tests::live::postgres_url;

use crate::adapters::{Adapter, SqlxPostgres, settings};
use crate::service::{Running, eventually};

async fn fills_up<A: Adapter>(url: &str) {
    let mut settings = settings(url);
    settings.max_pool_size = 10;
    settings.min_pool_size = 5;
    let pool = A::connect(&settings).await.unwrap();
    eventually(async || pool.state().idle == 5).await;
    assert_eq!((pool.state().connections, pool.state().max), (5, 10));
    assert!(A::query(pool.acquire().await.unwrap()).await);
}

#[tokio::test]
async fn the_least_number_is_opened_with_sqlx() {
    if let Some(url) = postgres_url() {
        fills_up::<SqlxPostgres>(&url).await;
    }
}

#[tokio::test]
async fn the_least_number_is_opened_with_deadpool() {
    if let Some(url) = postgres_url() {
        fills_up::<DeadpoolPool>(&url).await;
    }
}

/// The number that Postgres gives the process behind the connection.
async fn backend(pool: &DeadpoolPool) -> i32 {
    let client = pool.acquire().await.unwrap();
    client
        .query_one("SELECT pg_backend_pid()", &[])
        .await
        .unwrap()
        .get(0)
}

/// Deadpool itself would keep them for ever.
#[tokio::test]
async fn deadpool_closes_what_is_old_or_unused() {
    let Some(url) = postgres_url() else {
        return;
    };
    let mut old = settings(&url);
    (old.max_lifetime, old.min_pool_size) = (Duration::from_secs(1), 0);
    let pool = <DeadpoolPool as Adapter>::connect(&old).await.unwrap();
    let first = backend(&pool).await;
    eventually(async || backend(&pool).await != first).await;

    let mut unused = settings(&url);
    (unused.idle_timeout, unused.min_pool_size) = (Duration::from_secs(1), 1);
    let pool = <DeadpoolPool as Adapter>::connect(&unused).await.unwrap();
    let held = [
        pool.acquire().await.unwrap(),
        pool.acquire().await.unwrap(),
        pool.acquire().await.unwrap(),
    ];
    assert_eq!(pool.state().connections, 3);
    drop(held);
    eventually(async || pool.state().connections == 1).await;
}

/// How often the probe's connection was asked, as Postgres counts: it is known by its name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_probe_has_a_connection_of_its_own_and_keeps_it() {
    let Some(url) = postgres_url() else {
        return;
    };
    let mut named = settings(&format!("{url}?application_name=probe-test"));
    (named.min_pool_size, named.max_pool_size) = (0, 1);
    let pool = <SqlxPostgres as Adapter>::connect(&named).await.unwrap();
    let service = Running::start(pool.clone()).await;
    let watcher = <SqlxPostgres as Adapter>::connect(&settings(&url)).await.unwrap();
    let pids = async || {
        let query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'probe-test' ORDER BY pid";
        sqlx::query_scalar::<_, i32>(query)
            .fetch_all(watcher.as_sqlx())
            .await
            .unwrap()
    };
    let first = pids().await;
    assert_eq!(first.len(), 1, "the pool is empty, so it is the probe's");
    for _ in 0..200 {
        assert!(service.is_ready().await);
    }
    service.status_after_the_next_run().await;
    assert_eq!(pids().await, first, "no run and no request made another");
    let held = pool.acquire().await.unwrap();
    assert_eq!(pids().await.len(), 2);
    drop(held);
}
