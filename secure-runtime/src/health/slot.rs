//! One check and its latest result, and what that result is worth now.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::check::Outcome;
use super::status::{Reason, Status};

/// One check of the registry.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) critical: bool,
    pub(super) period: Duration,
    pub(super) timeout: Duration,
    /// When the first run was due.
    since: Instant,
    latest: watch::Sender<Option<Arc<Finished>>>,
}

/// A run that is over.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) at: Instant,
    pub(super) took: Duration,
    pub(super) result: Result<Outcome, Reason>,
}

/// What is known of a check.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// Its first run is under way.
    Pending,
    /// How its last run ended.
    Finished(Arc<Finished>),
    /// Its last result is too old to be believed.
    Stale,
}

impl Slot {
    pub(super) fn new(name: String, critical: bool, period: Duration, timeout: Duration) -> Self {
        Self {
            name,
            critical,
            period,
            timeout,
            since: Instant::now(),
            latest: watch::Sender::new(None),
        }
    }

    /// Replaces the latest result.
    pub(super) fn publish(&self, finished: Finished) {
        self.latest.send_replace(Some(Arc::new(finished)));
    }

    /// Waits for the first result.
    pub(super) async fn settled(&self) {
        // The sender is in `self`, so the channel cannot close.
        let _ = self.latest.subscribe().wait_for(Option::is_some).await;
    }

    /// What is known of the check at `now`.
    pub(super) fn state(&self, now: Instant) -> State {
        let latest = self.latest.borrow().clone();
        let last_word = latest.as_ref().map_or(self.since, |finished| finished.at);
        if now.saturating_duration_since(last_word) > self.stale_after() {
            return State::Stale;
        }
        latest.map_or(State::Pending, State::Finished)
    }

    /// The age at which a result is not believed any more.
    ///
    /// The next result comes within a period and a timeout, so one more period is grace. Older than that, the runtime is starved or the
    /// check holds its thread, and a healthy answer would be a guess.
    fn stale_after(&self) -> Duration {
        self.period.saturating_mul(2).saturating_add(self.timeout)
    }
}

impl State {
    /// The word for it in the answer.
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Pending => Status::Starting,
            Self::Stale => Status::Unhealthy,
            Self::Finished(finished) => match &finished.result {
                Ok(outcome) if outcome.is_degraded() => Status::Degraded,
                Ok(_) => Status::Healthy,
                Err(_) => Status::Unhealthy,
            },
        }
    }

    /// Why it is unhealthy.
    pub(super) fn reason(&self) -> Option<Reason> {
        match self {
            Self::Pending => None,
            Self::Stale => Some(Reason::Stale),
            Self::Finished(finished) => finished.result.as_ref().err().copied(),
        }
    }

    /// What the check found, if it passed.
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Finished(finished) => finished.result.as_ref().ok(),
            Self::Pending | Self::Stale => None,
        }
    }

    /// How long the last run took.
    pub(super) fn took(&self) -> Option<Duration> {
        match self {
            Self::Finished(finished) => Some(finished.took),
            Self::Pending | Self::Stale => None,
        }
    }
}
