//! A check, its latest result, and the status that follows from it.

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
    pub(super) thresholds: Thresholds,
    /// The time at which the first run was due.
    since: Instant,
    latest: watch::Sender<Option<Arc<Finished>>>,
}

/// The number of runs in a row that change the status of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Thresholds {
    pub(super) failure: u32,
    pub(super) success: u32,
}

/// The end of a run.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) at: Instant,
    pub(super) took: Duration,
    pub(super) result: Result<Outcome, Reason>,
}

/// A run that is over, and the status of its check from then on.
#[derive(Debug)]
pub(super) struct Finished {
    run: Ended,
    is_up: bool,
    /// The check has passed at least once.
    has_passed: bool,
    /// Failures in a row, up to this run.
    failures: u32,
    /// Successes in a row, up to this run.
    successes: u32,
}

impl Finished {
    /// Counts a run on top of the one before.
    ///
    /// Until the check has passed once, each result counts at once: a service that has never reached its database is not ready, and one
    /// that has just reached it is.
    fn after(previous: Option<&Self>, run: Ended, thresholds: Thresholds) -> Self {
        let (was_up, has_passed, failures, successes) = previous.map_or((false, false, 0, 0), |previous| {
            (
                previous.is_up,
                previous.has_passed,
                previous.failures,
                previous.successes,
            )
        });
        if run.result.is_ok() {
            let successes = successes.saturating_add(1);
            Self {
                run,
                is_up: was_up || !has_passed || successes >= thresholds.success,
                has_passed: true,
                failures: 0,
                successes,
            }
        } else {
            let failures = failures.saturating_add(1);
            Self {
                run,
                is_up: was_up && failures < thresholds.failure,
                has_passed,
                failures,
                successes: 0,
            }
        }
    }

    pub(super) fn status(&self) -> Status {
        match &self.run.result {
            _ if !self.is_up => Status::Unhealthy,
            Ok(outcome) if !outcome.is_degraded() => Status::Healthy,
            _ => Status::Degraded,
        }
    }
}

/// The latest information about a check.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// Its first run is under way.
    Pending,
    /// Its last run, and the status that follows from it.
    Finished(Arc<Finished>),
    /// Its last result is too old to rely on.
    Stale,
}

impl Slot {
    pub(super) fn new(
        name: String,
        critical: bool,
        period: Duration,
        timeout: Duration,
        thresholds: Thresholds,
    ) -> Self {
        Self {
            name,
            critical,
            period,
            timeout,
            thresholds,
            since: Instant::now(),
            latest: watch::Sender::new(None),
        }
    }

    /// Records the end of a run, and returns the status of the check from then on.
    pub(super) fn publish(&self, run: Ended) -> Status {
        let previous = self.latest.borrow().clone();
        let finished = Finished::after(previous.as_deref(), run, self.thresholds);
        let status = finished.status();
        self.latest.send_replace(Some(Arc::new(finished)));
        status
    }

    /// Waits for the first result.
    pub(super) async fn settled(&self) {
        // The sender is in `self`, so the channel cannot close.
        let _ = self.latest.subscribe().wait_for(Option::is_some).await;
    }

    /// Returns the state of the check at `now`.
    pub(super) fn state(&self, now: Instant) -> State {
        let latest = self.latest.borrow().clone();
        let last_word = latest.as_ref().map_or(self.since, |finished| finished.run.at);
        if now.saturating_duration_since(last_word) > self.stale_after() {
            return State::Stale;
        }
        latest.map_or(State::Pending, State::Finished)
    }

    /// Returns the age at which a result is too old to rely on.
    ///
    /// The next result comes within a period and a timeout, so one more period is grace. Older than that, the runtime is starved or the
    /// check holds its thread, and a healthy answer would be a guess.
    fn stale_after(&self) -> Duration {
        self.period.saturating_mul(2).saturating_add(self.timeout)
    }
}

impl State {
    /// Returns the status of the check.
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Pending => Status::Starting,
            Self::Stale => Status::Unhealthy,
            Self::Finished(finished) => finished.status(),
        }
    }

    /// Returns the reason why the check is not healthy, except where its own outcome is the reason.
    pub(super) fn reason(&self) -> Option<Reason> {
        match self {
            Self::Pending => None,
            Self::Stale => Some(Reason::Stale),
            Self::Finished(finished) => match &finished.run.result {
                Err(reason) => Some(*reason),
                Ok(_) if !finished.is_up => Some(Reason::Recovering),
                Ok(_) => None,
            },
        }
    }

    /// Returns the number of failed runs in a row up to the last one.
    pub(super) fn failures(&self) -> u32 {
        match self {
            Self::Finished(finished) => finished.failures,
            Self::Pending | Self::Stale => 0,
        }
    }

    /// Returns the outcome of the last run, if it passed.
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Finished(finished) => finished.run.result.as_ref().ok(),
            Self::Pending | Self::Stale => None,
        }
    }

    /// Returns how long the last run took.
    pub(super) fn took(&self) -> Option<Duration> {
        match self {
            Self::Finished(finished) => Some(finished.run.took),
            Self::Pending | Self::Stale => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statuses after each of these runs, `+` for a success and `-` for a failure: `h`ealthy, `d`egraded or `u`nhealthy.
    fn statuses(failure: u32, success: u32, runs: &str) -> String {
        let second = Duration::from_secs(1);
        let slot = Slot::new("a".into(), true, second, second, Thresholds { failure, success });
        let publish = |run| {
            let result = if run == '+' {
                Ok(Outcome::healthy())
            } else {
                Err(Reason::Failed)
            };
            let status = slot.publish(Ended {
                at: Instant::now(),
                took: second,
                result,
            });
            assert_eq!(slot.state(Instant::now()).status(), status);
            status.as_str().chars().next()
        };
        runs.chars().filter_map(publish).collect()
    }

    #[test]
    fn runs_in_a_row_change_the_status() {
        for (failure, success, runs, expected) in [
            (3, 1, "+-+--+---+", "hdhddhdduh"),
            (3, 1, "+----+-", "hdduuhd"),
            (1, 1, "+-+-", "huhu"),
            (2, 3, "+--++-+++-", "hduuuuuuhd"),
            (2, 3, "+--++", "hduuu"),
            // The first results count at once.
            (3, 3, "-+", "uh"),
            (3, 3, "--+--+-", "uuhddhd"),
            (3, 3, "+---+", "hdduu"),
        ] {
            assert_eq!(
                statuses(failure, success, runs),
                expected,
                "{failure} {success} {runs}"
            );
        }
    }
}
