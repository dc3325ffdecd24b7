//! HTTP/2 streams: each is a task of its own, ended when its client takes nothing or has gone.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};

use hyper::rt::Executor;
use pin_project_lite::pin_project;
use tokio::time::Sleep;

use super::deadline::{CONTROL, Timeouts};
use super::watch::{Order, Watch};
use crate::server::clock::{self, Armed, Millis};
use crate::server::incident::Incident;

/// What a stream's body tells the stream's task.
#[derive(Debug)]
pub(in crate::server) struct StreamState {
    watch: Arc<Watch>,
    /// Bytes last handed over plus one, while nobody asks for more; 0 otherwise.
    waiting: AtomicU64,
    /// How often bytes were handed over.
    turns: AtomicU64,
    /// The response is complete, or the service gave it up.
    ended: AtomicBool,
}

impl StreamState {
    pub(super) const fn new(watch: Arc<Watch>) -> Self {
        Self {
            watch,
            waiting: AtomicU64::new(0),
            turns: AtomicU64::new(0),
            ended: AtomicBool::new(false),
        }
    }

    pub(in crate::server) fn handed_over(&self, bytes: usize) {
        self.turns.fetch_add(1, Relaxed);
        self.waiting.store(bytes as u64 + 1, Relaxed);
    }

    pub(in crate::server) fn asked(&self) {
        self.waiting.store(0, Relaxed);
    }

    pub(in crate::server) fn ended(&self) {
        self.ended.store(true, Relaxed);
    }
}

/// Spawns the streams of one connection.
#[derive(Clone, Debug)]
pub(in crate::server) struct StreamExecutor(pub(super) Arc<Watch>);

impl<F> Executor<F> for StreamExecutor
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        // An upgrade leaves no state: it is the service's from then on.
        match self.0.take_stream() {
            Some(state) => drop(tokio::spawn(StreamTask {
                future,
                state,
                stall: None,
            })),
            None => drop(tokio::spawn(future)),
        }
    }
}

pin_project! {
    /// A stream's future, and a limit to how long its client may leave the response alone.
    struct StreamTask<F> {
        #[pin]
        future: F,
        state: Arc<StreamState>,
        stall: Option<Box<Stall>>,
    }
}

/// Bytes that were handed over and nobody has asked beyond.
struct Stall {
    turn: Turn,
    armed: Armed,
    timer: Pin<Box<Sleep>>,
}

#[derive(Clone, Copy)]
struct Turn {
    turn: u64,
    since: Millis,
    /// When the client last took something, as far as is known.
    progress: Millis,
    /// Bytes that the connection had written when it was last looked at, and the number of its large writes.
    written: u64,
    large_writes: u32,
}

impl Turn {
    /// Returns the time at which the client has taken nothing for too long, as far as is known `now`.
    ///
    /// `large` are the number of the connection's large writes and the time of the last one. What the client took right after the last look
    /// does not give it a second timeout; small writes have no time of their own.
    fn deadline(
        &mut self,
        now: Millis,
        written: u64,
        large: (u32, Millis),
        bytes: u64,
        timeouts: &Timeouts,
    ) -> Millis {
        if now >= self.progress + timeouts.write && self.may_be_moving(now, written, bytes, timeouts) {
            let (large_writes, at) = large;
            self.progress = if self.large_writes == large_writes {
                now
            } else {
                at.clamp(self.progress, now)
            };
            self.written = written;
            self.large_writes = large_writes;
        }
        self.progress + timeouts.write
    }

    /// Whether `bytes` may be on their way still. HTTP/2 does not say how many of them are, but the connection says
    /// whether its client takes any, and at the lowest rate they would have arrived some time.
    fn may_be_moving(&self, now: Millis, written: u64, bytes: u64, timeouts: &Timeouts) -> bool {
        let takes = written - self.written > CONTROL;
        let in_time =
            timeouts.min_rate == 0 || now < self.since + timeouts.write + timeouts.at_min_rate(bytes);
        takes && in_time
    }
}

