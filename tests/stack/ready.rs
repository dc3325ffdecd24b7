//! Handlers that are not ready, and what stands between them and the stack.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Full, Limited};
use hyper::body::Incoming;
use secure_runtime::{
    body::ReplyBody,
    health::Health,
    stack::{ResponseBody, SecureService},
};
use tests::{
    lines::capture,
    loopback::{ask, serve},
};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_layer::Layer;
use tower_service::Service;

use crate::handler::{Handler, stack};

/// A handler that is ready when its door is open, and then for one call.
#[derive(Clone, Default)]
struct Guarded {
    door: Arc<Door>,
}

#[derive(Default)]
struct Door {
    open: AtomicBool,
    calls: AtomicU32,
    waiting: std::sync::Mutex<Vec<Waker>>,
}

impl Door {
    fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        self.waiting.lock().unwrap().drain(..).for_each(Waker::wake);
    }
}

impl Service<Request<Limited<Incoming>>> for Guarded {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if self.door.open.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        self.door.waiting.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    }

    fn call(&mut self, _: Request<Limited<Incoming>>) -> Self::Future {
        assert!(
            self.door.open.load(Ordering::SeqCst),
            "called before it was ready"
        );
        self.door.calls.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(Response::new(Full::from("let in"))))
    }
}

#[tokio::test]
async fn a_request_waits_for_its_handler_and_a_probe_does_not() {
    let handler = Guarded::default();
    let health = Health::builder().start().unwrap();
    let stack = stack().timeout(Duration::from_secs(20)).health(health.layer());
    let addr = serve(stack.layer(handler.clone()), true).await;

    let waiting = tokio::spawn(async move { ask(addr, "GET / HTTP/1.1", "").await });
    while handler.door.waiting.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(ask(addr, "GET /health/live HTTP/1.1", "").await.status, 200);
    assert!(!waiting.is_finished());

    handler.door.open();
    let answer = waiting.await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "let in"));
    assert!(answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn it_does_not_wait_longer_than_a_response_may_take() {
    let (lines, _guard) = capture();
    let handler = Guarded::default();
    let addr = serve(stack().layer(handler.clone()), true).await;
    let answer = ask(addr, "GET / HTTP/1.1", "").await;
    assert_eq!(answer.status, 503);
    assert!(answer.header("x-request-id").is_some());
    assert_eq!(lines.take_of("access")[0]["status"], "503");
    assert_eq!(handler.door.calls.load(Ordering::SeqCst), 0);
}

/// A layer of another crate, with what it adds and what it answers.
#[tokio::test]
async fn layers_of_others_stand_below() {
    let (lines, _guard) = capture();
    let cors = CorsLayer::new().allow_origin(AllowOrigin::exact("https://app.example".parse().unwrap()));
    let addr = serve(stack().layer(cors.layer(Handler)), true).await;
    for head in [
        "GET / HTTP/1.1",
        "OPTIONS / HTTP/1.1\naccess-control-request-method: GET",
    ] {
        let answer = ask(addr, &format!("{head}\norigin: https://app.example"), "").await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("https://app.example")
        );
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert!(answer.header("x-request-id").is_some());
        assert_eq!(lines.take_of("access").len(), 1);
    }
}

/// The types of a stack can be written down.
#[test]
fn types_have_names() {
    struct App {
        service: SecureService<Guarded>,
    }
    let app = App {
        service: stack().layer(Guarded::default()),
    };
    assert_eq!(app.service.get_ref().door.calls.load(Ordering::SeqCst), 0);
    drop(app.service.into_inner());
    drop::<(Option<ResponseBody<Full<Bytes>>>, Option<ReplyBody<()>>)>((None, None));
}
