//! The layer that puts security headers on responses.

use std::sync::Arc;

use http::Response;
use tower_layer::Layer;

use super::{merge::Policy, nonce::CspNonce, overrides::HeadersOverride, service::SecurityHeadersService};

/// Layer that applies [`SecurityHeadersService`]; made by [`SecurityHeaders::build`](super::SecurityHeaders::build).
#[derive(Clone, Debug)]
#[must_use]
pub struct SecurityHeadersLayer {
    policy: Arc<Policy>,
    for_route: bool,
}

impl SecurityHeadersLayer {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy: Arc::new(policy),
            for_route: false,
        }
    }

    /// The same headers for a route of a service that has others: the outer layer then leaves the
    /// route's responses as they are.
    ///
    /// Without this the outer layer adds what the policy of the route leaves out.
    pub fn for_route(&self) -> Self {
        Self {
            policy: Arc::clone(&self.policy),
            for_route: true,
        }
    }

    /// A fresh nonce, if the policy has a place for one.
    #[inline]
    pub(super) fn nonce(&self) -> Option<CspNonce> {
        if self.policy.uses_nonce() {
            CspNonce::generate()
        } else {
            None
        }
    }

    /// Puts the headers on a response.
    pub(super) fn apply<B>(&self, response: &mut Response<B>, secure: bool, nonce: Option<&CspNonce>) {
        let status = response.status();
        if response.extensions().is_empty() && !self.for_route {
            return self.policy.apply(response.headers_mut(), status, secure, nonce);
        }
        self.apply_otherwise(response, secure, nonce);
    }

    /// Puts the headers on a response that may want them otherwise, or of a route.
    fn apply_otherwise<B>(&self, response: &mut Response<B>, secure: bool, nonce: Option<&CspNonce>) {
        let status = response.status();
        match response.extensions_mut().remove::<HeadersOverride>() {
            None => self.policy.apply(response.headers_mut(), status, secure, nonce),
            Some(wish) if !wish.done => {
                let (policy, nonce) = match &wish.policy {
                    Some(other) => (&other.policy, None),
                    None => (&self.policy, nonce),
                };
                let omitted = wish.omitted(response.headers());
                policy.apply(response.headers_mut(), status, secure, nonce);
                for name in omitted {
                    response.headers_mut().remove(name);
                }
            }
            Some(done) => {
                // A layer further out must learn it, too.
                response.extensions_mut().insert(done);
                return;
            }
        }
        if self.for_route {
            response.extensions_mut().insert(HeadersOverride::done());
        }
    }
}

impl<S> Layer<S> for SecurityHeadersLayer {
    type Service = SecurityHeadersService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SecurityHeadersService::new(inner, self.clone())
    }
}
