//! The layer that limits requests for all replicas together.

use std::fmt;
use std::sync::Arc;

use http::Request;
use tower_layer::Layer;

use super::error::InvalidReplica;
use super::limiter::SharedLimiter;
use super::service::SharedLimitService;
use super::subject::Subject;
use super::valkey::Valkey;
use crate::client::{Client, UnknownPeer};
use crate::limit::{Matcher, Rule, SHARED_LIMIT, Scope, UserKey};
use crate::probe::is_probe;

/// Layer that applies [`SharedLimitService`]: one rule, counted for all replicas together.
///
/// Put it below a [`LimitLayer`](crate::limit::LimitLayer) with limits for traffic, which cost no question: in a `SecureStack`, between
/// the stack and the handler. Of several shared rules the one
/// that refuses most stands outermost: what an inner one refuses has been spent on the outer ones.
#[derive(Clone)]
#[must_use]
pub struct SharedLimitLayer(pub(super) Arc<Shared>);

pub(super) struct Shared {
    scope: Scope,
    matcher: Matcher,
    pub(super) limiter: SharedLimiter,
    unknown: UnknownPeer,
}

impl SharedLimitLayer {
    /// Limits by `rule`; its name tells its counts from those of other rules.
    ///
    /// # Errors
    ///
    /// The name or the path of the rule cannot be, or a window allows more than 10,000.
    pub fn new(valkey: &Valkey, rule: Rule) -> Result<Self, InvalidReplica> {
        let (name, quota, places) = (rule.name().to_owned(), rule.quota(), rule.room());
        let scope = rule.scope();
        let matcher = rule.into_matcher().map_err(InvalidReplica::Rule)?;
        let limiter = SharedLimiter::new(valkey, name, quota)?.with_places(places);
        Ok(Self(Arc::new(Shared {
            scope,
            matcher,
            limiter,
            unknown: UnknownPeer::default(),
        })))
    }

    /// Whether the rule counts every request, but those for health.
    #[must_use]
    pub fn counts_everything(&self) -> bool {
        self.0.matcher.is_for_all()
    }

    /// What it counts with.
    #[must_use]
    pub fn limiter(&self) -> &SharedLimiter {
        &self.0.limiter
    }
}

impl Shared {
    /// Whom the request is counted for, if it is.
    pub(super) fn subject<B>(&self, request: &Request<B>) -> Option<Subject> {
        let path = request.uri().path();
        if is_probe(path) || !self.matcher.matches(request.method(), path, request.extensions()) {
            return None;
        }
        let client = || {
            let client = Client::of(request.extensions());
            if client.ip().is_none() {
                self.unknown.warn(request.extensions(), SHARED_LIMIT);
            }
            Subject::client(client.key())
        };
        Some(match self.scope {
            Scope::Global => Subject::global(),
            Scope::Client => client(),
            Scope::User => match request.extensions().get::<UserKey>() {
                Some(user) => user.subject(),
                None => client(),
            },
        })
    }
}

impl<S> Layer<S> for SharedLimitLayer {
    type Service = SharedLimitService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SharedLimitService::new(inner, self.clone())
    }
}

impl fmt::Debug for SharedLimitLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedLimitLayer").field(&self.0.limiter).finish()
    }
}
