//! A pool whose connections are all in use.

use secure_runtime::database::{DatabaseErrorKind, DeadpoolPool};
use secure_runtime::health::Status;
use tests::Scratch;
use tests::live::postgres_url;

use crate::adapters::{Adapter, SqlxPostgres, SqlxSqlite, settings};
use crate::service::{Running, eventually};

async fn stays_ready<A: Adapter>(url: &str) {
    let pool = A::connect(&settings(url)).await.unwrap();
    let service = Running::start(pool.clone()).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(pool.acquire().await.unwrap());
    }
    assert!(pool.state().is_saturated());

    let error = pool.acquire().await.err().expect("there is none");
    assert_eq!(error.kind(), DatabaseErrorKind::Exhausted, "{error}");
    assert!(error.is_exhausted());
    assert_eq!(
        error.to_string(),
        "all 3 connections of the pool are in use, and none was free within 4s"
    );
    assert_eq!(service.get("/").await.body, "exhausted");
    // A run that begins while nothing is free finds the database well. (One that a busy machine cuts off has not asked.)
    eventually(async || service.status_after_the_next_run().await == Status::Healthy).await;
    assert!(pool.state().is_saturated());
    assert!(service.is_ready().await);
    let details = service.details().await;
    for (name, value) in [("connections", 3), ("idle", 0), ("max", 3)] {
        assert_eq!(details[name], value, "{details}");
    }
    assert_eq!(
        (&details["status"], &details["saturated"]),
        (&"healthy".into(), &true.into())
    );
    let exhausted = pool
        .failures()
        .find(|(kind, _)| *kind == DatabaseErrorKind::Exhausted);
    assert_eq!(exhausted, Some((DatabaseErrorKind::Exhausted, 2)));

    // Who waits gets the one that is returned.
    let (returned, acquired) = tokio::join!(
        async {
            tokio::task::yield_now().await;
            A::query(held.pop().unwrap()).await
        },
        pool.acquire()
    );
    assert!(returned && acquired.is_ok());
    drop((held, acquired));
    eventually(async || service.details().await["saturated"] == false).await;
    assert_eq!(service.get("/").await.body, "42");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_postgres() {
    let Some(url) = postgres_url() else {
        return;
    };
    tokio::join!(
        stays_ready::<SqlxPostgres>(&url),
        stays_ready::<DeadpoolPool>(&url)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_sqlite() {
    let scratch = Scratch::new();
    let file = scratch.join("full.db");
    stays_ready::<SqlxSqlite>(&format!("sqlite://{}?mode=rwc", file.display())).await;
}
