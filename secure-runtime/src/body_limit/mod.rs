//! Request bodies over a size answer 413.
//!
//! A body whose `Content-Length` is over the limit is refused before it is read, so that a client that waits for
//! `100 Continue` never sends it. A body without a length is cut off: reading it fails with
//! [`LengthLimitError`], and the error that the handler responds with becomes a 413. A handler of your own can
//! check for it with [`is_too_large`].
//!
//! tower-http has such a layer, but its 413 is text that cannot be told from a handler's, so it could
//! not be made a problem body with the request's id.
//!
//! # Rules
//!
//! 1. A `Content-Length` over the limit is 413 at once, and the handler is not called.
//! 2. A body without a length is counted while it is read. What is over the limit never reaches the handler.
//! 3. Every refusal is a problem: when a body was cut off, a 4xx or 5xx of the handler is replaced by it, whatever an extractor makes of
//!    the error. So is a 413 in plain text, with which frameworks enforce limits of their own (axum's `DefaultBodyLimit`: 2 MiB for its
//!    extractors, unless you set or disable it). A success stays, and so does a 413 with a body of another type.
//! 4. The limit is for the body as it comes: what a handler unpacks is its own to bound.
//! 5. Nothing is buffered here.
//!
//! # Examples
//!
//! ```
//! use http::{Request, Response, StatusCode};
//! use http_body_util::{BodyExt, Full};
//! use secure_runtime::body_limit::{BodyLimitLayer, LimitedBody};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let handler = service_fn(async |request: Request<LimitedBody<Full<&'static [u8]>>>| {
//!     let status = match request.into_body().collect().await {
//!         Ok(_) => StatusCode::OK,
//!         Err(_) => StatusCode::BAD_REQUEST, // 413, if the body was too large
//!     };
//!     let mut answer = Response::new(Full::<&[u8]>::default());
//!     *answer.status_mut() = status;
//!     Ok::<_, std::convert::Infallible>(answer)
//! });
//! let service = BodyLimitLayer::new(4).layer(handler);
//! let post = |body: &'static [u8]| Request::post("/").body(Full::new(body));
//! assert_eq!(service.clone().oneshot(post(b"four")?).await?.status(), StatusCode::OK);
//! assert_eq!(service.oneshot(post(b"fives")?).await?.status(), StatusCode::PAYLOAD_TOO_LARGE);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod service;

use std::error::Error;

use http_body_util::LengthLimitError;
use tower_layer::Layer;

#[cfg(feature = "stack")]
pub(crate) use self::{
    body::Excess,
    service::{says_more_than, too_large},
};
pub use self::{
    body::LimitedBody,
    service::{BodyLimit, ResponseFuture},
};

/// Layer that applies [`BodyLimit`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct BodyLimitLayer {
    limit: usize,
}

impl BodyLimitLayer {
    /// Lets bodies of at most `limit` bytes in.
    pub const fn new(limit: usize) -> Self {
        Self { limit }
    }
}

impl<S> Layer<S> for BodyLimitLayer {
    type Service = BodyLimit<S>;

    fn layer(&self, inner: S) -> Self::Service {
        BodyLimit::new(inner, self.limit)
    }
}

/// Returns whether reading a body failed because it was too large.
#[must_use]
pub fn is_too_large(error: &(dyn Error + 'static)) -> bool {
    let mut error = Some(error);
    while let Some(cause) = error {
        if cause.is::<LengthLimitError>() {
            return true;
        }
        error = cause.source();
    }
    false
}
