//! The layer: probes are answered while the wrapped service is not.

use std::convert::Infallible;
use std::future::{Future, Ready, poll_fn, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use secure_runtime::health::Health;
use tower_layer::Layer;
use tower_service::Service;

use crate::support::request;

/// A service that is ready when it is told so, and must be asked before each call.
#[derive(Default)]
struct Gate {
    open: Arc<AtomicBool>,
    asked: bool,
}

impl Clone for Gate {
    /// Readiness is not cloned.
    fn clone(&self) -> Self {
        Self {
            open: Arc::clone(&self.open),
            asked: false,
        }
    }
}

impl Service<Request<()>> for Gate {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.asked = self.open.load(Ordering::SeqCst);
        if self.asked {
            return Poll::Ready(Ok(()));
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        assert!(self.asked, "called without being asked whether it is ready");
        self.asked = false;
        ready(Ok(Response::new(Full::from(request.uri().path().to_owned()))))
    }
}

#[tokio::test]
async fn a_probe_is_answered_while_the_service_is_not_ready() {
    let health = Health::builder().system(false).start().unwrap();
    health.lifecycle().serve();
    let gate = Gate::default();
    let mut service = health.layer().layer(gate.clone());

    poll_fn(|context| service.poll_ready(context)).await.unwrap();
    let answer = service.call(request(Method::GET, "/health/ready")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(
        answer
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .starts_with(b"{\"status\":\"healthy\"")
    );

    let mut waiting = std::pin::pin!(service.call(request(Method::GET, "/orders")));
    poll_fn(|context| {
        assert!(waiting.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    gate.open.store(true, Ordering::SeqCst);
    let response = waiting.await.unwrap();
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "/orders"
    );
}

/// A hyper service that answers with the path.
struct Echo;

impl hyper::service::Service<Request<()>> for Echo {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<()>) -> Self::Future {
        ready(Ok(Response::new(Full::from(request.uri().path().to_owned()))))
    }
}

#[tokio::test]
async fn the_hyper_service_answers_and_hands_on() {
    let health = Health::builder().system(false).start().unwrap();
    let service = health.layer().layer(Echo);
    let call = |path| hyper::service::Service::call(&service, request(Method::GET, path));
    assert_eq!(
        call("/health").await.unwrap().status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    let response = call("/healthy").await.unwrap();
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "/healthy"
    );
}
