//! Writes one log line a request, when its response has been sent.
//!
//! The line is an event at `INFO` with the target `access`, so `RUST_LOG=access=off` turns it off. Its
//! fields are `method`, `route`, `status`, `duration_ms`, `bytes`, `client` and `user_agent`; below
//! [`RequestIdLayer`](crate::request_id::RequestIdLayer) it also has the fields of that span, first of
//! all `request_id`.
//!
//! # Rules
//!
//! 1. Every request has exactly one line, also one whose handler panicked, took too long, or whose
//!    client went away: then it has `aborted` = true, and no `status` if no response had begun.
//! 2. `route` is the template ([`Route`](crate::route::Route)). The path is in no line: it is the
//!    client's to choose, and may hold a token or an address.
//! 3. `duration_ms` runs from the request's head to the end of the response's body; `bytes` counts that
//!    body.
//! 4. What the client says is bounded: `method` to 32 characters, `user_agent` to 256, what is not ASCII
//!    in it written as `\xNN`.
//!
//! # Examples
//!
//! ```
//! use secure_runtime::{access_log::AccessLogLayer, request_id::RequestIdLayer};
//! use tower_layer::Layer;
//!
//! # let service = ();
//! let service = RequestIdLayer::new().layer(AccessLogLayer::new().layer(service));
//! ```

mod body;
mod future;
mod line;
mod service;

use tower_layer::Layer;

pub use self::{body::CountedBody, future::ResponseFuture, service::AccessLog};

/// Layer that applies [`AccessLog`].
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct AccessLogLayer(());

impl AccessLogLayer {
    /// Makes the layer.
    pub const fn new() -> Self {
        Self(())
    }
}

impl<S> Layer<S> for AccessLogLayer {
    type Service = AccessLog<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AccessLog::new(inner)
    }
}
