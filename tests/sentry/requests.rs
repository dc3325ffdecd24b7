//! What events and traces say of their request.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use secure_runtime::{
    headers::SecurityHeaders,
    request_id::{RequestId, RequestIdLayer},
    route::Route,
    sentry::SentryLayer,
    stack::SecureStack,
};
use serde_json::Value;
use tower_layer::Layer;
use tower_service::Service;

use crate::ingest::Manner;
use crate::running::{Running, start, start_with};

/// Does something, in a future, and says yes.
#[derive(Clone)]
pub(crate) struct Handler<F>(pub(crate) F);

impl<F, B> Service<Request<B>> for Handler<F>
where
    F: Fn() + Clone + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if request.uri().path().starts_with("/users/") {
            Route::mark(request.extensions(), "/users/{id}");
        }
        let act = self.0.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            act();
            Ok(Response::new(Full::from("yes")))
        })
    }
}

/// Sends a request through the whole stack; the status and the id of its response.
pub(crate) async fn ask(
    layer: SentryLayer,
    request: http::request::Builder,
    act: impl Fn() + Clone + Send + 'static,
) -> (StatusCode, String) {
    let stack = SecureStack::new(SecurityHeaders::api().build().unwrap()).sentry(layer);
    let mut service = stack.layer(Handler(act));
    let request = request.body(Full::<Bytes>::default()).unwrap();
    let response = service.call(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let id = parts.headers["x-request-id"].to_str().unwrap().to_owned();
    body.collect().await.unwrap();
    (parts.status, id)
}

fn get(path: &str) -> http::request::Builder {
    Request::builder()
        .uri(path)
        .header("user-agent", "agent-of-the-client")
}

/// The only item of a type.
fn one(running: &Running, kind: &str) -> Value {
    running.flush();
    let mut items = running.ingest.items(kind);
    assert_eq!(items.len(), 1, "{items:?}");
    items.remove(0)
}

#[tokio::test]
async fn an_error_says_which_request_by_id_and_route() {
    let running = start();
    let (status, id) = ask(running.sentry.layer(), get("/users/17?q=1"), || {
        let span = tracing::info_span!("query", table = "users");
        let _in = span.enter();
        tracing::info!(step = 1, "looking");
        let error = "x".parse::<u8>().unwrap_err();
        tracing::error!(error = &error as &dyn std::error::Error, attempt = 3, "not found");
    })
    .await;
    assert_eq!(status, 200);
    let event = one(&running, "event");
    assert_eq!(event["tags"]["request_id"], id.as_str());
    assert_eq!(event["transaction"], "GET /users/{id}");
    assert_eq!(event["request"], serde_json::json!({"method": "GET"}));
    assert_eq!(event["message"], "not found");
    assert_eq!(event["exception"]["values"][0]["type"], "ParseIntError");
    assert_eq!(
        event["exception"]["values"][0]["value"],
        "invalid digit found in string"
    );
    assert_eq!(event["extra"]["attempt"], 3);
    assert_eq!(event["extra"]["table"], "users");
    assert_eq!(event["breadcrumbs"]["values"][0]["message"], "looking");
    assert_eq!(event["breadcrumbs"]["values"][0]["data"]["step"], 1);
    let whole = format!("{:?}", running.ingest.received());
    for of_the_client in ["agent-of-the-client", "/users/17"] {
        assert!(!whole.contains(of_the_client), "{whole}");
    }
}

#[tokio::test]
async fn by_itself_it_tells_the_same() {
    let running = start();
    let act = || tracing::error!("not found");
    let mut service = RequestIdLayer::new().layer(running.sentry.layer().layer(Handler(act)));
    let request = get("/users/17").body(Full::<Bytes>::default()).unwrap();
    let response = service.call(request).await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    response.into_body().collect().await.unwrap();
    for kind in ["event", "transaction"] {
        let item = one(&running, kind);
        assert_eq!(item["transaction"], "GET /users/{id}");
        assert_eq!(item["request"], serde_json::json!({"method": "GET"}));
    }
    assert_eq!(one(&running, "event")["tags"]["request_id"], id.as_str());
    assert_eq!(one(&running, "transaction")["contexts"]["trace"]["status"], "ok");
}

#[tokio::test]
async fn a_trace_has_the_route_the_status_and_its_spans() {
    let running = start();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let (_, id) = ask(
        running.sentry.layer(),
        get("/users/17").header("traceparent", parent),
        || {
            let outer = tracing::info_span!("outer", rows = 2);
            outer.in_scope(|| tracing::info_span!("inner").in_scope(|| {}));
        },
    )
    .await;
    let trace = one(&running, "transaction");
    assert_eq!(trace["transaction"], "GET /users/{id}");
    assert_eq!(trace["contexts"]["trace"]["op"], "http.server");
    assert_eq!(trace["contexts"]["trace"]["status"], "ok");
    assert_eq!(
        trace["contexts"]["trace"]["trace_id"],
        "4bf92f3577b34da6a3ce929d0e0e4736"
    );
    assert_eq!(trace["tags"]["request_id"], id.as_str());
    let spans = trace["spans"].as_array().unwrap();
    let span = |name: &str| spans.iter().find(|span| span["description"] == name).unwrap();
    assert_eq!(span("outer")["data"]["rows"], 2);
    assert_eq!(span("inner")["parent_span_id"], span("outer")["span_id"]);
    assert_eq!(
        span("outer")["parent_span_id"],
        trace["contexts"]["trace"]["span_id"]
    );
}

#[tokio::test]
async fn whether_a_trace_is_sent_is_not_for_the_caller_to_say() {
    let running = start_with(Manner::Take, |settings| settings.traces_sample_rate = 0.0);
    let sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = get("/users/17").header("traceparent", sampled).header(
        "sentry-trace",
        "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
    );
    ask(running.sentry.layer(), request, || {}).await;
    running.flush();
    assert_eq!(running.ingest.items("transaction").len(), 0);
}

#[tokio::test]
async fn a_path_without_a_route_and_an_odd_method_are_not_told() {
    let running = start();
    ask(
        running.sentry.layer(),
        get("/wp-admin.php").method("SHOUT"),
        || {},
    )
    .await;
    assert_eq!(one(&running, "transaction")["transaction"], "OTHER unmatched");
}

#[tokio::test]
async fn requests_do_not_see_each_others_steps() {
    let running = start();
    for name in ["first", "second"] {
        ask(running.sentry.layer(), get("/"), move || {
            tracing::warn!("a step of the {name}")
        })
        .await;
    }
    ask(running.sentry.layer(), get("/"), || tracing::error!("broken")).await;
    let event = one(&running, "event");
    assert!(!event.to_string().contains("a step of"), "{event}");
}

#[tokio::test]
async fn lines_of_access_and_security_events_are_no_errors() {
    let running = start();
    ask(running.sentry.layer(), get("/"), || {
        use secure_runtime::events::{Context, authz_fail};
        authz_fail(&Context::new().user("42"), "/admin");
        tracing::error!(target: "access", "a line");
        tracing::error!("broken");
    })
    .await;
    let event = one(&running, "event");
    assert_eq!(event["message"], "broken");
    assert_eq!(event["breadcrumbs"]["values"].as_array().unwrap().len(), 1);
    assert_eq!(event["breadcrumbs"]["values"][0]["data"]["event"], "authz_fail");
}

#[tokio::test]
async fn what_sentry_says_of_its_limits_is_kept() {
    let running = start_with(Manner::LimitErrors, |_| {});
    for _ in 0..5 {
        tracing::error!("broken");
        running.flush();
    }
    assert_eq!(running.ingest.items("event").len(), 1);
    assert_eq!(running.sentry.counters().dropped, 5);
    // Traces are under another limit.
    ask(running.sentry.layer(), get("/"), || {}).await;
    running.flush();
    assert_eq!(running.ingest.items("transaction").len(), 1);
}

#[tokio::test]
async fn values_that_panic_or_log_harm_nothing() {
    struct Odd;
    impl std::fmt::Display for Odd {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            tracing::error!("inside");
            panic!("while formatting")
        }
    }
    let running = start();
    ask(
        running.sentry.layer(),
        get("/"),
        || tracing::error!(value = %Odd, "outside"),
    )
    .await;
    let event = one(&running, "event");
    assert_eq!(event["message"], "outside");
    assert!(RequestId::current().is_none());
}

