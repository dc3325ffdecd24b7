//! Time in milliseconds since the server's start, and timers armed only when someone waits.
//!
//! A connection looks at the time once each time that it is polled; whole numbers keep that cheap.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use rustix::time::{ClockId, clock_gettime};
use tokio::task::coop::unconstrained;
use tokio::time::Sleep;

/// Milliseconds since the server's start; never 0.
pub(super) type Millis = u64;

/// The timer wheel counts in milliseconds and rounds up; a little more, to be on the safe side.
const GRAIN: Millis = 5;

/// Tells the time since the server's start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    start: Instant,
    /// The same moment, as the system counts.
    #[cfg(target_os = "linux")]
    origin: Duration,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            start: Instant::now(),
            #[cfg(target_os = "linux")]
            origin: system_time(ClockId::Monotonic),
        }
    }

    #[inline]
    pub(super) fn now(self) -> Millis {
        millis(self.start.elapsed()) + 1
    }

    /// The time as of the system's last tick, at most 10 ms ago and never ahead: that nothing is due for long it tells at a fraction of
    /// the cost.
    #[inline]
    pub(super) fn about(self) -> Millis {
        #[cfg(target_os = "linux")]
        let about = millis(system_time(ClockId::MonotonicCoarse).saturating_sub(self.origin)) + 1;
        #[cfg(not(target_os = "linux"))]
        let about = self.now();
        about
    }

    fn instant(self, at: Millis) -> Instant {
        self.start + Duration::from_millis(at - 1)
    }
}

#[cfg(target_os = "linux")]
#[inline]
fn system_time(id: ClockId) -> Duration {
    // The kernel gives no negative times.
    clock_gettime(id).try_into().unwrap_or_default()
}

/// A duration in whole milliseconds.
pub(super) const fn millis(duration: Duration) -> Millis {
    // No `as_millis`: its 128 bits cost a division in software.
    duration
        .as_secs()
        .saturating_mul(1000)
        .saturating_add(duration.subsec_millis() as u64)
}

/// When a [`Sleep`] that is pinned elsewhere will ring; 0 if it will not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Armed(Millis);

/// A timer that costs nothing until it is armed.
pub(super) fn unarmed() -> Sleep {
    tokio::time::sleep_until(Instant::now().into())
}

impl Armed {
    /// Whether the timer, polled by this same task before, rings by `deadline`, and not just now.
    ///
    /// One that has rung does not ring again, whatever `now` is: a cheap reading may be from before that.
    ///
    /// One that rings earlier than needed is left alone: the task is woken once too often and looks again, which is much
    /// cheaper than moving the timer at each request.
    #[inline]
    pub(super) fn is_set(self, timer: &Sleep, deadline: Millis, now: Millis) -> bool {
        self.0 <= deadline && now + GRAIN < self.0 && !timer.is_elapsed()
    }

    /// Makes sure that the task is woken at `deadline` at the latest; false if that has passed.
    pub(super) fn wait(
        &mut self,
        mut timer: Pin<&mut Sleep>,
        deadline: Millis,
        clock: Clock,
        cx: &mut Context<'_>,
    ) -> bool {
        loop {
            let now = clock.now();
            if now >= deadline {
                return false;
            }
            if self.0 <= now || self.0 > deadline {
                timer.as_mut().reset(clock.instant(deadline).into());
                self.0 = deadline;
            }
            // Polled outside the task's budget: a spent budget would leave the timer unregistered.
            match pin!(unconstrained(timer.as_mut())).poll(cx) {
                Poll::Pending => return true,
                Poll::Ready(()) => self.0 = 0,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_whole_and_bounded() {
        assert_eq!(millis(Duration::from_micros(1999)), 1);
        assert_eq!(millis(Duration::new(3, 4_000_000)), 3004);
        assert_eq!(millis(Duration::MAX), u64::MAX);
    }

    #[test]
    fn about_now_is_not_ahead_and_not_far_behind() {
        let clock = Clock::start();
        for _ in 0..50 {
            let about = clock.about();
            assert!(about <= clock.now());
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(20));
        assert!(clock.about() > 50);
    }

    /// Runs `poll` as a task with a timer until it is ready.
    fn run(mut poll: impl FnMut(Pin<&mut Sleep>, &mut Context<'_>) -> Poll<()>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut timer = pin!(unarmed());
            std::future::poll_fn(|cx| poll(timer.as_mut(), cx)).await;
        });
    }

    #[test]
    fn an_earlier_timer_is_left_and_a_later_one_is_moved() {
        let clock = Clock::start();
        let mut armed = Armed::default();
        let now = clock.now();
        run(|mut timer, cx| {
            assert!(armed.wait(timer.as_mut(), now + 10_000, clock, cx));
            assert_eq!(armed.0, now + 10_000);
            assert!(armed.is_set(&timer, now + 20_000, now));
            assert!(!armed.is_set(&timer, now + 5_000, now));
            assert!(armed.wait(timer.as_mut(), now + 20_000, clock, cx));
            assert_eq!(armed.0, now + 10_000);
            assert!(armed.wait(timer.as_mut(), now + 5_000, clock, cx));
            assert_eq!(armed.0, now + 5_000);
            assert!(!armed.wait(timer.as_mut(), now, clock, cx));
            Poll::Ready(())
        });
    }

    #[test]
    fn a_timer_that_has_rung_is_not_set_by_a_clock_that_is_late() {
        let clock = Clock::start();
        let mut armed = Armed::default();
        let deadline = clock.now() + 30;
        run(|mut timer, cx| {
            if armed.wait(timer.as_mut(), deadline, clock, cx) {
                assert!(armed.is_set(&timer, deadline, deadline - 20));
                return Poll::Pending;
            }
            // It rang at the deadline, and is not armed anew: the task would sleep for ever.
            assert!(timer.is_elapsed());
            let rung = Armed(deadline);
            assert!(!rung.is_set(&timer, deadline, deadline - 20));
            Poll::Ready(())
        });
    }

    #[test]
    fn the_task_is_woken_in_time() {
        let clock = Clock::start();
        let mut armed = Armed::default();
        let deadline = clock.now() + 30;
        run(|timer, cx| {
            if armed.wait(timer, deadline, clock, cx) {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        });
        assert!(clock.now() >= deadline);
    }
}
