//! Request bodies over a size answer 413.
//!
//! A body that says it is too large is refused before it is read, so that a client that waits for
//! `100 Continue` never sends it. One that does not say is cut off: reading it fails with
//! [`LengthLimitError`], and the handler answers. Extractors of axum answer 413 by themselves; a
//! handler of your own asks [`is_too_large`].
//!
//! tower-http has such a layer, but its 413 is text that cannot be told from a handler's, so it could
//! not be made a problem body with the request's id.
//!
//! # Rules
//!
//! 1. A `Content-Length` over the limit is 413 at once, and the handler is not called.
//! 2. A body without a length is counted while it is read. What is over the limit never reaches the handler.
//! 3. The limit is for the body as it comes: what a handler unpacks is its own to bound.
//! 4. Nothing is buffered here, and nothing is allocated.
//!
//! # Examples
//!
//! ```
//! use http::{Request, Response, StatusCode};
//! use http_body_util::{BodyExt, Full, Limited};
//! use secure_runtime::body_limit::{BodyLimitLayer, is_too_large};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let handler = service_fn(async |request: Request<Limited<Full<&'static [u8]>>>| {
//!     let status = match request.into_body().collect().await {
//!         Ok(_) => StatusCode::OK,
//!         Err(error) if is_too_large(&*error) => StatusCode::PAYLOAD_TOO_LARGE,
//!         Err(_) => StatusCode::BAD_REQUEST,
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

mod service;

use std::error::Error;

use http_body_util::LengthLimitError;
use tower_layer::Layer;

#[cfg(feature = "stack")]
pub(crate) use self::service::says_more_than;
pub use self::service::{BodyLimit, ResponseFuture};

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

/// Whether reading a body failed because it was too large, so that 413 is the answer.
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
