//! A panic in a handler answers 500 instead of dropping the connection.
//!
//! It must stand inside the layers that put headers on responses and tell of requests, so that this
//! 500 gets what every response gets. The answer says nothing of the panic. The panic hook has told of
//! it already, within the span of the request: [`log`](crate::log) installs one that writes a line.
//!
//! A panic while the body is sent comes too late for another answer: the connection ends, as HTTP asks
//! of a response that cannot be finished. With `panic = "abort"` nothing can be caught.
//!
//! # Rules
//!
//! 1. A panic when the service is called and one while it waits are the same: 500, a problem (RFC 9457).
//! 2. A payload that panics again when it is dropped ends nothing either.
//! 3. The service is called again afterwards. What it shares must bear that, as mutexes do by poisoning.
//!
//! # Examples
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response, StatusCode};
//! use http_body_util::{BodyExt, Full};
//! use secure_runtime::catch_panic::CatchPanicLayer;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let handler = service_fn(async |request: Request<()>| {
//!     let name = request.headers().get("x-name").expect("the password is hunter2");
//!     Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::copy_from_slice(name.as_bytes()))))
//! });
//! let answer = CatchPanicLayer::new().layer(handler).oneshot(Request::new(())).await?;
//! assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
//! let body = answer.into_body().collect().await?.to_bytes();
//! assert_eq!(body, r#"{"type":"about:blank","title":"Internal Server Error","status":500}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod future;
mod service;

use tower_layer::Layer;

#[cfg(feature = "stack")]
pub(crate) use self::future::discard;
pub use self::{future::ResponseFuture, service::CatchPanic};

/// Layer that applies [`CatchPanic`].
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct CatchPanicLayer(());

impl CatchPanicLayer {
    /// Makes the layer.
    pub const fn new() -> Self {
        Self(())
    }
}

impl<S> Layer<S> for CatchPanicLayer {
    type Service = CatchPanic<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CatchPanic::new(inner)
    }
}
