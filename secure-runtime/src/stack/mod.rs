//! Composes the layers in the one right order.
//!
//! Order is a matter of security: headers must be on every answer, also on those of other layers; an id
//! must be there before a line is written. [`SecureStack`] fixes it. Each layer is of use alone, as a layer of tower; here they are one
//! service, one future and one body, so that a request and its response are not handed through a dozen of each.
//!
//! # Rules
//!
//! 1. Every answer has an id, a log line and the headers: also a 413, a 429, a 503, a preflight and the 500 of a panic.
//! 2. Metrics, routes, health, CORS, maintenance, the rate limit, `security.txt` and Sentry are left out until they are put in, and cost
//!    nothing until then.
//! 3. The order is fixed, whatever the order of the calls that put them in.
//! 4. Layers of your own (authentication, compression, a limit that replicas share) stand between the stack and the handler:
//!    `stack.layer(own.layer(handler))`. A limit by user belongs there, too, below the layer that knows the user.
//! 5. Every request body that is too large gets a 413 with a problem body, whether this stack cut it off or an extractor of the router did.
//!    axum's extractors have a limit of their own, 2 MiB: for more, raise both ([`body_limit`](SecureStack::body_limit) and axum's
//!    `DefaultBodyLimit`).
//! 6. The service is always ready. A request whose handler is not waits for it, as long as a response may take, and layers outside see
//!    nothing of that: what sheds load stands below, too.
//!
//! From the outside in:
//!
//! | layer | so that |
//! |---|---|
//! | [`client`](crate::client) | everything below knows who calls, and whether by https |
//! | [`request_id`](crate::request_id) | every log line and every answer has the id |
//! | [Sentry](SecureStack::sentry) | every event has the id, and every trace the final status |
//! | [`access_log`](crate::access_log), [metrics](SecureStack::metrics), [routes](SecureStack::routes) | every answer is told of, with its final status, and where it was asked for |
//! | [`headers`](crate::headers) | every answer has them, also the ones from here on down |
//! | [`catch_panic`](crate::catch_panic) | a panic anywhere below is an answer, too |
//! | [health](SecureStack::health) | probes are answered while everything below is shut or full |
//! | [`security.txt`](SecureStack::security_txt) | who found a hole can say so while everything below is shut or full |
//! | [CORS](SecureStack::cors) | a preflight is answered while everything below is shut or full, and pages can read a 429, a 503, or the 500 of a panic |
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
//! # type Body = secure_runtime::body_limit::LimitedBody<Full<bytes::Bytes>>;
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

mod body;
mod future;
mod layers;
mod record;
mod service;
mod settings;

use std::time::Duration;

use self::layers::Layers;
use crate::{client::ClientLayer, headers::SecurityHeadersLayer, health::HealthLayer, route::RouteTable};

pub use self::{body::ResponseBody, future::ResponseFuture, service::SecureService, settings::StackSettings};
/// The trait whose `layer` puts a stack around a handler.
#[doc(no_inline)]
pub use tower_layer::Layer;

/// The layers of a service in the one right order; see the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct SecureStack(Layers);

impl SecureStack {
    /// A stack with these headers, no trusted proxy, and the limits of the default [`StackSettings`].
    pub fn new(headers: SecurityHeadersLayer) -> Self {
        let settings = StackSettings::default();
        Self(Layers {
            client: ClientLayer::default(),
            #[cfg(feature = "sentry")]
            sentry: crate::sentry::SentryLayer::default(),
            #[cfg(feature = "metrics")]
            metrics: None,
            routes: None,
            headers: headers.with_request_id(),
            health: None,
            #[cfg(feature = "security-txt")]
            security_txt: None,
            #[cfg(feature = "cors")]
            cors: None,
            #[cfg(feature = "maintenance")]
            maintenance: None,
            #[cfg(feature = "limit")]
            limit: None,
            max_body_bytes: settings.max_body_bytes,
            request_timeout: settings.request_timeout,
        })
    }

    /// Takes over what an operator may set.
    pub fn settings(self, settings: &StackSettings) -> Self {
        self.body_limit(settings.max_body_bytes)
            .timeout(settings.request_timeout)
    }

    /// Sets how clients are told behind proxies.
    pub fn client(mut self, layer: ClientLayer) -> Self {
        self.0.client = layer;
        self
    }

    /// Sets how many bytes a request's body may have.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.0.max_body_bytes = bytes;
        self
    }

    /// Sets how long a response may take until it begins.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.0.request_timeout = limit;
        self
    }

    /// Tells of events and traces of requests.
    #[cfg(feature = "sentry")]
    pub fn sentry(mut self, layer: crate::sentry::SentryLayer) -> Self {
        self.0.sentry = layer;
        self
    }

    /// Counts requests and their times.
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, layer: crate::metrics::MetricsLayer) -> Self {
        self.0.metrics = Some(layer);
        self
    }

    /// Marks routes by their paths, for a router that does not say which it takes: also those of requests that a layer answers.
    pub fn routes(mut self, table: RouteTable) -> Self {
        self.0.routes = Some(table);
        self
    }

    /// Answers `/health`, `/health/live` and `/health/ready`.
    pub fn health(mut self, layer: HealthLayer) -> Self {
        self.0.health = Some(layer);
        self
    }

    /// Answers `/.well-known/security.txt`.
    #[cfg(feature = "security-txt")]
    pub fn security_txt(mut self, layer: crate::security_txt::SecurityTxtLayer) -> Self {
        self.0.security_txt = Some(layer);
        self
    }

    /// Answers preflights, and lets pages of listed origins read other answers.
    #[cfg(feature = "cors")]
    pub fn cors(mut self, layer: crate::cors::CorsLayer) -> Self {
        self.0.cors = Some(layer);
        self
    }

    /// Answers 503 while a switch is on.
    #[cfg(feature = "maintenance")]
    pub fn maintenance(mut self, layer: crate::maintenance::MaintenanceLayer) -> Self {
        self.0.maintenance = Some(layer);
        self
    }

    /// Answers 429 to who calls too often.
    #[cfg(feature = "limit")]
    pub fn limit(mut self, layer: crate::limit::LimitLayer) -> Self {
        self.0.limit = Some(layer);
        self
    }
}

impl<S> Layer<S> for SecureStack {
    type Service = SecureService<S>;

    fn layer(&self, handler: S) -> Self::Service {
        SecureService::new(handler, &self.0)
    }
}
