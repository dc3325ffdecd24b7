//! Composes the layers in the one right order.
//!
//! Order is a matter of security: headers must be on every answer, also on those of other layers; an id
//! must be there before a line is written. [`SecureStack`] fixes it and does nothing else; each layer
//! is of use alone.
//!
//! From the outside in:
//!
//! | layer | so that |
//! |---|---|
//! | [`client`](crate::client) | everything below knows who calls, and whether by https |
//! | [`request_id`](crate::request_id) | every log line and every answer has the id |
//! | [`access_log`](crate::access_log), [metrics](SecureStack::metrics) | every answer is told of, with its final status |
//! | [`headers`](crate::headers) | every answer has them, also the ones from here on down |
//! | [`catch_panic`](crate::catch_panic) | a panic anywhere below is an answer, too |
//! | [CORS](SecureStack::cors) | a preflight is answered while everything below is shut or full |
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
//! # let router = ();
//! let service = stack.layer(router);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod settings;

use std::time::Duration;

use tower_layer::{Identity, Layer};

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

/// The layers of a service in the one right order; see the [module](self).
///
/// The parameters are the layers in the places that are empty at first: metrics, CORS, maintenance and
/// rate limit.
#[derive(Clone, Debug)]
#[must_use]
pub struct SecureStack<M = Identity, C = Identity, N = Identity, L = Identity> {
    client: ClientLayer,
    headers: SecurityHeadersLayer,
    body_limit: BodyLimitLayer,
    timeout: TimeoutLayer,
    metrics: M,
    cors: C,
    maintenance: N,
    limit: L,
}

/// The service that a [`SecureStack`] makes of `S`.
pub type SecureService<S, M = Identity, C = Identity, N = Identity, L = Identity> =
    <SecureStack<M, C, N, L> as Layer<S>>::Service;

impl SecureStack {
    /// A stack with these headers, no trusted proxy, and the limits of the default [`StackSettings`].
    pub fn new(headers: SecurityHeadersLayer) -> Self {
        Self {
            client: ClientLayer::default(),
            // For the request id.
            headers: headers.with_room(1),
            body_limit: BodyLimitLayer::new(0),
            timeout: TimeoutLayer::new(Duration::ZERO),
            metrics: Identity::new(),
            cors: Identity::new(),
            maintenance: Identity::new(),
            limit: Identity::new(),
        }
        .settings(&StackSettings::default())
    }
}

impl<M, C, N, L> SecureStack<M, C, N, L> {
    /// Takes over what an operator may set.
    pub fn settings(self, settings: &StackSettings) -> Self {
        self.body_limit(settings.max_body_bytes)
            .timeout(settings.request_timeout)
    }

    /// Sets how clients are told behind proxies.
    pub fn client(mut self, layer: ClientLayer) -> Self {
        self.client = layer;
        self
    }

    /// Sets how many bytes a request's body may have.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = BodyLimitLayer::new(bytes);
        self
    }

    /// Sets how long a response may take until it begins.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = TimeoutLayer::new(limit);
        self
    }

    /// Puts a layer in the place for metrics.
    pub fn metrics<T>(self, layer: T) -> SecureStack<T, C, N, L> {
        let Self {
            client,
            headers,
            body_limit,
            timeout,
            cors,
            maintenance,
            limit,
            ..
        } = self;
        SecureStack {
            client,
            headers,
            body_limit,
            timeout,
            metrics: layer,
            cors,
            maintenance,
            limit,
        }
    }

    /// Puts a layer in the place for CORS.
    pub fn cors<T>(self, layer: T) -> SecureStack<M, T, N, L> {
        let Self {
            client,
            headers,
            body_limit,
            timeout,
            metrics,
            maintenance,
            limit,
            ..
        } = self;
        SecureStack {
            client,
            headers,
            body_limit,
            timeout,
            metrics,
            cors: layer,
            maintenance,
            limit,
        }
    }

    /// Puts a layer in the place for maintenance.
    pub fn maintenance<T>(self, layer: T) -> SecureStack<M, C, T, L> {
        let Self {
            client,
            headers,
            body_limit,
            timeout,
            metrics,
            cors,
            limit,
            ..
        } = self;
        SecureStack {
            client,
            headers,
            body_limit,
            timeout,
            metrics,
            cors,
            maintenance: layer,
            limit,
        }
    }

    /// Puts a layer in the place for the rate limit.
    pub fn limit<T>(self, layer: T) -> SecureStack<M, C, N, T> {
        let Self {
            client,
            headers,
            body_limit,
            timeout,
            metrics,
            cors,
            maintenance,
            ..
        } = self;
        SecureStack {
            client,
            headers,
            body_limit,
            timeout,
            metrics,
            cors,
            maintenance,
            limit: layer,
        }
    }
}

impl<S, M, C, N, L> Layer<S> for SecureStack<M, C, N, L>
where
    L: Layer<BodyLimit<Timeout<S>>>,
    N: Layer<L::Service>,
    C: Layer<N::Service>,
    M: Layer<SecurityHeadersService<CatchPanic<C::Service>>>,
{
    type Service = ResolveClient<RequestIdService<AccessLog<M::Service>>>;

    fn layer(&self, handler: S) -> Self::Service {
        // From the inside out.
        let bounded = self.body_limit.layer(self.timeout.layer(handler));
        let limited = self.limit.layer(bounded);
        let switched = self.maintenance.layer(limited);
        let shared = self.cors.layer(switched);
        let caught = CatchPanicLayer::new().layer(shared);
        let hardened = self.headers.layer(caught);
        let counted = self.metrics.layer(hardened);
        let logged = AccessLogLayer::new().layer(counted);
        let identified = RequestIdLayer::new().layer(logged);
        self.client.layer(identified)
    }
}
