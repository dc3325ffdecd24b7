//! A handler with every kind of answer.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Empty, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use secure_runtime::{
    access_log::{AccessLog, AccessLogLayer},
    body_limit::{self, BodyLimit, BodyLimitLayer, LimitedBody},
    catch_panic::{CatchPanic, CatchPanicLayer},
    client::{ClientLayer, ResolveClient},
    headers::{ClearSiteData, SecurityHeaders, SecurityHeadersLayer, SecurityHeadersService},
    problem::Problem,
    request_id::{RequestId, RequestIdLayer, RequestIdService},
    route::Route,
    stack::SecureStack,
    timeout::{Timeout, TimeoutLayer},
};
use tests::loopback::serve;
use tower_layer::Layer;
use tower_service::Service;

pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// A stack with a short timeout and a small body limit.
pub(crate) fn stack() -> SecureStack {
    SecureStack::new(api())
        .body_limit(16)
        .timeout(Duration::from_millis(50))
}

/// The layers of the same stack, each of them by itself.
pub(crate) fn layers<S>(handler: S) -> Layers<S> {
    let bounded = BodyLimitLayer::new(16).layer(TimeoutLayer::new(Duration::from_millis(50)).layer(handler));
    let hardened = api().layer(CatchPanicLayer::new().layer(bounded));
    let logged = AccessLogLayer::new().layer(hardened);
    ClientLayer::default().layer(RequestIdLayer::new().layer(logged))
}

type Layers<S> =
    ResolveClient<RequestIdService<AccessLog<SecurityHeadersService<CatchPanic<BodyLimit<Timeout<S>>>>>>>;

/// Runs a test against the stack, and against its layers.
pub(crate) async fn each(tls: bool, test: impl AsyncFn(SocketAddr)) {
    test(serve(stack().layer(Handler), tls).await).await;
    test(serve(layers(Handler), tls).await).await;
}

pub(crate) fn api() -> SecurityHeadersLayer {
    SecurityHeaders::api().build().unwrap()
}

#[derive(Clone)]
pub(crate) struct Handler;

impl Service<Request<LimitedBody<Incoming>>> for Handler {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<LimitedBody<Incoming>>) -> Self::Future {
        assert!(
            request.uri().path() != "/panic-in-call",
            "the handler fell over: secret-detail"
        );
        Box::pin(async move { Ok(answer(request).await) })
    }
}

async fn answer(request: Request<LimitedBody<Incoming>>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    match (request.method(), path.as_str()) {
        (&Method::GET | &Method::HEAD, "/") => {
            Route::mark(request.extensions(), "/");
            tracing::info!("in the handler");
            text("hello")
        }
        (_, "/") => {
            let mut response = status(StatusCode::METHOD_NOT_ALLOWED);
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            response
        }
        (_, "/cached") => status(StatusCode::NOT_MODIFIED),
        (_, "/panic") => {
            Route::mark(request.extensions(), "/panic");
            panic!("the handler fell over: secret-detail")
        }
        (_, "/slow") => {
            Route::mark(request.extensions(), "/slow");
            tokio::time::sleep(Duration::from_secs(3600)).await;
            text("too late")
        }
        (&Method::POST, "/upload") => match request.into_body().collect().await {
            Ok(body) => text(format!("{} bytes", body.to_bytes().len())),
            Err(error) if body_limit::is_too_large(&*error) => Problem::new(StatusCode::PAYLOAD_TOO_LARGE)
                .into_response::<Full<Bytes>>()
                .map(boxed),
            Err(_) => status(StatusCode::BAD_REQUEST),
        },
        (&Method::POST, "/logout") => {
            let mut response = status(StatusCode::NO_CONTENT);
            ClearSiteData::logout().insert_into(response.headers_mut());
            response
        }
        (_, "/id") => text(RequestId::of(request.extensions()).unwrap().to_string()),
        (_, "/problem") => Problem::new(StatusCode::CONFLICT)
            .detail("taken")
            .into_response::<Full<Bytes>>()
            .map(boxed),
        (_, "/header-id") => {
            let seen = request
                .headers()
                .get("x-request-id")
                .map(|id| id.to_str().unwrap().to_owned());
            text(format!("{seen:?}"))
        }
        (_, "/stream") => {
            let frames =
                ["one", "two", "three"].map(|part| Ok(Frame::data(Bytes::from_static(part.as_bytes()))));
            let mut frames = frames.into_iter();
            let body = StreamBody::new(Stream(Box::new(move || {
                let frame = frames.next();
                tracing::info!(more = frame.is_some(), "in the body");
                frame
            })));
            Response::new(BodyExt::boxed_unsync(body))
        }
        (_, "/trailers") => {
            let trailers = HeaderMap::from_iter([(header::ETAG, HeaderValue::from_static("\"1\""))]);
            let frames = [Frame::data(Bytes::from_static(b"one")), Frame::trailers(trailers)];
            let mut frames = frames.map(Ok).into_iter();
            let body = StreamBody::new(Stream(Box::new(move || frames.next())));
            let mut response = Response::new(BodyExt::boxed_unsync(body));
            response
                .headers_mut()
                .insert(header::TRAILER, HeaderValue::from_static("etag"));
            response
        }
        (_, "/own") => {
            let mut response = text("own");
            let headers = response.headers_mut();
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
            headers.append(header::SET_COOKIE, HeaderValue::from_static("a=1"));
            headers.append(header::SET_COOKIE, HeaderValue::from_static("b=2"));
            headers.insert(header::SERVER, HeaderValue::from_static("leaky/1.0"));
            headers.insert("x-request-id", HeaderValue::from_static("forged"));
            response
        }
        _ => Problem::new(StatusCode::NOT_FOUND)
            .into_response::<Full<Bytes>>()
            .map(boxed),
    }
}

fn boxed(body: Full<Bytes>) -> Body {
    body.boxed_unsync()
}

fn text(text: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(boxed(Full::new(text.into())));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Empty::new().boxed_unsync());
    *response.status_mut() = status;
    response
}

/// A stream of what a closure gives, one item a poll.
struct Stream(Box<dyn FnMut() -> Option<Result<Frame<Bytes>, Infallible>> + Send>);

impl futures_core::Stream for Stream {
    type Item = Result<Frame<Bytes>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready((self.0)())
    }
}
