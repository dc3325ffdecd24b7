//! Composes the layers in the one right order.
//!
//! Order is a matter of security: headers must be on every answer, also on those of other layers; an id
//! must be there before a line is written. [`SecureStack`] fixes it and does nothing else; each layer
//! is of use alone.
//!
//! # Rules
//!
//! 1. Every answer has an id, a log line and the headers: also a 413, a 429, a 503, a preflight and the 500 of a panic.
//! 2. Metrics, health, CORS, maintenance, the rate limit, `security.txt` and Sentry have empty places at first, which cost nothing.
//! 3. The order is fixed, whatever the order of the calls that fill the places.
//!
//! From the outside in:
//!
//! | layer | so that |
//! |---|---|
//! | [`client`](crate::client) | everything below knows who calls, and whether by https |
//! | [`request_id`](crate::request_id) | every log line and every answer has the id |
//! | [Sentry](SecureStack::sentry) | every event has the id, and every trace the final status |
//! | [`access_log`](crate::access_log), [metrics](SecureStack::metrics) | every answer is told of, with its final status |
//! | [`headers`](crate::headers) | every answer has them, also the ones from here on down |
//! | [`catch_panic`](crate::catch_panic) | a panic anywhere below is an answer, too |
//! | [health](SecureStack::health) | probes are answered while everything below is shut or full |
//! | [`security.txt`](SecureStack::security_txt) | who found a hole can say so while everything below is shut or full |
//! | [CORS](SecureStack::cors) | a preflight is answered while everything below is shut or full, and pages can read a 429 or 503 |
//! | [maintenance](SecureStack::maintenance) | what is shut is not limited |
//! | [rate limit](SecureStack::limit) | what is refused costs nothing below |
//! | [`body_limit`](crate::body_limit), [`timeout`](crate::timeout) | a handler is bounded in space and time |
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use secure_runtime::{
//!     client::{ClientLayer, TrustedProxies},
//!     headers::SecurityHeaders,
//!     stack::SecureStack,
//! };
//! use tower_layer::Layer;
//!
//! let stack = SecureStack::new(SecurityHeaders::api().build()?)
//!     .client(ClientLayer::new(TrustedProxies::networks(["10.0.0.0/8"])?))
//!     .body_limit(1 << 20)
//!     .timeout(Duration::from_secs(10));
//!
//! # use http::{Request, Response};
//! # use http_body_util::Full;
//! # use tower::{ServiceExt, service_fn};
//! # type Body = http_body_util::Limited<Full<bytes::Bytes>>;
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let router = service_fn(async |request: Request<Body>| match request.uri().path() {
//!     "/" => Ok::<_, std::convert::Infallible>(Response::new(Full::new(bytes::Bytes::from_static(b"hello")))),
//!     path => panic!("no such page: {path}"),
//! });
//! let service = stack.layer(router);
//!
//! let answer = service.oneshot(Request::get("/nowhere").body(Full::<bytes::Bytes>::default())?).await?;
//! assert_eq!(answer.status(), 500);
//! assert!(answer.headers().contains_key("x-request-id"));
//! assert!(answer.headers().contains_key("content-security-policy"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod settings;

use std::time::Duration;

use tower_layer::Identity;

use crate::{
    access_log::{AccessLog, AccessLogLayer},
    body_limit::{BodyLimit, BodyLimitLayer},
    catch_panic::{CatchPanic, CatchPanicLayer},
    client::{ClientLayer, ResolveClient},
    headers::{SecurityHeadersLayer, SecurityHeadersService},
    request_id::{RequestIdLayer, RequestIdService},
    timeout::{Timeout, TimeoutLayer},
};

pub use self::settings::StackSettings;
/// The trait whose `layer` puts a stack around a handler.
#[doc(no_inline)]
pub use tower_layer::Layer;

/// The layers of a service in the one right order; see the [module](self).
///
/// The parameters are the layers in the places that are empty at first: metrics, health, CORS,
/// maintenance, rate limit, `security.txt` and Sentry.
#[derive(Clone, Debug)]
#[must_use]
pub struct SecureStack<
    M = Identity,
    H = Identity,
    C = Identity,
    N = Identity,
    L = Identity,
    W = Identity,
    E = Identity,
> {
    always: Always,
    metrics: M,
    health: H,
    cors: C,
    maintenance: N,
    limit: L,
    security_txt: W,
    sentry: E,
}

/// The layers that every stack has.
#[derive(Clone, Debug)]
struct Always {
    client: ClientLayer,
    headers: SecurityHeadersLayer,
    body_limit: BodyLimitLayer,
    timeout: TimeoutLayer,
}

/// The service that a [`SecureStack`] makes of `S`.
pub type SecureService<
    S,
    M = Identity,
    H = Identity,
    C = Identity,
    N = Identity,
    L = Identity,
    W = Identity,
    E = Identity,
> = <SecureStack<M, H, C, N, L, W, E> as Layer<S>>::Service;

impl SecureStack {
    /// A stack with these headers, no trusted proxy, and the limits of the default [`StackSettings`].
    pub fn new(headers: SecurityHeadersLayer) -> Self {
        let always = Always {
            client: ClientLayer::default(),
            headers: headers.with_request_id(),
            body_limit: BodyLimitLayer::new(0),
            timeout: TimeoutLayer::new(Duration::ZERO),
        };
        Self {
            always,
            metrics: Identity::new(),
            health: Identity::new(),
            cors: Identity::new(),
            maintenance: Identity::new(),
            limit: Identity::new(),
            security_txt: Identity::new(),
            sentry: Identity::new(),
        }
        .settings(&StackSettings::default())
    }
}

impl<M, H, C, N, L, W, E> SecureStack<M, H, C, N, L, W, E> {
    /// Takes over what an operator may set.
    pub fn settings(self, settings: &StackSettings) -> Self {
        self.body_limit(settings.max_body_bytes)
            .timeout(settings.request_timeout)
    }

    /// Sets how clients are told behind proxies.
    pub fn client(mut self, layer: ClientLayer) -> Self {
        self.always.client = layer;
        self
    }

    /// Sets how many bytes a request's body may have.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.always.body_limit = BodyLimitLayer::new(bytes);
        self
    }

    /// Sets how long a response may take until it begins.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.always.timeout = TimeoutLayer::new(limit);
        self
    }

    /// Puts a layer in the place for metrics.
    pub fn metrics<T>(self, layer: T) -> SecureStack<T, H, C, N, L, W, E> {
        self.fill(|_, health, cors, maintenance, limit| (layer, health, cors, maintenance, limit))
    }

    /// Puts a layer in the place for health, such as [`Health::layer`](crate::health::Health::layer).
    pub fn health<T>(self, layer: T) -> SecureStack<M, T, C, N, L, W, E> {
        self.fill(|metrics, _, cors, maintenance, limit| (metrics, layer, cors, maintenance, limit))
    }

    /// Puts a layer in the place for CORS.
    pub fn cors<T>(self, layer: T) -> SecureStack<M, H, T, N, L, W, E> {
        self.fill(|metrics, health, _, maintenance, limit| (metrics, health, layer, maintenance, limit))
    }

    /// Puts a layer in the place for maintenance.
    pub fn maintenance<T>(self, layer: T) -> SecureStack<M, H, C, T, L, W, E> {
        self.fill(|metrics, health, cors, _, limit| (metrics, health, cors, layer, limit))
    }

    /// Puts a layer in the place for the rate limit.
    pub fn limit<T>(self, layer: T) -> SecureStack<M, H, C, N, T, W, E> {
        self.fill(|metrics, health, cors, maintenance, _| (metrics, health, cors, maintenance, layer))
    }

    /// Puts a layer in the place for `/.well-known/security.txt`, beside health.
    pub fn security_txt<T>(self, layer: T) -> SecureStack<M, H, C, N, L, T, E> {
        SecureStack {
            always: self.always,
            metrics: self.metrics,
            health: self.health,
            cors: self.cors,
            maintenance: self.maintenance,
            limit: self.limit,
            security_txt: layer,
            sentry: self.sentry,
        }
    }

    /// Puts a layer in the place for Sentry, such as `Sentry::layer`.
    pub fn sentry<T>(self, layer: T) -> SecureStack<M, H, C, N, L, W, T> {
        SecureStack {
            always: self.always,
            metrics: self.metrics,
            health: self.health,
            cors: self.cors,
            maintenance: self.maintenance,
            limit: self.limit,
            security_txt: self.security_txt,
            sentry: layer,
        }
    }

    fn fill<M2, H2, C2, N2, L2>(
        self,
        with: impl FnOnce(M, H, C, N, L) -> (M2, H2, C2, N2, L2),
    ) -> SecureStack<M2, H2, C2, N2, L2, W, E> {
        let (metrics, health, cors, maintenance, limit) =
            with(self.metrics, self.health, self.cors, self.maintenance, self.limit);
        SecureStack {
            always: self.always,
            metrics,
            health,
            cors,
            maintenance,
            limit,
            security_txt: self.security_txt,
            sentry: self.sentry,
        }
    }
}

impl<S, M, H, C, N, L, W, E> Layer<S> for SecureStack<M, H, C, N, L, W, E>
where
    L: Layer<BodyLimit<Timeout<S>>>,
    N: Layer<L::Service>,
    C: Layer<N::Service>,
    W: Layer<C::Service>,
    H: Layer<W::Service>,
    M: Layer<SecurityHeadersService<CatchPanic<H::Service>>>,
    E: Layer<AccessLog<M::Service>>,
{
    type Service = ResolveClient<RequestIdService<E::Service>>;

    fn layer(&self, handler: S) -> Self::Service {
        // From the inside out.
        let bounded = self.always.body_limit.layer(self.always.timeout.layer(handler));
        let limited = self.limit.layer(bounded);
        let switched = self.maintenance.layer(limited);
        let shared = self.cors.layer(switched);
        let reported = self.security_txt.layer(shared);
        let probed = self.health.layer(reported);
        let caught = CatchPanicLayer::new().layer(probed);
        let hardened = self.always.headers.layer(caught);
        let counted = self.metrics.layer(hardened);
        let logged = AccessLogLayer::new().layer(counted);
        let tracked = self.sentry.layer(logged);
        let identified = RequestIdLayer::new().layer(tracked);
        self.always.client.layer(identified)
    }
}
