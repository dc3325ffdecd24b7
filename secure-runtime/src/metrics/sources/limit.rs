//! Refused requests, as `rate_limited_total`.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::super::{
    Metrics,
    error::{MetricsError, Reason},
    name::Kind,
};
use crate::limit::LimitLayer;

const NAME: &str = "rate_limited_total";

/// What is known of refusals: the name of each limit, and how many it counts.
#[derive(Clone, Default)]
pub(in super::super) struct Refusals(Arc<Mutex<Vec<(String, Count)>>>);

type Count = Box<dyn Fn() -> u64 + Send + Sync>;

impl Metrics {
    /// Shows how many requests each rule has refused: `rate_limited_total{rule="login"}`.
    ///
    /// # Errors
    ///
    /// A limit is shown already that has the name of one of the rules.
    pub fn watch_limits(&self, limits: &LimitLayer) -> Result<(), MetricsError> {
        let rules = limits.refused().enumerate().map(|(n, (rule, _))| {
            let limits = limits.clone();
            let count = move || limits.refused().nth(n).map_or(0, |(_, count)| count);
            (rule.to_owned(), Box::new(count) as Count)
        });
        self.watch_refusals(rules.collect())
    }

    /// Shows as well what a handler refuses by a limit of its own, under a name of its own.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use secure_runtime::{limit::{Key, Limiter}, metrics::{Metrics, MetricsSettings}};
    ///
    /// let metrics = Metrics::new(&MetricsSettings::default())?;
    /// let logins = Arc::new(Limiter::new("1 per hour".parse()?));
    /// let refused = Arc::clone(&logins);
    /// metrics.watch_limiter("logins", move || refused.refused())?;
    ///
    /// assert!(logins.check(Key::user("alice")).is_ok());
    /// assert!(logins.check(Key::user("alice")).is_err());
    /// assert_eq!(logins.refused(), 1); // rate_limited_total{rule="logins"}
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A limit of that name is shown already.
    pub fn watch_limiter(
        &self,
        rule: impl Into<String>,
        refused: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Result<(), MetricsError> {
        self.watch_refusals(vec![(rule.into(), Box::new(refused))])
    }

    fn watch_refusals(&self, rules: Vec<(String, Count)>) -> Result<(), MetricsError> {
        let is_first = {
            let known = self.refusals.lock();
            let is_known = |rule: &str| known.iter().any(|(known, _)| known == rule);
            if let Some((rule, _)) = rules.iter().find(|(rule, _)| is_known(rule)) {
                return Err(MetricsError::new(rule, Reason::Limit));
            }
            known.is_empty()
        };
        // Without the lock, which a scrape takes while it holds the registry's.
        if is_first && !rules.is_empty() {
            let all = self.refusals.clone();
            self.registry().labelled_from(
                NAME,
                "Requests refused because they were over a quota.",
                Kind::Counter,
                "rule",
                move |show| all.each(show),
            )?;
        }
        self.refusals.lock().extend(rules);
        Ok(())
    }
}

impl Refusals {
    fn lock(&self) -> MutexGuard<'_, Vec<(String, Count)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn each(&self, show: &mut dyn FnMut(&str, u64)) {
        self.lock().iter().for_each(|(rule, count)| show(rule, count()));
    }
}

impl fmt::Debug for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusals").finish_non_exhaustive()
    }
}
