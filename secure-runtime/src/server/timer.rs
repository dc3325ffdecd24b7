//! Timers that are armed only when someone waits, and moved only when they would ring too late.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::task::coop::unconstrained;
use tokio::time::Sleep;

/// The timer wheel counts in milliseconds and rounds up; a little more, to be on the safe side.
const GRAIN: Duration = Duration::from_millis(5);

/// A timer that costs nothing until it is armed.
pub(super) fn unarmed() -> Sleep {
    tokio::time::sleep_until(Instant::now().into())
}

/// Whether a timer that was polled on this same task rings in time, and not just now.
pub(super) fn is_armed(armed: Option<Instant>, deadline: Instant, now: Instant) -> bool {
    armed.is_some_and(|rings| rings <= deadline && now + GRAIN < rings)
}

/// Makes sure that the task is woken at `deadline` at the latest; false if that has passed.
///
/// `armed` remembers when `timer` will ring. A timer that rings earlier than needed is left alone: the task is then
/// woken once too often and comes here again, which is much cheaper than moving the timer at each request.
pub(super) fn wait_until(
    mut timer: Pin<&mut Sleep>,
    armed: &mut Option<Instant>,
    deadline: Instant,
    now: Instant,
    cx: &mut Context<'_>,
) -> bool {
    if now >= deadline {
        return false;
    }
    if armed.is_none_or(|rings| rings > deadline || now >= rings) {
        timer.as_mut().reset(deadline.into());
        *armed = Some(deadline);
    }
    // Polled outside the task's budget: a spent budget would leave the timer unregistered.
    while let Poll::Ready(()) = pin!(unconstrained(timer.as_mut())).poll(cx) {
        if Instant::now() >= deadline {
            return false;
        }
        timer.as_mut().reset(deadline.into());
        *armed = Some(deadline);
    }
    true
}
