//! The cost of 12 security headers on a response: ours beside the peers, in one run.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    pin::pin,
    process::ExitCode,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body_util::Full;
use secure_runtime::{
    connection::Connection,
    headers::{Hsts, SecurityHeaders, SecurityHeadersLayer},
};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_layer::Layer;
use tower_service::Service;

type Body = Full<Bytes>;

/// The service below: a small JSON answer.
#[derive(Clone)]
struct Bare;

impl Service<Request<()>> for Bare {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        ready(Ok(response))
    }
}

/// Calls a service as a server does: the request knows its connection.
fn drive<S>(mut service: S, calls: usize, tls: bool)
where
    S: Service<Request<()>, Response = Response<Body>>,
{
    let mut cx = Context::from_waker(Waker::noop());
    let connection = Connection::new(Some(([192, 0, 2, 1], 50_000).into())).with_tls(tls);
    for _ in 0..calls {
        let mut request = Request::new(());
        request.extensions_mut().insert(connection);
        let mut future = pin!(service.call(black_box(request)));
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(response) => drop(black_box(response)),
            Poll::Pending => unreachable!("the service below is always ready"),
        }
    }
}

fn api() -> SecurityHeadersLayer {
    let hsts = Hsts::two_years().include_subdomains();
    SecurityHeaders::api().hsts(hsts).build().expect("the profile is sound")
}

/// The headers that every peer is given.
fn set() -> HeaderMap {
    let mut set = HeaderMap::new();
    let mut response = Response::new(());
    *response.headers_mut() = HeaderMap::new();
    let mut service = api().layer(Empty);
    let mut request = Request::new(());
    request.extensions_mut().insert(Connection::default().with_tls(true));
    let mut cx = Context::from_waker(Waker::noop());
    if let Poll::Ready(Ok(response)) = pin!(Service::call(&mut service, request)).as_mut().poll(&mut cx) {
        for (name, value) in response.headers() {
            // As a user would write them: text of the program.
            let text: &'static str = value.to_str().expect("ASCII").to_owned().leak();
            set.insert(name.clone(), HeaderValue::from_static(text));
        }
    }
    assert_eq!(set.len(), 12);
    set
}

/// Answers nothing.
struct Empty;

impl Service<Request<()>> for Empty {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(())))
    }
}

/// The best that can be done by hand with `HeaderMap`'s own methods: reserve once, insert each.
#[derive(Clone)]
struct ByHand(HeaderMap);

impl Service<Request<()>> for ByHand {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let mut response = Bare.call(request).into_inner();
        if let Ok(response) = &mut response {
            let headers = response.headers_mut();
            headers.reserve(self.0.len());
            for (name, value) in &self.0 {
                if let header::Entry::Vacant(entry) = headers.entry(name) {
                    entry.insert(value.clone());
                }
            }
        }
        ready(response)
    }
}

/// A header for tower-helmet.
struct Pair(HeaderName, HeaderValue);

impl tower_helmet::IntoHeader for Pair {
    fn header_name(&self) -> HeaderName {
        self.0.clone()
    }

    fn header_value(&self) -> Result<HeaderValue, header::InvalidHeaderValue> {
        Ok(self.1.clone())
    }
}

fn tower_http_twelve(calls: usize) {
    let mut values = set().into_iter().filter_map(|(name, value)| Some(SetResponseHeaderLayer::if_not_present(name?, value)));
    let mut next = || values.next().expect("12 headers");
    let service = next().layer(next().layer(next().layer(next().layer(next().layer(next().layer(
        next().layer(next().layer(next().layer(next().layer(next().layer(next().layer(Bare)))))),
    ))))));
    drive(service, calls, true);
}

fn tower_helmet_layer(calls: usize) {
    let mut layer = tower_helmet::HelmetLayer::blank();
    for (name, value) in set() {
        layer.enable(Pair(name.expect("one value each"), value));
    }
    drive(layer.layer(Bare), calls, true);
}

fn axum_helmet_layer(calls: usize) {
    let mut helmet = axum_helmet::Helmet::new();
    for (name, value) in &set() {
        let name: &'static str = name.as_str().to_owned().leak();
        helmet = helmet.add((name, value.to_str().expect("ASCII").to_owned()));
    }
    let layer = helmet.into_layer().expect("sound headers");
    drive(layer.layer(Bare), calls, true);
}

fn main() -> ExitCode {
    marginal::main(
        &[
            ("bare", |calls| drive(Bare, calls, true)),
            ("secure-runtime, api, https", |calls| drive(api().layer(Bare), calls, true)),
            ("secure-runtime, api, http (no HSTS)", |calls| drive(api().layer(Bare), calls, false)),
            ("secure-runtime, html, fresh nonce", |calls| {
                let layer = SecurityHeaders::html().build().expect("the profile is sound");
                drive(layer.layer(Bare), calls, true);
            }),
            ("by hand: reserve, insert", |calls| drive(ByHand(set()), calls, true)),
            ("tower-http SetResponseHeader x 12", tower_http_twelve),
            ("axum-helmet", axum_helmet_layer),
            ("tower-helmet", tower_helmet_layer),
        ],
        &[("secure-runtime, api, https", 2_700, 3), ("secure-runtime, api, http (no HSTS)", 2_700, 3)],
    )
}
