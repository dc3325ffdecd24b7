//! What one response wants otherwise.

use http::{HeaderMap, HeaderName, Response};

use super::layer::SecurityHeadersLayer;

/// What one response wants otherwise than its service: an extension of that response.
///
/// A header that a handler sets itself needs none of this: it stays. This is for leaving one out, or
/// for another policy as a whole. For a route, wrap it in a layer of its own, made with
/// [`SecurityHeadersLayer::for_route`].
///
/// # Examples
///
/// ```
/// use http::Response;
/// use secure_runtime::headers::{HeadersOverride, name};
///
/// // A page that frames a widget of another site, which knows nothing of CORP.
/// let mut response = Response::new("…");
/// HeadersOverride::new().without(name::CROSS_ORIGIN_EMBEDDER_POLICY).attach(&mut response);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct HeadersOverride {
    pub(super) policy: Option<SecurityHeadersLayer>,
    pub(super) without: Vec<HeaderName>,
    /// A layer further in has done all that is to be done.
    pub(super) done: bool,
}

impl HeadersOverride {
    /// Nothing otherwise yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the headers of another policy. One with a nonce gets none: the handler has none to write.
    pub fn policy(mut self, policy: &SecurityHeadersLayer) -> Self {
        self.policy = Some(policy.clone());
        self
    }

    /// Leaves a header out, unless the handler sets it.
    pub fn without(mut self, name: HeaderName) -> Self {
        self.without.push(name);
        self
    }

    /// Attaches this to a response.
    pub fn attach<B>(self, response: &mut Response<B>) {
        response.extensions_mut().insert(self);
    }

    /// Tells a layer further out that nothing is left to do.
    pub(super) fn done() -> Self {
        Self {
            done: true,
            ..Self::default()
        }
    }

    /// The headers to leave out that the handler has not set.
    pub(super) fn omitted<'a>(&'a self, headers: &HeaderMap) -> Vec<&'a HeaderName> {
        self.without
            .iter()
            .filter(|&name| !headers.contains_key(name))
            .collect()
    }
}
