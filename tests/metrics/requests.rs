//! Each request is counted once, whatever becomes of it.

use std::{
    convert::Infallible,
    future::{Future, pending, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{Full, StreamBody};
use tower_layer::Layer;
use tower_service::Service;

use crate::support::{call, counted, family, metrics, request};

type Asked = Request<Full<Bytes>>;

/// A service that answers with what a function makes.
#[derive(Clone)]
struct With<F>(F);

impl<F, O, B> Service<Asked> for With<F>
where
    F: FnMut() -> O,
    O: Future<Output = Result<Response<B>, Infallible>>,
{
    type Response = Response<B>;
    type Error = Infallible;
    type Future = O;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Asked) -> O {
        (self.0)()
    }
}

fn in_flight(metrics: &secure_runtime::metrics::Metrics) -> f64 {
    family(metrics, "requests_in_flight")
        .value("requests_in_flight", &[])
        .unwrap()
}

#[tokio::test]
async fn a_request_is_in_flight_until_its_body_has_ended() {
    let metrics = metrics();
    let chunks = || {
        let frames = [&b"a"[..], b"b"].map(|part| Ok::<_, Infallible>(Frame::data(Bytes::from_static(part))));
        StreamBody::new(Chunks(frames.into_iter()))
    };
    let mut service = metrics
        .layer()
        .layer(With(move || std::future::ready(Ok(Response::new(chunks())))));
    let Ok(response) = service.call(request("GET", "/")).await;
    assert_eq!(
        (in_flight(&metrics), counted(&metrics, "GET", "unmatched", "200")),
        (1.0, 0.0)
    );
    let mut body = Box::pin(response.into_body());
    for _ in 0..2 {
        assert!(poll_fn(|cx| body.as_mut().poll_frame(cx)).await.is_some());
        assert_eq!(in_flight(&metrics), 1.0);
    }
    assert!(poll_fn(|cx| body.as_mut().poll_frame(cx)).await.is_none());
    assert_eq!(
        (in_flight(&metrics), counted(&metrics, "GET", "unmatched", "200")),
        (0.0, 1.0)
    );
    drop(body);
    assert_eq!(counted(&metrics, "GET", "unmatched", "200"), 1.0);
}

/// A stream of what an iterator gives.
struct Chunks<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Chunks<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

#[tokio::test]
async fn the_time_is_that_of_the_whole_response() {
    let metrics = metrics();
    let slow = || async {
        std::thread::sleep(Duration::from_millis(20));
        Ok(Response::new(Full::<Bytes>::from("late")))
    };
    call(&mut metrics.layer().layer(With(slow)), request("GET", "/")).await;
    let times = family(&metrics, "request_duration_seconds");
    let labels = [("method", "GET"), ("endpoint", "unmatched")];
    let sum = times.value("request_duration_seconds_sum", &labels).unwrap();
    assert!((0.02..30.0).contains(&sum), "{sum}");
    let first = [labels[0], labels[1], ("le", "0.01")];
    assert_eq!(times.value("request_duration_seconds_bucket", &first), Some(0.0));
}

#[test]
fn what_a_client_leaves_is_aborted() {
    let metrics = metrics();
    let never = || pending::<Result<Response<Full<Bytes>>, Infallible>>();
    let mut service = metrics.layer().layer(With(never));
    {
        let mut future = pin!(service.call(request("GET", "/")));
        assert!(
            future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
        assert_eq!(in_flight(&metrics), 1.0);
    }
    assert_eq!(
        (
            in_flight(&metrics),
            counted(&metrics, "GET", "unmatched", "aborted")
        ),
        (0.0, 1.0)
    );
}

#[tokio::test]
async fn threads_count_without_loss() {
    let metrics = metrics();
    let threads = (0..4).map(|_| {
        let service = metrics.layer().layer(With(|| {
            std::future::ready(Ok(Response::new(Full::<Bytes>::default())))
        }));
        tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let mut service = service.clone();
            for _ in 0..25_000 {
                runtime.block_on(call(&mut service, request("GET", "/")));
            }
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.await.unwrap();
    }
    assert_eq!(counted(&metrics, "GET", "unmatched", "200"), 100_000.0);
    let times = family(&metrics, "request_duration_seconds");
    let labels = [("method", "GET"), ("endpoint", "unmatched")];
    assert_eq!(
        times.value("request_duration_seconds_count", &labels),
        Some(100_000.0)
    );
    assert_eq!(in_flight(&metrics), 0.0);
}

#[tokio::test]
async fn statuses_that_nobody_has_registered_are_their_class() {
    let metrics = metrics();
    for status in [200, 299, 498, 502, 599, 799, 999] {
        let answer = move || {
            let status = StatusCode::from_u16(status).unwrap();
            std::future::ready(Ok(Response::builder()
                .status(status)
                .body(Full::<Bytes>::default())
                .unwrap()))
        };
        call(&mut metrics.layer().layer(With(answer)), request("GET", "/")).await;
    }
    for (status, count) in [
        ("200", 1.0),
        ("2xx", 1.0),
        ("4xx", 1.0),
        ("502", 1.0),
        ("5xx", 1.0),
        ("other", 2.0),
    ] {
        assert_eq!(counted(&metrics, "GET", "unmatched", status), count, "{status}");
    }
    assert_eq!(family(&metrics, "requests").series().len(), 6);
}

#[tokio::test]
async fn switched_off_nothing_is_counted_of_requests() {
    let metrics = secure_runtime::metrics::Metrics::new(&Default::default()).unwrap();
    let own = metrics.registry().counter("orders_total", "Orders.").unwrap();
    let answer = || std::future::ready(Ok(Response::new(Full::<Bytes>::default())));
    call(&mut metrics.layer().layer(With(answer)), request("GET", "/")).await;
    own.inc();
    assert!(!metrics.is_enabled());
    assert!(!metrics.registry().to_text().contains("requests"));
    assert_eq!(own.value(), 1);
}
