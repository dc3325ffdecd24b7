//! The task that runs one check: once per period, one run at a time, cut off at its timeout.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::check::{AnyCheck, Failure, Outcome, Run};
use super::slot::{Ended, Slot};
use super::status::{Reason, Status};

/// Runs the check until the task is aborted.
pub(super) async fn run(check: Arc<dyn AnyCheck>, slot: Arc<Slot>) {
    let mut history = History::default();
    loop {
        let started = Instant::now();
        // A task of its own: a panic ends there, and a check that blocks its thread does not keep its timeout from being noticed.
        let mut task = AbortOnDrop(spawn(Arc::clone(&check).start()));
        let ended = timeout_at(started + slot.timeout, &mut task).await.ok();
        let at = Instant::now();
        let took = at.duration_since(started);
        let (result, error) = judge(ended);
        let failed = result.as_ref().err().copied();
        let status = slot.publish(Ended { at, took, result });
        history.log(&slot, failed, status, error.as_ref());
        if !task.0.is_finished() {
            task.0.abort();
            // One run at a time, also when this one ignores being cut off.
            let _ = (&mut task).await;
        }
        // A run that begins late does not make the next ones crowd.
        sleep_until((started + slot.period).max(Instant::now())).await;
    }
}

/// Spawns a run, and wakes another thread of the runtime.
///
/// Tokio keeps the task that a task spawned last for the same thread and wakes no other; that thread may be the one that waits for
/// timers and sockets. A check that blocks it would stop them all, its own timeout included. After a second task the first is not the
/// last, and another thread is woken to share the work.
fn spawn(run: Run) -> JoinHandle<Result<Outcome, Failure>> {
    let task = tokio::spawn(run);
    drop(tokio::spawn(async {}));
    task
}

/// Returns the result of a run; `None` is a run that has not ended in time.
fn judge(
    ended: Option<Result<Result<Outcome, Failure>, JoinError>>,
) -> (Result<Outcome, Reason>, Option<Failure>) {
    match ended {
        Some(Ok(Ok(outcome))) => (Ok(outcome), None),
        Some(Ok(Err(error))) => (Err(Reason::Failed), Some(error)),
        // The payload is the panic hook's to log.
        Some(Err(_)) => (Err(Reason::Panicked), None),
        None => (Err(Reason::TimedOut), None),
    }
}

/// The failures of a check since it was last well, to log what is new.
#[derive(Debug, Default)]
struct History {
    failures: u64,
    was_unhealthy: bool,
}

impl History {
    /// Logs the first failure, the second, the fourth and so on, the one that turns the check unhealthy, and the recovery.
    fn log(&mut self, slot: &Slot, failed: Option<Reason>, status: Status, failure: Option<&Failure>) {
        let Some(reason) = failed else {
            if self.failures > 0 && status.is_serving() {
                tracing::info!(
                    check = slot.name,
                    failures = self.failures,
                    "health check recovered"
                );
                self.failures = 0;
                self.was_unhealthy = false;
            }
            return;
        };
        self.failures += 1;
        let turns_unhealthy = status == Status::Unhealthy && !self.was_unhealthy;
        self.was_unhealthy = status == Status::Unhealthy;
        if self.failures.is_power_of_two() || turns_unhealthy {
            tracing::warn!(
                check = slot.name,
                status = status.as_str(),
                reason = reason.as_str(),
                failures = self.failures,
                error = failure.map(|failure| failure as &(dyn Error + 'static)),
                "health check failed"
            );
        }
    }
}

/// A task that ends with its owner.
pub(super) struct AbortOnDrop<T>(pub(super) JoinHandle<T>);

impl<T> Future for AbortOnDrop<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
