//! Runs one check for ever: once per period, one run at a time, cut off at its timeout.

use std::collections::VecDeque;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::check::{AnyCheck, Failure, Outcome, Run};
use super::slot::{Finished, Slot};
use super::status::Reason;

/// Runs the check until the task is aborted.
pub(super) async fn run(check: Arc<dyn AnyCheck>, slot: Arc<Slot>) {
    let mut history = History::default();
    loop {
        let started = Instant::now();
        // A task of its own: a panic ends there, and a check that blocks its thread does not keep its timeout from being noticed.
        let mut task = AbortOnDrop(spawn(Arc::clone(&check).start()));
        let mut ended = None;
        if let Some(patience) = history
            .patience(slot.period)
            .filter(|patience| *patience < slot.timeout)
        {
            ended = timeout(patience, &mut task).await.ok();
            if ended.is_none() {
                // What was well is not any more, as far as is known. The run may go on, and end well.
                slot.publish(Finished {
                    at: Instant::now(),
                    took: started.elapsed(),
                    result: Err(Reason::Late),
                });
            }
        }
        if ended.is_none() {
            ended = timeout_at(started + slot.timeout, &mut task).await.ok();
        }
        let at = Instant::now();
        let took = at.duration_since(started);
        let (result, error) = judge(ended);
        history.log(&slot.name, &result, error.as_ref());
        history.keep(took, result.is_ok());
        slot.publish(Finished { at, took, result });
        if !task.0.is_finished() {
            task.0.abort();
            // One run at a time, also when this one ignores being cut off.
            let _ = (&mut task).await;
        }
        // A late run does not make the next ones crowd.
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

/// What the end of a run means; `None` is a run that has not ended in time.
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

/// What a check has said before: to log what is new, and to know what is late.
#[derive(Debug, Default)]
struct History {
    failures: u64,
    /// How long the last runs took that passed, if the very last one did.
    took: VecDeque<Duration>,
}

impl History {
    /// How many runs tell what is usual.
    const RUNS: usize = 8;

    /// How long a run may take before it is late; `None` if there is nothing that it could take back.
    fn patience(&self, period: Duration) -> Option<Duration> {
        let slowest = self.took.iter().max()?;
        Some(slowest.saturating_mul(4).max(period / 10))
    }

    fn keep(&mut self, took: Duration, is_ok: bool) {
        if !is_ok {
            return self.took.clear();
        }
        if self.took.len() == Self::RUNS {
            self.took.pop_front();
        }
        self.took.push_back(took);
    }

    /// Logs the first failure of a row, the second, the fourth and so on, and the end of the row.
    fn log(&mut self, name: &str, result: &Result<Outcome, Reason>, failure: Option<&Failure>) {
        match result {
            Ok(_) if self.failures > 0 => {
                tracing::info!(check = name, failures = self.failures, "health check recovered");
                self.failures = 0;
            }
            Ok(_) => {}
            Err(reason) => {
                self.failures += 1;
                if self.failures.is_power_of_two() {
                    tracing::warn!(
                        check = name,
                        reason = reason.as_str(),
                        failures = self.failures,
                        error = failure.map(|failure| failure as &(dyn Error + 'static)),
                        "health check failed"
                    );
                }
            }
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
