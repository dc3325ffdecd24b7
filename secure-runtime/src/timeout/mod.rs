//! Requests over a time answer 503.
//!
//! The time runs until the response begins; its body may take longer. A handler that answers at once
//! costs no timer. The answer is 503, not 408: a 408 tells the client that *it* was slow, and browsers
//! and proxies send such a request again by themselves, which is the last thing a slow service needs.
//!
//! tower-http has such a layer. It sets its timer for every request, also for those that never wait,
//! and its answer has no body to say which request it was.
//!
//! # Rules
//!
//! 1. A handler that is too slow is dropped where it waits, as when its client goes away.
//! 2. The answer is a problem (RFC 9457) with the request's id, if there is one.
//! 3. A handler that does not wait, but computes, cannot be stopped: give it to `spawn_blocking`.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use http::{Request, Response, StatusCode};
//! use secure_runtime::timeout::TimeoutLayer;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let handler = service_fn(async |_: Request<()>| {
//!     std::future::pending::<()>().await;
//!     Ok::<_, std::convert::Infallible>(Response::new(String::new()))
//! });
//! let service = TimeoutLayer::new(Duration::from_millis(10)).layer(handler);
//! let answer = service.oneshot(Request::new(())).await?;
//! assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod service;

use std::time::Duration;

use tower_layer::Layer;

pub use self::service::{ResponseFuture, Timeout};

/// Layer that applies [`Timeout`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct TimeoutLayer {
    limit: Duration,
}

impl TimeoutLayer {
    /// Lets a response take `limit` until it begins.
    pub const fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

impl<S> Layer<S> for TimeoutLayer {
    type Service = Timeout<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Timeout::new(inner, self.limit)
    }
}
