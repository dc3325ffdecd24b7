//! The layer that serves the file.

use std::sync::Arc;

use bytes::Bytes;
use tower_layer::Layer;

use super::service::SecurityTxtService;

/// Layer that applies [`SecurityTxtService`]; made by [`SecurityTxt::build`](super::SecurityTxt::build).
#[derive(Clone, Debug)]
#[must_use]
pub struct SecurityTxtLayer(pub(super) Option<Arc<Bytes>>);

impl SecurityTxtLayer {
    pub(super) fn new(text: String) -> Self {
        Self(Some(Arc::new(text.into())))
    }

    /// Serves nothing: for a service whose operator names no contact.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The file, if there is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.0
            .as_deref()
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
    }
}

impl<S> Layer<S> for SecurityTxtLayer {
    type Service = SecurityTxtService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SecurityTxtService::new(inner, self.clone())
    }
}
