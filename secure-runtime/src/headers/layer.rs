//! The layer that puts security headers on responses.

use std::sync::Arc;

use http::{Extensions, HeaderMap, Response, StatusCode};
use tower_layer::Layer;

use super::{
    merge::{Policy, Situation},
    nonce::CspNonce,
    overrides::HeadersOverride,
    service::SecurityHeadersService,
};

/// Layer that applies [`SecurityHeadersService`]; made by [`SecurityHeaders::build`](super::SecurityHeaders::build).
#[derive(Clone, Debug)]
#[must_use]
pub struct SecurityHeadersLayer {
    policy: Arc<Policy>,
    for_route: bool,
    id: bool,
}

impl SecurityHeadersLayer {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy: Arc::new(policy),
            for_route: false,
            id: false,
        }
    }

    /// The same headers for a route of a service that has others: the outer layer then leaves the
    /// route's responses as they are.
    ///
    /// Without this the outer layer adds what the policy of the route leaves out.
    pub fn for_route(&self) -> Self {
        Self {
            for_route: true,
            ..self.clone()
        }
    }

    /// The headers of a response that has none of its own, over a connection that is known to be secure or not: for a look at what
    /// the policy says.
    #[must_use]
    pub fn headers(&self, secure: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let nonce = if self.policy.uses_nonce() {
            CspNonce::generate()
        } else {
            None
        };
        let situation = Situation {
            secure,
            nonce,
            id: false,
        };
        self.policy.apply(&mut headers, StatusCode::OK, &situation);
        headers
    }

    /// Leaves an empty place for the request's id, which a layer further out fills in: that is less work than to insert it.
    #[cfg(feature = "stack")]
    pub(crate) fn with_request_id(mut self) -> Self {
        self.id = true;
        self
    }

    /// What there is to know of a request before its handler runs; `secure` says whether its connection is known to be.
    ///
    /// A policy with a place for a nonce gets a fresh one, which the handler finds in the extensions.
    #[inline]
    pub(crate) fn situation(&self, extensions: &mut Extensions, secure: bool) -> Situation {
        let nonce = if self.policy.uses_nonce() {
            CspNonce::generate()
        } else {
            None
        };
        if let Some(nonce) = nonce {
            extensions.insert(nonce);
        }
        Situation {
            secure,
            nonce,
            id: self.id,
        }
    }

    /// Puts the headers on a response.
    #[inline]
    pub(crate) fn apply<B>(&self, response: &mut Response<B>, situation: &Situation) {
        let status = response.status();
        if response.extensions().is_empty() && !self.for_route {
            return self.policy.apply(response.headers_mut(), status, situation);
        }
        self.apply_otherwise(response, situation);
    }

    /// Puts the headers on a response that may want them otherwise, or of a route.
    fn apply_otherwise<B>(&self, response: &mut Response<B>, situation: &Situation) {
        let status = response.status();
        match response.extensions_mut().remove::<HeadersOverride>() {
            None => self.policy.apply(response.headers_mut(), status, situation),
            Some(wish) if !wish.done => {
                let omitted = wish.omitted(response.headers());
                let headers = response.headers_mut();
                match &wish.policy {
                    // Its handler has no nonce to write.
                    Some(other) => other.policy.apply(
                        headers,
                        status,
                        &Situation {
                            nonce: None,
                            ..*situation
                        },
                    ),
                    None => self.policy.apply(headers, status, situation),
                }
                for name in omitted {
                    headers.remove(name);
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
