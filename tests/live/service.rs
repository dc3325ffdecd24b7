//! A service with a database, as the tests ask it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use secure_config::Profile;
use secure_runtime::health::{BoxError, Check, Health, HealthSettings, Outcome, Status};
use tests::loopback::{Answer, ask, serve};
use tower_layer::Layer;
use tower_service::Service;

use crate::adapters::Adapter;

/// A service on loopback whose one route asks the database, and whose one check is the pool's.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    runs: Runs,
}

impl Running {
    pub(crate) async fn start<A: Adapter>(pool: A) -> Self {
        let mut settings = HealthSettings::default();
        // Less than the timeout, as an operator has it who thinks of one of the two: a run is cut off before the next is due.
        settings.period = Duration::from_secs(2);
        // The subject of these tests is what one run of the probe finds.
        settings.failure_threshold = 1;
        let runs = Runs::default();
        let watched = Watched {
            check: pool.clone(),
            runs: runs.clone(),
        };
        let health = Health::builder()
            .settings(settings)
            .profile(Profile::Development)
            .system(false)
            .critical("database", watched)
            .start()
            .unwrap();
        runs.0.health.set(health.clone()).unwrap();
        health.lifecycle().serve();
        health.settled().await;
        let addr = serve(health.layer().layer(Query(pool)), false).await;
        Self { addr, runs }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        ask(self.addr, &format!("GET {path} HTTP/1.1"), "").await
    }

    pub(crate) async fn is_ready(&self) -> bool {
        let answer = self.get("/health/ready").await;
        match answer.status {
            200 => true,
            503 => false,
            _ => panic!("{answer:?}"),
        }
    }

    /// The details of the check.
    pub(crate) async fn details(&self) -> serde_json::Value {
        let details: serde_json::Value = serde_json::from_str(&self.get("/health").await.body).unwrap();
        details["checks"]["database"].clone()
    }

    /// The readiness when the first run of the check that begins from now on is followed by the next: one period later.
    pub(crate) async fn status_after_the_next_run(&self) -> Status {
        let next = self.runs.begun();
        eventually(async || self.runs.begun() > next + 1).await;
        self.runs.0.statuses.lock().unwrap()[next + 1]
    }
}

/// Waits until `true`; far longer than anything takes, so that only a hang fails.
pub(crate) async fn eventually(condition: impl AsyncFn() -> bool) {
    let waiting = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .expect("it hangs");
}

/// How the service was each time that a run of the check began.
#[derive(Clone, Default)]
struct Runs(Arc<Inner>);

#[derive(Default)]
struct Inner {
    health: OnceLock<Health>,
    statuses: Mutex<Vec<Status>>,
}

impl Runs {
    fn begun(&self) -> usize {
        self.0.statuses.lock().unwrap().len()
    }
}

/// A check whose runs are noted.
struct Watched<A> {
    check: A,
    runs: Runs,
}

impl<A: Adapter> Check for Watched<A> {
    async fn run(&self) -> Result<Outcome, BoxError> {
        let status = self.runs.0.health.get().map_or(Status::Starting, Health::status);
        self.runs.0.statuses.lock().unwrap().push(status);
        self.check.run().await
    }
}

/// Asks the database, and tells what came of it.
#[derive(Clone)]
struct Query<A>(A);

impl<A: Adapter, B> Service<Request<B>> for Query<A> {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        let pool = self.0.clone();
        Box::pin(async move {
            let (status, word) = match pool.acquire().await {
                Ok(connection) => match A::query(connection).await {
                    true => (StatusCode::OK, "42"),
                    false => (StatusCode::BAD_GATEWAY, "lost"),
                },
                Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.kind().as_str()),
            };
            let mut response = Response::new(Full::from(word));
            *response.status_mut() = status;
            Ok(response)
        })
    }
}