impl<F: Future<Output = ()>> Future for StreamTask<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let context = this.state.watch.context();
        let incidents = &context.incidents;
        let future = this.future;
        // The future is dropped after a panic and never polled again.
        match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
            Err(_panic) => {
                incidents.note(Incident::Panicked, None);
                return Poll::Ready(());
            }
            Ok(Poll::Ready(())) => {
                if !this.state.ended.load(Relaxed) {
                    note_cancelled(&this.state.watch);
                }
                return Poll::Ready(());
            }
            Ok(Poll::Pending) => {}
        }
        let waiting = this.state.waiting.load(Relaxed);
        if waiting == 0 {
            return Poll::Pending;
        }
        let now = context.clock.now();
        let turn = this.state.turns.load(Relaxed);
        let written = this.state.watch.seen().written;
        let fresh = Turn {
            turn,
            since: now,
            progress: now,
            written,
            large_writes: this.state.watch.large_writes().0,
        };
        let stall = this.stall.get_or_insert_with(|| {
            Box::new(Stall {
                turn: fresh,
                armed: Armed::default(),
                timer: Box::pin(clock::unarmed()),
            })
        });
        if stall.turn.turn != turn {
            stall.turn = fresh;
        }
        let timeouts = &context.timeouts;
        let large = this.state.watch.large_writes();
        let deadline = stall.turn.deadline(now, written, large, waiting - 1, timeouts);
        if stall
            .armed
            .wait(stall.timer.as_mut(), deadline, context.clock, cx)
        {
            return Poll::Pending;
        }
        // Dropping the future resets the stream.
        incidents.note(Incident::WriteTimeout, None);
        Poll::Ready(())
    }
}

/// Counts a request whose client gave it up, and closes the connection of a client that does little else ("rapid
/// reset", CVE-2023-44487: each such request costs the service work, but never fills the limit of streams).
fn note_cancelled(watch: &Watch) {
    let (cancelled, started) = watch.cancelled();
    let context = watch.context();
    if cancelled > context.max_cancelled && cancelled > started / 2 && watch.order() != Order::Close {
        context.incidents.note(Incident::TooManyCancelled, None);
        watch.give(Order::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUTS: Timeouts = Timeouts {
        header: 10_000,
        write: 30_000,
        keep_alive: 75_000,
        min_rate: 240,
    };

    /// More than the connection takes in any of these tests.
    const BYTES: u64 = 100_000_000;

    fn turn() -> Turn {
        Turn {
            turn: 1,
            since: 1,
            progress: 1,
            written: 0,
            large_writes: 0,
        }
    }

    /// A client that takes what its window has room for and then nothing is cut after one timeout, not after two.
    #[test]
    fn the_first_window_gives_no_second_timeout() {
        let mut turn = turn();
        // Each look comes when the one before has said.
        let mut now = turn.deadline(2, 0, (0, 0), BYTES, &TIMEOUTS);
        assert_eq!(now, 30_001);
        for _ in 0..3 {
            now = turn.deadline(now, 65_535, (4, 3), BYTES, &TIMEOUTS);
            assert_eq!(now, 30_003);
        }
    }

    #[test]
    fn a_client_that_goes_on_taking_is_let_be() {
        let mut turn = turn();
        let mut deadline = 30_001;
        for (look, written) in (1..20).zip((20_000..).step_by(20_000)) {
            let now = deadline;
            deadline = turn.deadline(now, written, (look, now - 1_000), BYTES, &TIMEOUTS);
            assert_eq!(deadline, now - 1_000 + 30_000);
        }
        // Then it stops.
        assert_eq!(
            turn.deadline(deadline, 400_000 - 20_000, (19, deadline), BYTES, &TIMEOUTS),
            deadline
        );
    }

    #[test]
    fn small_writes_count_and_control_frames_do_not() {
        let mut turn = turn();
        assert_eq!(turn.deadline(30_001, 300, (0, 0), BYTES, &TIMEOUTS), 60_001);
        // A few acknowledged PINGs.
        assert_eq!(turn.deadline(60_001, 500, (0, 0), BYTES, &TIMEOUTS), 60_001);
    }

    #[test]
    fn below_the_lowest_rate_nothing_counts() {
        let mut turn = turn();
        // 2,400 bytes may take ten seconds on top of the timeout.
        assert_eq!(turn.deadline(30_001, 1_000, (0, 0), 2_400, &TIMEOUTS), 60_001);
        assert_eq!(turn.deadline(60_001, 2_000, (0, 0), 2_400, &TIMEOUTS), 60_001);
    }
}