#[tokio::test]
async fn what_breaks_while_the_body_is_sent_says_which_request_too() {
    struct Breaking;

    impl http_body::Body for Breaking {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
            tracing::error!("broken in the body");
            Poll::Ready(Some(Err(std::io::Error::other("gone"))))
        }
    }

    impl Drop for Breaking {
        fn drop(&mut self) {
            tracing::error!("broken in the end");
        }
    }

    #[derive(Clone)]
    struct Stream;

    impl<B> Service<Request<B>> for Stream {
        type Response = Response<Breaking>;
        type Error = Infallible;
        type Future = std::future::Ready<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request<B>) -> Self::Future {
            Route::mark(request.extensions(), "/stream");
            std::future::ready(Ok(Response::new(Breaking)))
        }
    }

    let running = start();
    let stack = SecureStack::new(SecurityHeaders::api().build().unwrap()).sentry(running.sentry.layer());
    let request = Request::new(Full::<Bytes>::default());
    let response = stack.layer(Stream).call(request).await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(response.into_body().collect().await.is_err());
    running.flush();
    let events = running.ingest.items("event");
    assert_eq!(events.len(), 2);
    for event in events {
        assert_eq!(event["tags"]["request_id"], id.as_str());
        assert_eq!(event["transaction"], "GET /stream");
    }
}
