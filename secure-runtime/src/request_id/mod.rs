//! Gives every request an id, and tells it everywhere: in each log line, the response, error bodies.
//!
//! [`RequestIdLayer`] stands outermost (below [`ClientLayer`](crate::client::ClientLayer), which says
//! whom to believe). For each request it makes or takes over an id and
//!
//! - opens the span `request` with it, in which the handler runs and the body is sent, so that every
//!   event in between has it;
//! - stores it in the request's extensions as a [`RequestId`], and where
//!   [`RequestId::current`] finds it;
//! - sets `X-Request-ID` on the response.
//!
//! # Rules
//!
//! 1. The id is ours: 32 hexadecimal digits that nobody can guess, a keyed function (SipHash-1-3) with a new random key for every 64 ids.
//! 2. A trusted proxy's id is taken over when it is well-formed: 1 to 128 characters of
//!    `A-Z a-z 0-9 . _ - ~ : # / + = @ | * ! ^`, in one `X-Request-ID` header. The first that is not is reported in the log.
//! 3. A well-formed id of anyone else is kept as `upstream_request_id` in the span, and replaced in the
//!    request's headers, so that no handler takes it for ours.
//! 4. Anything else is ignored: nothing ill-formed gets into a log line or a response.
//! 5. A valid [`traceparent`](crate::trace_context) becomes `trace_id` and `span_id` of the span.
//!
//! The span has the level `ERROR`, so that its fields are there at every `LOG_LEVEL`.
//!
//! # Examples
//!
//! ```
//! use http::{Request, Response};
//! use secure_runtime::{client::ClientLayer, request_id::{RequestId, RequestIdLayer}};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let handler = service_fn(async |_: Request<String>| {
//!     let id = RequestId::current().expect("a request is handled");
//!     Ok::<_, std::convert::Infallible>(Response::new(id.as_str().to_owned()))
//! });
//! let service = ClientLayer::default().layer(RequestIdLayer::new().layer(handler));
//!
//! let request = Request::get("/").header("x-request-id", "whatever a stranger says").body(String::new())?;
//! let id = service.oneshot(request).await?.headers()["x-request-id"].clone();
//! assert_eq!(id.len(), 32);
//! assert!(id.to_str()?.bytes().all(|byte| byte.is_ascii_hexdigit()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod future;
mod id;
mod scope;
mod service;
mod span;

use tower_layer::Layer;

pub use self::{body::RequestSpanBody, future::ResponseFuture, id::RequestId, service::RequestIdService};
#[cfg(feature = "stack")]
pub(crate) use self::{id::X_REQUEST_ID, scope::Scope, service::identify, span::RequestSpan};

/// Layer that applies [`RequestIdService`].
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct RequestIdLayer(());

impl RequestIdLayer {
    /// Makes the layer.
    pub const fn new() -> Self {
        Self(())
    }
}

impl<S> Layer<S> for RequestIdLayer {
    type Service = RequestIdService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestIdService::new(inner)
    }
}
