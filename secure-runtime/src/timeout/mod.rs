//! Requests over a time answer 503.
//!
//! The time runs until the response begins; its body may take longer. A handler that answers at once
//! costs no timer. The answer is 503, not 408: a 408 tells the client that *it* was slow, and browsers
//! and proxies send such a request again by themselves, which is the last thing a slow service needs.
//!
//! tower-http has such a layer. It sets its timer for every request, also for those that never wait,
//! and its answer has no body to say which request it was.

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
