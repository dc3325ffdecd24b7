//! A panic in a handler answers 500 instead of dropping the connection.
//!
//! It must stand inside the layers that put headers on responses and tell of requests, so that this
//! 500 gets what every response gets. The answer says nothing of the panic. The panic hook has told of
//! it already, within the span of the request: [`log`](crate::log) installs one that writes a line.
//!
//! A panic while the body is sent comes too late for another answer: the connection ends, as HTTP asks
//! of a response that cannot be finished. With `panic = "abort"` nothing can be caught.
//!
//! # Examples
//!
//! ```
//! use secure_runtime::catch_panic::CatchPanicLayer;
//! use tower_layer::Layer;
//!
//! # let service = ();
//! let service = CatchPanicLayer::new().layer(service);
//! ```

mod future;
mod service;

use tower_layer::Layer;

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
