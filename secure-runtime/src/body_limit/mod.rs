//! Request bodies over a size answer 413.
//!
//! A body that says it is too large is refused before it is read, so that a client that waits for
//! `100 Continue` never sends it. One that does not say is cut off: reading it fails with
//! [`LengthLimitError`], and the handler answers. Extractors of axum answer 413 by themselves; a
//! handler of your own asks [`is_too_large`].
//!
//! tower-http has such a layer, but its 413 is text that cannot be told from a handler's, so it could
//! not be made a problem body with the request's id.

mod service;

use std::error::Error;

use http_body_util::LengthLimitError;
use tower_layer::Layer;

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
