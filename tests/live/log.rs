//! The password, in nothing that is shown.

use secure_runtime::database::{DatabaseErrorKind, DeadpoolPool};
use tests::lines::capture;
use tests::live::postgres_url;

use crate::adapters::{Adapter, SqlxPostgres, settings};
use crate::service::Running;

/// Wrong, and in need of percent-encoding.
const WRONG: &str = "zQ7~v3Lp/9sKd@Xw2";
const ENCODED: &str = "zQ7~v3Lp%2F9sKd%40Xw2";

async fn shows_none<A: Adapter>(url: &str) {
    let (user, rest) = url.split_once('@').unwrap();
    let right = user.rsplit(':').next().unwrap();
    let wrong_url = format!(
        "{}:{ENCODED}@{rest}",
        user.strip_suffix(&format!(":{right}")).unwrap()
    );
    let (lines, _guard) = capture();
    let mut shown = Vec::new();

    let pool = A::connect(&settings(url)).await.unwrap();
    shown.push(format!("{pool:?} {:?}", settings(url)));
    let settings = settings(&wrong_url);
    shown.push(format!("{settings:?}"));
    let pool = A::connect_lazy(&settings).unwrap();
    // The pool keeps the address secret by itself.
    drop(settings);
    for error in [
        pool.acquire().await.err().unwrap(),
        pool.ping().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), DatabaseErrorKind::Rejected, "{error}");
        assert!(
            error.to_string().contains("password authentication failed"),
            "{error}"
        );
        shown.push(format!("{error} {error:?}"));
    }
    let service = Running::start(pool.clone()).await;
    shown.push(service.get("/health").await.body);
    shown.push(service.get("/").await.body);
    shown.push(format!("{pool:?}"));
    shown.push(format!("{:?}", lines.take()));

    for text in shown {
        for secret in [WRONG, ENCODED, right] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn with_sqlx() {
    if let Some(url) = postgres_url() {
        shows_none::<SqlxPostgres>(&url).await;
    }
}

#[tokio::test]
async fn with_deadpool() {
    if let Some(url) = postgres_url() {
        shows_none::<DeadpoolPool>(&url).await;
    }
}

/// Errors about the address itself, which drivers quote.
#[tokio::test]
async fn of_an_address_that_makes_no_sense() {
    let (lines, _guard) = capture();
    let mut shown = String::new();
    for url in [
        format!("postgres://app:{ENCODED}@db/app?sslmode={ENCODED}"),
        format!("postgres://app:{ENCODED}@db/app?pasword={ENCODED}"),
        format!("postgres://app:{ENCODED}@db/app?{ENCODED}=1"),
        format!("postgres://app:{ENCODED}%FF@db/app"),
    ] {
        let settings = settings(&url);
        let sqlx = SqlxPostgres::connect_lazy(&settings).unwrap_err();
        assert_eq!(sqlx.kind(), DatabaseErrorKind::Url, "{sqlx}");
        let deadpool = DeadpoolPool::connect_lazy(&settings, tokio_postgres::NoTls).map(drop);
        shown.push_str(&format!("{sqlx} {sqlx:?} {deadpool:?}\n"));
    }
    shown.push_str(&format!("{:?}", lines.take()));
    for secret in [WRONG, ENCODED] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
