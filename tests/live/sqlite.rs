//! SQLite, which needs no server.

use secure_runtime::database::{DatabaseErrorKind, Pool};
use secure_runtime::health::Status;
use tests::Scratch;

use crate::adapters::{SqlxSqlite, settings};
use crate::service::{Running, eventually};

async fn keeps_what_is_written(url: &str) {
    let pool = SqlxSqlite::connect(&settings(url)).await.unwrap();
    let mut writer = pool.acquire().await.unwrap();
    sqlx::raw_sql("CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('kept')")
        .execute(&mut *writer)
        .await
        .unwrap();
    let mut reader = pool.acquire().await.unwrap();
    let text: String = sqlx::query_scalar("SELECT text FROM note")
        .fetch_one(&mut *reader)
        .await
        .unwrap();
    assert_eq!(text, "kept");
    drop((writer, reader));

    let service = Running::start(pool).await;
    assert!(service.is_ready().await);
    assert_eq!(service.get("/").await.body, "42");
    assert_eq!(service.details().await["max"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_file() {
    let scratch = Scratch::new();
    keeps_what_is_written(&format!(
        "sqlite://{}?mode=rwc",
        scratch.join("notes.db").display()
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_memory_all_connections_see_the_same() {
    keeps_what_is_written("sqlite::memory:").await;
}

#[tokio::test]
async fn a_file_that_is_not_there() {
    let scratch = Scratch::new();
    let settings = settings(&format!("sqlite://{}", scratch.join("none.db").display()));
    let error = SqlxSqlite::connect(&settings).await.unwrap_err();
    assert_eq!(error.kind(), DatabaseErrorKind::Unreachable, "{error:?}");
    let pool = SqlxSqlite::connect_lazy(&settings).unwrap();
    assert_eq!(
        pool.acquire().await.unwrap_err().kind(),
        DatabaseErrorKind::Unreachable
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_database() {
    let scratch = Scratch::new();
    let file = scratch.file(
        "text.db",
        "this is no database, whatever its name says ".repeat(100),
    );
    let pool = SqlxSqlite::connect_lazy(&settings(&format!("sqlite://{}", file.display()))).unwrap();
    let service = Running::start(pool.clone()).await;
    assert_eq!(service.status_after_the_next_run().await, Status::Unhealthy);
    // Until it is one: the probe opens it anew by itself.
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, "").unwrap();
    eventually(async || service.is_ready().await).await;
}

/// One who writes for long keeps others waiting; the database is well all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_somebody_writes_to() {
    let scratch = Scratch::new();
    let pool = SqlxSqlite::connect(&settings(&format!(
        "sqlite://{}?mode=rwc",
        scratch.join("busy.db").display()
    )))
    .await
    .unwrap();
    let mut writer = pool.acquire().await.unwrap();
    sqlx::raw_sql("CREATE TABLE note (text TEXT); BEGIN IMMEDIATE; INSERT INTO note VALUES ('long')")
        .execute(&mut *writer)
        .await
        .unwrap();
    pool.ping().await.unwrap();
    sqlx::raw_sql("COMMIT").execute(&mut *writer).await.unwrap();
}
