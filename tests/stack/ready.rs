//! Handlers that are not ready, that cannot be, and what stands between them and the stack.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use secure_runtime::{
    body_limit::LimitedBody,
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

use crate::{
    handler::{Handler, layers, stack},
    lines::{eventually, leave},
};

/// A handler that is ready while its door is open, and must be asked before each call.
#[derive(Default)]
struct Guarded {
    door: Arc<Door>,
    asked: bool,
}

#[derive(Default)]
struct Door {
    open: AtomicBool,
    calls: AtomicU32,
    waiting: Mutex<Vec<Waker>>,
}

impl Door {
    fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        self.waiting.lock().unwrap().drain(..).for_each(Waker::wake);
    }

    /// Until some request really waits: the first look is only a question.
    async fn is_waited_at(&self) {
        while self.waiting.lock().unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Clone for Guarded {
    /// Readiness is not cloned.
    fn clone(&self) -> Self {
        Self {
            door: Arc::clone(&self.door),
            asked: false,
        }
    }
}

impl<B> Service<Request<LimitedBody<B>>> for Guarded {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.asked = self.door.open.load(Ordering::SeqCst);
        if self.asked {
            return Poll::Ready(Ok(()));
        }
        self.door.waiting.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    }

    fn call(&mut self, _: Request<LimitedBody<B>>) -> Self::Future {
        assert!(self.asked, "called without being asked whether it is ready");
        self.asked = false;
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
    handler.door.is_waited_at().await;
    assert_eq!(ask(addr, "GET /health/live HTTP/1.1", "").await.status, 200);
    assert!(!waiting.is_finished());

    handler.door.open();
    let answer = waiting.await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "let in"));
    assert!(answer.header("x-request-id").is_some());
    assert_eq!(ask(addr, "GET / HTTP/1.1", "").await.status, 200);
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

#[tokio::test]
async fn a_client_that_leaves_while_it_waits_is_told_of() {
    let (lines, _guard) = capture();
    let stack = stack().timeout(Duration::from_secs(60));
    let addr = serve(stack.layer(Guarded::default()), true).await;
    leave(addr, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let line = eventually(&lines).await;
    assert_eq!(line["aborted"], "true");
    assert_eq!(line.get("status"), None);
    assert_eq!(line["request_id"].len(), 32);
}

fn request() -> Request<Full<Bytes>> {
    Request::new(Full::default())
}

#[tokio::test]
async fn what_a_handler_fails_with_is_handed_on_and_that_handle_is_not_asked_again() {
    /// Fails when it is asked; asked again, it would never be ready.
    struct Broken {
        asked: bool,
        clones: Arc<AtomicU32>,
    }

    impl Clone for Broken {
        fn clone(&self) -> Self {
            self.clones.fetch_add(1, Ordering::SeqCst);
            Self {
                asked: false,
                clones: Arc::clone(&self.clones),
            }
        }
    }

    impl<B> Service<Request<B>> for Broken {
        type Response = Response<Full<Bytes>>;
        type Error = &'static str;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            assert!(!self.asked, "asked again");
            self.asked = true;
            Poll::Ready(Err("broken"))
        }

        fn call(&mut self, _: Request<B>) -> Self::Future {
            unreachable!("it is never ready")
        }
    }

    let (lines, _guard) = capture();
    let broken = Broken {
        asked: false,
        clones: Arc::default(),
    };
    let mut service = stack().layer(broken.clone());
    for _ in 0..2 {
        assert_eq!(service.call(request()).await.err(), Some("broken"));
        let line = &lines.take_of("access")[0];
        assert_eq!((line["aborted"].as_str(), line.get("status")), ("true", None));
    }
    let health = Health::builder().start().unwrap();
    let mut service = health.layer().layer(broken.clone());
    for _ in 0..2 {
        assert_eq!(service.call(request()).await.err(), Some("broken"));
    }
}

#[tokio::test]
async fn a_handler_that_panics_when_it_is_asked_or_goes_is_an_answer_or_a_line() {
    /// Panics when it is asked.
    #[derive(Clone)]
    struct Asked;

    impl<B> Service<Request<B>> for Asked {
        type Response = Response<Full<Bytes>>;
        type Error = Infallible;
        type Future = Goes;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            panic!("when it is asked")
        }

        fn call(&mut self, _: Request<B>) -> Self::Future {
            Goes
        }
    }

    /// Is never done, and panics when it is dropped.
    #[derive(Clone)]
    struct Going;

    struct Goes;

    impl Future for Goes {
        type Output = Result<Response<Full<Bytes>>, Infallible>;

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
            Poll::Pending
        }
    }

    impl Drop for Goes {
        fn drop(&mut self) {
            panic!("when it goes")
        }
    }

    impl<B> Service<Request<B>> for Going {
        type Response = Response<Full<Bytes>>;
        type Error = Infallible;
        type Future = Goes;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<B>) -> Self::Future {
            Goes
        }
    }

    let (lines, _guard) = capture();
    let answer = stack().layer(Asked).call(request()).await.unwrap();
    assert_eq!(answer.status(), 500);
    drop(answer);
    assert_eq!(lines.take_of("access")[0]["status"], "500");

    // Its time is over: the answer does not suffer.
    let answer = stack().layer(Going).call(request()).await.unwrap();
    assert_eq!(answer.status(), 503);
    drop(answer);
    assert_eq!(lines.take_of("access")[0]["status"], "503");

    // Its client leaves: the line has its id all the same.
    let mut left = Box::pin(stack().layer(Going).call(request()));
    assert!(
        left.as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(left)));
    assert!(dropped.is_err());
    let line = &lines.take_of("access")[0];
    assert_eq!(line["aborted"], "true");
    assert_eq!(line["request_id"].len(), 32);
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

/// A response that takes its time is not woken for its request's: a stream would hold a timer for nothing.
#[tokio::test]
async fn a_response_has_no_timer_of_its_request() {
    #[derive(Default)]
    struct Wakes(AtomicU32);

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    async fn wakes<F: Future<Output = Result<Response<R>, Infallible>>, R>(future: F) -> u32 {
        let mut future = Box::pin(future);
        let wakes = Arc::new(Wakes::default());
        let waker = Waker::from(Arc::clone(&wakes));
        let mut cx = Context::from_waker(&waker);
        assert!(future.as_mut().poll(&mut cx).is_pending());
        let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut cx) else {
            panic!("no answer")
        };
        drop(future);
        let before = wakes.0.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(response);
        wakes.0.load(Ordering::SeqCst) - before
    }

    /// Waits once, then answers.
    #[derive(Clone)]
    struct Later;

    impl<B> Service<Request<B>> for Later {
        type Response = Response<Full<Bytes>>;
        type Error = Infallible;
        type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>>>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<B>) -> Self::Future {
            let mut asked = false;
            Box::pin(std::future::poll_fn(move |_| {
                if std::mem::replace(&mut asked, true) {
                    Poll::Ready(Ok(Response::new(Full::from("later"))))
                } else {
                    Poll::Pending
                }
            }))
        }
    }

    assert_eq!(wakes(stack().layer(Later).call(request())).await, 0);
    assert_eq!(wakes(layers(Later).call(request())).await, 0);
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
    drop::<Option<ResponseBody<Full<Bytes>>>>(None);
}
