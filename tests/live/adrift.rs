//! Addresses at which no database answers: refused, silent, unknown.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use secure_runtime::database::{DatabaseErrorKind, DeadpoolPool};
use secure_runtime::health::Status;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::adapters::{Adapter, SqlxPostgres, settings};
use crate::service::Running;

/// Whose time for acquiring is far longer than that for connecting, so that it shows which one ended the waiting.
fn patient(addr: SocketAddr) -> secure_runtime::database::DatabaseSettings {
    let mut settings = settings(&format!("postgres://app@{addr}/app"));
    settings.connect_timeout = Duration::from_secs(2);
    settings.acquire_timeout = Duration::from_secs(300);
    settings
}

/// Every way to a connection says so, with each adapter, long before the time for acquiring is over.
async fn is_told(addr: SocketAddr, kind: DatabaseErrorKind) {
    tokio::join!(
        is_told_by::<SqlxPostgres>(addr, kind),
        is_told_by::<DeadpoolPool>(addr, kind)
    );
}

async fn is_told_by<A: Adapter>(addr: SocketAddr, kind: DatabaseErrorKind) {
    let settings = patient(addr);
    let begun = Instant::now();
    let pool = A::connect_lazy(&settings).unwrap();
    let (connected, acquired, answer) = tokio::join!(A::connect(&settings), pool.acquire(), pool.ping());
    assert_eq!(connected.err().map(|error| error.kind()), Some(kind));
    let error = acquired.err().expect("there is no database");
    assert_eq!(error.kind(), kind, "{error}");
    assert!(!error.to_string().contains("pool timed out"), "{error}");
    assert_eq!(answer.unwrap_err().kind(), kind);
    assert!(begun.elapsed() < settings.acquire_timeout / 2);
    assert_eq!(pool.failures().find(|(_, count)| *count > 0), Some((kind, 1)));

    let service = Running::start(pool).await;
    let (status, answer) = tokio::join!(service.status_after_the_next_run(), service.get("/"));
    assert_eq!(status, Status::Unhealthy);
    assert_eq!(answer.body, kind.as_str());
    assert_eq!(service.get("/health/live").await.status, 200);
}

/// A port that is free, as far as one can know.
async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_port() {
    is_told(free().await, DatabaseErrorKind::Refused).await;
}

/// Why the adapter is needed.
#[tokio::test]
async fn sqlx_itself_waits_to_the_end_and_says_that_the_pool_timed_out() {
    let mut settings = patient(free().await);
    settings.acquire_timeout = Duration::from_millis(500);
    let pool = SqlxPostgres::connect_lazy(&settings).unwrap();
    let begun = Instant::now();
    let error = pool.as_sqlx().acquire().await.unwrap_err();
    assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error}");
    assert!(begun.elapsed() >= settings.acquire_timeout);
}

/// Takes connections, and never says a word.
async fn mute() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    addr
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mute_host() {
    is_told(mute().await, DatabaseErrorKind::Silent).await;
}

/// A listener whose backlog is full: whoever knocks gets no answer at all.
async fn overrun() -> (SocketAddr, impl Drop) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let addr = listener.local_addr().unwrap();
    let mut held = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(500), TcpStream::connect(addr)).await
    {
        held.push(stream);
    }
    struct Held(
        #[expect(dead_code, reason = "what it holds is open")] TcpListener,
        Vec<TcpStream>,
    );
    impl Drop for Held {
        fn drop(&mut self) {
            self.1.clear();
        }
    }
    (addr, Held(listener, held))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_backlog() {
    let (addr, _held) = overrun().await;
    is_told(addr, DatabaseErrorKind::Silent).await;
}

#[tokio::test]
async fn a_host_that_nobody_knows() {
    let settings = settings("postgres://app@nowhere.invalid/app");
    let told = [
        SqlxPostgres::connect(&settings).await.unwrap_err(),
        DeadpoolPool::connect(&settings).await.unwrap_err(),
    ];
    for error in told {
        // A resolver may be silent instead of saying that there is none.
        let kinds = [DatabaseErrorKind::Unreachable, DatabaseErrorKind::Silent];
        assert!(kinds.contains(&error.kind()), "{error:?}");
    }
}

#[tokio::test]
async fn addresses_of_other_databases() {
    for url in ["mysql://db/app", "sqlite::memory:", "postgresq://db/app"] {
        let settings = settings(url);
        assert_eq!(
            SqlxPostgres::connect_lazy(&settings).unwrap_err().kind(),
            DatabaseErrorKind::Url,
            "{url}"
        );
        let lazy = DeadpoolPool::connect_lazy(&settings, tokio_postgres::NoTls);
        assert_eq!(lazy.unwrap_err().kind(), DatabaseErrorKind::Url, "{url}");
    }
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let settings = settings("postgres://db/app");
    for error in [
        SqlxPostgres::connect_lazy(&settings).map(drop),
        DeadpoolPool::connect_lazy(&settings, tokio_postgres::NoTls).map(drop),
    ] {
        assert!(error.unwrap_err().to_string().contains("needs a Tokio runtime"));
    }
}
