//! A database that stops, freezes or falls into a black hole while the service runs, and comes back.

use std::net::SocketAddr;

use secure_runtime::database::DeadpoolPool;
use secure_runtime::health::Status;
use tests::live::postgres_url;
use tests::servers::Postgres;

use crate::adapters::{Adapter, SqlxPostgres, settings};
use crate::proxy::Proxy;
use crate::service::{Running, eventually};

/// How a database goes away and comes back.
trait Trouble {
    fn begin(&mut self);
    fn end(&mut self);
}

/// While the trouble lasts: not ready after one run of the check, alive, each request answered with one of these words; after it: all well,
/// without anyone's help.
async fn survives<A: Adapter>(pool: A, trouble: &mut dyn Trouble, words: &[&str]) {
    let service = Running::start(pool.clone()).await;
    assert!(service.is_ready().await);
    assert_eq!(service.get("/").await.body, "42");
    let connected = async || service.details().await["connections"].as_u64() >= Some(1);
    eventually(connected).await;
    assert!(service.details().await["response_time_ms"].is_u64());
    // In use when it happens, as requests have them.
    let held = [pool.acquire().await.unwrap(), pool.acquire().await.unwrap()];

    trouble.begin();
    assert_eq!(service.status_after_the_next_run().await, Status::Unhealthy);
    assert!(!service.is_ready().await);
    assert_eq!(service.get("/health/live").await.status, 200);
    // More than the pool has connections. `get` fails if an answer takes much longer than the pool's timeouts.
    let answers = (0..8).map(|_| service.get("/"));
    for answer in futures(answers).await {
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(
            words.contains(&answer.body.as_str()),
            "{} is not one of {words:?}",
            answer.body
        );
    }

    drop(held);
    trouble.end();
    eventually(async || service.is_ready().await).await;
    eventually(async || service.get("/").await.body == "42").await;
    // No place in the pool is lost.
    eventually(async || {
        let all = futures((0..3).map(|_| pool.acquire())).await;
        all.iter().all(Result::is_ok)
    })
    .await;
}

/// Runs all of them side by side.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for (future, output) in &mut all {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    all.into_iter().filter_map(|(_, output)| output).collect()
}

struct Stopped(Postgres);

impl Trouble for Stopped {
    fn begin(&mut self) {
        self.0.stop();
    }

    fn end(&mut self) {
        self.0.start_again();
    }
}

struct Frozen(Postgres);

impl Trouble for Frozen {
    fn begin(&mut self) {
        self.0.freeze();
    }

    fn end(&mut self) {
        self.0.thaw();
    }
}

struct BlackHole(Proxy);

impl Trouble for BlackHole {
    fn begin(&mut self) {
        self.0.close();
    }

    fn end(&mut self) {
        self.0.open();
    }
}

async fn stopped<A: Adapter>(_: &str) {
    let postgres = Postgres::start();
    let pool = connected::<A>(&postgres.url()).await;
    survives(pool, &mut Stopped(postgres), &["refused"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_database() {
    let Some(url) = postgres_url() else {
        return;
    };
    tokio::join!(stopped::<SqlxPostgres>(&url), stopped::<DeadpoolPool>(&url));
}

async fn frozen<A: Adapter>(_: &str) {
    let postgres = Postgres::start();
    let pool = connected::<A>(&postgres.url()).await;
    survives(pool, &mut Frozen(postgres), &["silent"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_database() {
    let Some(url) = postgres_url() else {
        return;
    };
    tokio::join!(frozen::<SqlxPostgres>(&url), frozen::<DeadpoolPool>(&url));
}

async fn black_hole<A: Adapter>(url: &str) {
    let (user, rest) = url.split_once('@').unwrap();
    let (target, name) = rest.split_once('/').unwrap();
    let target: SocketAddr = target.parse().unwrap();
    let proxy = Proxy::to(target).await;
    let pool = connected::<A>(&format!("{user}@{}/{name}", proxy.addr)).await;
    survives(pool, &mut BlackHole(proxy), &["silent"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_black_hole() {
    let Some(url) = postgres_url() else {
        return;
    };
    tokio::join!(black_hole::<SqlxPostgres>(&url), black_hole::<DeadpoolPool>(&url));
}

/// Postgres takes connections before it takes logins.
async fn connected<A: Adapter>(url: &str) -> A {
    let settings = settings(url);
    eventually(async || A::connect(&settings).await.is_ok()).await;
    A::connect(&settings).await.unwrap()
}

/// What is there goes on when only what takes new connections is frozen; who needs a new one learns that it is silent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_listener_is_silent_for_new_connections_only() {
    let Some(_) = postgres_url() else {
        return;
    };
    let postgres = Postgres::start();
    let pool: DeadpoolPool = connected(&postgres.url()).await;
    eventually(async || secure_runtime::database::Pool::state(&pool).idle == 1).await;
    let service = Running::start(pool.clone()).await;
    postgres.freeze_listener();
    assert_eq!(service.status_after_the_next_run().await, Status::Healthy);
    let first = pool.acquire().await.unwrap();
    assert_eq!(pool.acquire().await.unwrap_err().kind().as_str(), "silent");
    assert!(DeadpoolPool::query(first).await);
    postgres.thaw();
}
