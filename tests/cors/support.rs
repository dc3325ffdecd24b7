//! A service behind a policy, and requests of pages.

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use secure_runtime::{
    body::ReplyBody,
    cors::{CorsLayer, CorsPolicy},
};
use tower_layer::Layer;
use tower_service::Service;

pub(crate) const APP: &str = "https://app.example.com";

/// Answers with the cookie and the header that it was sent; a login sets the cookie.
#[derive(Clone)]
pub(crate) struct Handler;

impl<B> Service<Request<B>> for Handler {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let sent = |name: HeaderName| {
            let value = request.headers().get(name);
            value
                .and_then(|value| value.to_str().ok())
                .unwrap_or("none")
                .to_owned()
        };
        let text = format!(
            "{} cookie={} x-demo={}",
            request.method(),
            sent(header::COOKIE),
            sent(HeaderName::from_static("x-demo"))
        );
        let mut response = Response::new(Full::from(text));
        let headers = response.headers_mut();
        match request.uri().path() {
            "/login" => {
                let cookie = HeaderValue::from_static("session=abc; HttpOnly; SameSite=Strict; Path=/");
                headers.insert(header::SET_COOKIE, cookie);
            }
            "/vary" => {
                headers.insert(header::VARY, HeaderValue::from_static("accept, Origin"));
            }
            // What a cache may keep.
            "/lives" => {
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
            }
            "/expires" => {
                headers.insert(
                    header::EXPIRES,
                    HeaderValue::from_static("Fri, 01 Jan 2100 00:00:00 GMT"),
                );
            }
            "/tagged" => {
                headers.insert(header::ETAG, HeaderValue::from_static("\"1\""));
            }
            "/dated" => {
                headers.insert(
                    header::LAST_MODIFIED,
                    HeaderValue::from_static("Sat, 01 Jan 2000 00:00:00 GMT"),
                );
            }
            "/encoded" => {
                headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            }
            // A handler that reflects whoever asks.
            "/reflects" => {
                if let Some(origin) = request.headers().get(header::ORIGIN) {
                    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                }
                headers.insert(
                    header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                    HeaderValue::from_static("true"),
                );
            }
            _ => {}
        }
        ready(Ok(response))
    }
}

/// A policy that lets the app act with the user's session.
pub(crate) fn session() -> CorsPolicy {
    CorsPolicy::new()
        .origin(APP)
        .credentials(true)
        .methods(["GET", "PUT"])
        .headers(["content-type", "x-demo"])
        .expose_headers(["x-request-id"])
}

/// The answer of the handler behind a layer.
pub(crate) fn ask(layer: &CorsLayer, request: Request<()>) -> Response<ReplyBody<Full<Bytes>>> {
    let mut service = layer.layer(Handler);
    let mut future = pin!(service.call(request));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        _ => panic!("the service is always ready"),
    }
}

pub(crate) fn request(method: Method, path: &str, origins: &[&str]) -> Request<()> {
    let mut request = Request::builder().method(method).uri(path).body(()).unwrap();
    for origin in origins {
        let origin = HeaderValue::from_bytes(origin.as_bytes()).unwrap();
        request.headers_mut().append(header::ORIGIN, origin);
    }
    request
}

pub(crate) fn preflight(origin: &str, method: &'static str) -> Request<()> {
    let mut request = request(Method::OPTIONS, "/", &[origin]);
    request.headers_mut().insert(
        header::ACCESS_CONTROL_REQUEST_METHOD,
        HeaderValue::from_static(method),
    );
    request
}

/// The CORS headers, with `vary`, in the order of their names.
pub(crate) fn cors(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut found: Vec<_> = headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("access-control-") || *name == header::VARY)
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    found.sort();
    found
}
