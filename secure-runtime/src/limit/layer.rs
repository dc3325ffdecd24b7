//! The layer that limits requests.

use std::{fmt, sync::Arc, time::Duration};

use http::Extensions;
use tower_layer::Layer;

use super::{
    service::LimitService,
    shared::{Counted, Refused, Shared},
};
use crate::client::Client;

/// Layer that applies [`LimitService`]; made by [`Limits::build`](super::Limits::build).
///
/// It holds what has been counted: clones count together.
#[derive(Clone)]
#[must_use]
pub struct LimitLayer {
    pub(super) shared: Arc<Shared>,
    pub(super) hook: Option<Hook>,
}

pub(super) type Hook = Arc<dyn Fn(&Excess<'_>) + Send + Sync>;

impl LimitLayer {
    pub(super) fn new(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
            hook: None,
        }
    }

    /// Calls `hook` for each request that is refused: the place for a security event.
    ///
    /// It is called before the answer is made, however many requests are refused, so it must be quick.
    pub fn on_refused(mut self, hook: impl Fn(&Excess<'_>) + Send + Sync + 'static) -> Self {
        self.hook = Some(Arc::new(hook));
        self
    }

    /// Whether some rule counts every request, but those to exempt paths.
    #[must_use]
    pub fn counts_everything(&self) -> bool {
        self.shared.rules.iter().any(Counted::counts_everything)
    }

    /// How many requests each rule has refused.
    pub fn refused(&self) -> impl Iterator<Item = (&str, u64)> {
        self.shared.rules.iter().map(|rule| (rule.name(), rule.refused()))
    }
}

impl<S> Layer<S> for LimitLayer {
    type Service = LimitService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        LimitService::new(inner, self.clone())
    }
}

impl fmt::Debug for LimitLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.refused()).finish()
    }
}

/// A request that is over a quota.
#[derive(Clone, Copy)]
pub struct Excess<'a> {
    pub(super) rules: &'a [Counted],
    pub(super) refused: &'a Refused,
    pub(super) extensions: &'a Extensions,
}

impl Excess<'_> {
    /// The names of the rules that refuse it.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.refusing().map(Counted::name)
    }

    /// The path that one of them is for, if not all are for every path.
    pub(super) fn path(&self) -> Option<&str> {
        self.refusing().find_map(Counted::path)
    }

    fn refusing(&self) -> impl Iterator<Item = &Counted> {
        self.rules
            .iter()
            .enumerate()
            .filter(|(n, _)| self.refused.rules >> n & 1 == 1)
            .map(|(_, rule)| rule)
    }

    /// Whose request it is.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::of(self.extensions)
    }

    /// The extensions of the request.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        self.extensions
    }

    /// How long all of the rules refuse it.
    #[must_use]
    pub fn retry_after(&self) -> Duration {
        self.refused.retry_after
    }
}

impl fmt::Debug for Excess<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Excess")
            .field("rules", &self.rules().collect::<Vec<_>>())
            .field("client", &self.client())
            .field("retry_after", &self.retry_after())
            .finish()
    }
}
