//! What Sentry costs a request without a DSN, beside sentry-tower; and what a security event costs.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    io,
    pin::{Pin, pin},
    process::ExitCode,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::Body;
use http_body_util::{Empty, Full};
use secure_config::{Profile, SecretUrl};
use secure_runtime::{
    connection::Connection,
    events,
    headers::SecurityHeaders,
    log::{self, LogFormat, LogOutput, LogSettings},
    sentry::{Sentry, SentrySettings},
    stack::SecureStack,
};
use tower_layer::Layer;
use tower_service::Service;
use tracing_subscriber::layer::SubscriberExt;

/// The service below: a small JSON answer.
#[derive(Clone)]
struct Bare;

impl<B> Service<Request<B>> for Bare {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        ready(Ok(response))
    }
}

fn request() -> Request<Empty<Bytes>> {
    let agent = HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    let mut request = Request::new(Empty::new());
    request.headers_mut().insert(header::USER_AGENT, agent);
    let connection = Connection::new(Some(([192, 0, 2, 1], 50_000).into())).with_tls(true);
    request.extensions_mut().insert(connection);
    request
}

/// Calls a service as a server does, and sends the body.
fn drive<S, B>(mut service: S, calls: usize)
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>>,
    B: Body,
{
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..calls {
        let mut future = pin!(service.call(black_box(request())));
        let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut cx) else {
            unreachable!("the service below is always ready")
        };
        let (parts, body) = response.into_parts();
        let mut body = pin!(body);
        while !body.is_end_stream() {
            let Poll::Ready(Some(Ok(frame))) = Pin::as_mut(&mut body).poll_frame(&mut cx) else { break };
            black_box(frame.into_data().is_ok());
        }
        black_box(parts);
    }
}

fn without_dsn() -> Sentry {
    Sentry::start(SentrySettings::default(), Profile::Production).expect("nothing can go wrong")
}

/// Sentry for which no trace is taken.
fn with_dsn() -> Sentry {
    let mut settings = SentrySettings::default();
    settings.dsn = SecretUrl::new("http://3f9a1c0e5b7d4826a0e1f2c3d4b5a697@127.0.0.1:9/42").ok();
    settings.traces_sample_rate = 0.0;
    Sentry::start(settings, Profile::Production).expect("a DSN")
}

fn stack() -> SecureStack {
    SecureStack::new(SecurityHeaders::api().build().expect("the profile is sound"))
}

/// Writes security events as JSON to nowhere.
fn logged(calls: usize, act: impl Fn(&events::Context<'_>)) {
    let mut settings = LogSettings::new();
    settings.format = LogFormat::Json;
    let (layer, _log) = log::layer(settings, LogOutput::writer(io::sink())).expect("a log");
    let subscriber = tracing_subscriber::registry().with(layer);
    let request = request();
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..calls {
            act(&events::Context::of_request(black_box(&request)).user("42"));
        }
    });
}

fn main() -> ExitCode {
    marginal::main(
        &[
            ("bare", |calls| drive(Bare, calls)),
            ("sentry, no DSN", |calls| drive(without_dsn().layer().layer(Bare), calls)),
            ("sentry-tower, no DSN", |calls| {
                let _guard = sentry::init(sentry::ClientOptions::default());
                let layer = sentry_tower::SentryHttpLayer::new().enable_transaction();
                drive(sentry_tower::NewSentryLayer::new_from_top().layer(layer.layer(Bare)), calls);
            }),
            ("sentry, a DSN", |calls| drive(with_dsn().layer().layer(Bare), calls)),
            ("stack", |calls| drive(stack().layer(Bare), calls)),
            ("stack, sentry, no DSN", |calls| drive(stack().sentry(without_dsn().layer()).layer(Bare), calls)),
            ("an info! of four fields", |calls| {
                logged(calls, |_| {
                    tracing::info!(target: "security", event = "authn_login_fail", user_id = "42", a = "192.0.2.1", b = "Firefox", "login failed");
                });
            }),
            ("security event", |calls| logged(calls, events::authn_login_fail)),
            ("security event, nobody reads", |calls| {
                let request = request();
                for _ in 0..calls {
                    events::authn_login_fail(&events::Context::of_request(black_box(&request)).user("42"));
                }
            }),
        ],
        // Below them are seven allocations of the request, which events have not.
        &[("sentry, no DSN", 250, 0), ("security event", 1_000, -7)],
    )
}
