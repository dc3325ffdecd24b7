//! One quota for each of many subjects, counted for all replicas together.

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use redis::Script;

use super::error::{InvalidReplica, Unavailable};
use super::gate::Gate;
use super::settings::Outage;
use super::subject::Subject;
use super::valkey::{Valkey, check_name};
use crate::limit::{Allowance, Limiter, Quota, Refusal};
use crate::problem::Problem;

/// The most that a shared window may allow: the server keeps the time of each.
const MAX_WINDOW: u32 = 10_000;
/// When to come back while the server is gone and nothing passes.
const OUTAGE_WAIT: Duration = Duration::from_secs(5);

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("limit.lua")));

/// One quota for each of many subjects, counted for all replicas together; see the [module](super).
pub struct SharedLimiter {
    valkey: Valkey,
    name: String,
    /// Its kind, and its two numbers in microseconds, as the script takes them.
    arguments: (char, u64, u64),
    on_outage: Outage,
    /// What this replica let through: all there is when the server is gone.
    local: Limiter,
    gate: Gate,
    /// How many were decided about without the server.
    alone: AtomicU64,
    refused: AtomicU64,
}

/// A request does not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SharedRefusal {
    /// The quota is used up.
    Quota(Refusal),
    /// The server is gone, and [`Outage::FailClosed`] was chosen.
    Outage(Unavailable),
}

impl SharedLimiter {
    /// Checks that replicas can share this quota: for a setting that one is made of, when it is loaded.
    ///
    /// # Errors
    ///
    /// A window allows more than 10,000.
    pub fn check_quota(quota: Quota) -> Result<(), InvalidReplica> {
        if quota.burst().is_none() && quota.count() > MAX_WINDOW {
            return Err(InvalidReplica::Window);
        }
        Ok(())
    }

    /// A limit called `name`, which tells its counts from those of others: all replicas must call it the same.
    ///
    /// # Errors
    ///
    /// The name is more than letters, digits, `.`, `-` and `_`, or a window allows more than 10,000.
    pub fn new(valkey: &Valkey, name: impl Into<String>, quota: Quota) -> Result<Self, InvalidReplica> {
        let name = name.into();
        check_name(&name)?;
        Self::check_quota(quota)?;
        let micros = |nanos: u128| u64::try_from(nanos.div_ceil(1000)).unwrap_or(u64::MAX);
        let arguments = match quota.burst() {
            None => ('w', u64::from(quota.count()), micros(quota.period().as_nanos())),
            Some(burst) => {
                let interval = quota.period().as_nanos().div_ceil(u128::from(quota.count()));
                ('r', micros(interval), u64::from(burst))
            }
        };
        Ok(Self {
            valkey: valkey.clone(),
            // The names of both are made of the same characters.
            local: Limiter::new(quota)
                .with_name(name.clone())
                .map_err(|_| InvalidReplica::Name)?,
            name,
            arguments,
            on_outage: valkey.on_outage(),
            gate: Gate::new(),
            alone: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        })
    }

    /// Sets what happens without the server, in place of what the settings say.
    #[must_use]
    pub fn on_outage(mut self, choice: Outage) -> Self {
        self.on_outage = choice;
        self
    }

    /// Has room for this many subjects in the count of this replica; see [`Limiter`].
    #[must_use]
    pub fn with_places(mut self, places: usize) -> Self {
        self.local = self.local.with_places(places);
        self
    }

    /// The quota of each subject.
    #[must_use]
    pub const fn quota(&self) -> Quota {
        self.local.quota()
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many requests were decided about without the server.
    #[must_use]
    pub fn alone(&self) -> u64 {
        self.alone.load(Ordering::Relaxed)
    }

    /// How many requests this replica has refused, also for want of the server.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Spends one of a subject's quota.
    ///
    /// Dropping the future may leave one spent, never more than was allowed. With the feature `events`, a used-up quota is also a security
    /// event: `excess_rate_limit_exceeded`.
    ///
    /// # Errors
    ///
    /// The quota is used up, and nothing is spent; or the server is gone and [`Outage::FailClosed`] was chosen.
    pub async fn check(&self, subject: Subject) -> Result<Allowance, SharedRefusal> {
        let checked = self.check_quietly(subject).await;
        #[cfg(feature = "events")]
        if let Err(SharedRefusal::Quota(_)) = &checked {
            crate::events::limited(&crate::events::Context::new(), subject.local, &self.name);
        }
        checked
    }

    /// Does the same without the event, of which a layer has more to say.
    pub(super) async fn check_quietly(&self, subject: Subject) -> Result<Allowance, SharedRefusal> {
        let decided = self.decide(subject).await;
        if decided.is_err() {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        decided
    }

    async fn decide(&self, subject: Subject) -> Result<Allowance, SharedRefusal> {
        if let Some(wait) = self.gate.wait(&subject.digest) {
            return Err(SharedRefusal::Quota(self.local.refusal(wait)));
        }
        // What this replica let through is part of what all did.
        self.local.peek(subject.local).map_err(SharedRefusal::Quota)?;
        match self.ask(&subject).await {
            Ok((true, remaining, more_in)) => {
                // For the time when the server is gone. That another one was faster here changes nothing: the server has decided.
                let _ = self.local.check_quietly(subject.local);
                Ok(Allowance::new(remaining, more_in))
            }
            Ok((false, _, wait)) => {
                self.gate.close(&subject.digest, wait);
                Err(SharedRefusal::Quota(self.local.refusal(wait)))
            }
            Err(reason) => {
                self.alone.fetch_add(1, Ordering::Relaxed);
                match self.on_outage {
                    Outage::FailOpen => self
                        .local
                        .check_quietly(subject.local)
                        .map_err(SharedRefusal::Quota),
                    Outage::FailClosed => Err(SharedRefusal::Outage(reason)),
                }
            }
        }
    }

    async fn ask(&self, subject: &Subject) -> Result<(bool, u32, Duration), Unavailable> {
        let (kind, first, second) = self.arguments;
        let key = self.valkey.names().of_count(kind, &self.name, subject);
        let (allowed, remaining, more): (u8, u32, String) = self
            .valkey
            .ask(|mut connection| async move {
                let mut call = SCRIPT.key(key);
                call.arg(kind.to_string()).arg(first).arg(second);
                call.invoke_async(&mut connection).await
            })
            .await?;
        let more = more.parse().map_err(|_| Unavailable::Failed)?;
        Ok((allowed == 1, remaining, Duration::from_micros(more)))
    }
}

impl SharedRefusal {
    /// How long to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Duration {
        match self {
            Self::Quota(refusal) => refusal.retry_after(),
            Self::Outage(_) => OUTAGE_WAIT,
        }
    }

    /// Makes the response of a handler that refuses: 429 like that of a [`Refusal`], or 503 while the server is gone; with `Retry-After` and
    /// a problem body.
    #[must_use]
    pub fn into_response<B: From<Bytes>>(self) -> Response<B> {
        match self {
            Self::Quota(refusal) => refusal.into_response(),
            Self::Outage(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE)
                .retry_after(OUTAGE_WAIT)
                .into_response(),
        }
    }
}

impl fmt::Display for SharedRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quota(refusal) => refusal.fmt(f),
            Self::Outage(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for SharedRefusal {}

impl fmt::Debug for SharedLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedLimiter")
            .field("name", &self.name)
            .field("quota", &format_args!("{}", self.quota()))
            .field("on_outage", &self.on_outage)
            .finish_non_exhaustive()
    }
}
