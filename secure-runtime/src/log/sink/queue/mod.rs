//! Keeps lines for a reader that does not take them, in a bounded buffer with a thread behind it.
//!
//! What it promises:
//!
//! 1. **Nobody waits for a reader that stalls.** A line is copied into the buffer or, when that is full, dropped and
//!    counted. The lock is never held during a write that may block.
//! 2. **Order.** While the thread has something to write, nobody writes directly.
//! 3. **Whole lines.** The buffer takes a line whole or not at all, and the thread writes all it takes.
//! 4. **An account.** When lines were lost, a line says how many as soon as one can be written again.
//!
//! A reader that reads, only not as fast as lines come, is no reader that stalls: to lose lines for the sake of
//! milliseconds would be a bad bargain. When the buffer is full, a line therefore waits for room, within the bounds of
//! [`Patience`].
//!
//! The thread is started when it is first needed: a service whose output is read has none.

mod patience;
mod thread;

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing_core::Level;

use self::patience::Patience;
use super::report;
use crate::log::counters::Counters;
use crate::log::line::Style;

/// The most bytes that wait, those being written included.
const CAPACITY: usize = 4 << 20;

/// Of which this many are kept for warnings and errors.
const KEPT_FOR_WARNINGS: usize = CAPACITY / 8;

/// So many bytes are written without waiting for more.
const BATCH: usize = 64 * 1024;

/// The lines that wait, and the thread that writes them.
pub(super) struct Queue {
    shared: Arc<Shared>,
}

struct Shared {
    /// Writes to it may block.
    file: File,
    style: Style,
    /// How long the thread waits for more lines before it writes.
    linger: Option<Duration>,
    counters: Arc<Counters>,
    state: Mutex<State>,
    /// There is something to do for the thread.
    work: Condvar,
    /// The thread has nothing to do.
    idle: Condvar,
    /// The thread has taken lines.
    room: Condvar,
    /// When the queue was made.
    start: Instant,
    /// When the reader has taken something last, or there was nothing to take: in milliseconds since the start.
    progress: AtomicU64,
}

#[derive(Default)]
pub(super) struct State {
    waiting: Vec<u8>,
    /// How many lines `waiting` has, the rest of a line counted as one.
    lines: u64,
    /// Bytes the thread is writing.
    in_flight: usize,
    /// There are lines that must be written before any other.
    pub(super) is_busy: bool,
    /// The last line was written in part only, so what follows begins with a newline.
    pub(super) is_torn: bool,
    /// The last write failed.
    is_broken: bool,
    patience: Patience,
    /// How many lines wait for room.
    waiters: u32,
    /// Lost lines that no line has told of.
    dropped: u64,
    failed: u64,
    has_thread: bool,
    /// The thread waits for work, and how much of it wakes it.
    wakes_at: Option<usize>,
    /// Write without lingering.
    hurry: bool,
    is_closed: bool,
}

impl State {
    /// Whether lines were lost that no line has told of.
    #[inline]
    pub(super) fn has_losses(&self) -> bool {
        self.dropped | self.failed != 0
    }

    fn len(&self) -> usize {
        self.waiting.len() + self.in_flight
    }
}

impl Queue {
    pub(super) fn new(file: File, style: Style, linger: Option<Duration>, counters: &Arc<Counters>) -> Self {
        let shared = Shared {
            file,
            style,
            linger,
            counters: Arc::clone(counters),
            state: Mutex::default(),
            work: Condvar::new(),
            idle: Condvar::new(),
            room: Condvar::new(),
            start: Instant::now(),
            progress: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    #[inline]
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock()
    }

    #[inline]
    pub(super) fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// Takes a line in, or counts it as dropped.
    pub(super) fn push<'a>(&'a self, mut state: MutexGuard<'a, State>, level: Level, line: &[u8]) {
        let room = if level <= Level::WARN {
            CAPACITY
        } else {
            CAPACITY - KEPT_FOR_WARNINGS
        };
        let is_full = |state: &State| state.len() + line.len() > room;
        if is_full(&state) {
            state = self.shared.wait_for_room(state, is_full);
            if is_full(&state) {
                state.dropped += 1;
                return self.shared.counters.dropped(1);
            }
        }
        if state.has_losses() && !state.is_broken && state.len() < CAPACITY / 2 {
            self.shared.push_report(&mut state);
        }
        self.shared.append(&mut state, line);
        let wakes = self.is_due(&mut state);
        // Told only now: a thread that is woken first would run into the lock, and on the same processor that is two switches more.
        drop(state);
        if wakes {
            self.shared.work.notify_one();
        }
    }

    /// Takes in what is left of a line that was written in part, or not at all.
    #[cold]
    pub(super) fn resume(&self, state: &mut State, rest: &[u8]) {
        self.shared.append(state, rest);
        self.wake(state);
    }

    /// Counts lines that could not be written.
    #[cold]
    pub(super) fn failed(&self, state: &mut State, lines: u64, in_part: bool) {
        state.failed += lines;
        state.is_torn |= in_part;
        self.shared.counters.failed(lines);
    }

    /// The line that tells of the lost ones, which are told of then.
    pub(super) fn report(&self, state: &mut State) -> Vec<u8> {
        self.shared.report(state)
    }

    /// Starts the thread, or wakes it if there is enough to do.
    fn wake(&self, state: &mut State) {
        if self.is_due(state) {
            self.shared.work.notify_one();
        }
    }

    /// Whether the thread is to be woken, since there is enough to do; starts it where there is none.
    fn is_due(&self, state: &mut State) -> bool {
        if !state.has_thread {
            let shared = Arc::clone(&self.shared);
            let run = move || shared.run();
            // Without a thread the lines stay where they are, and the next one tries again.
            state.has_thread = std::thread::Builder::new()
                .name("log-writer".into())
                .stack_size(128 * 1024)
                .spawn(run)
                .is_ok();
        }
        let is_due = state
            .wakes_at
            .is_some_and(|enough| state.hurry || state.waiting.len() >= enough);
        if is_due {
            state.wakes_at = None;
        }
        is_due
    }

    /// Has what waits written without lingering.
    pub(super) fn hurry(&self) {
        let mut state = self.lock();
        if !state.waiting.is_empty() {
            state.hurry = true;
            self.wake(&mut state);
        }
    }

    /// Waits until nothing waits, as long as some of it is written every `patience`, and no longer than three
    /// times that. Whether nothing waits any more.
    pub(super) fn flush(&self, patience: Duration) -> bool {
        let end = Instant::now() + patience * 3;
        let mut state = self.lock();
        if state.is_busy {
            state.hurry = true;
            self.wake(&mut state);
        }
        while state.is_busy {
            let left = patience
                .saturating_sub(self.shared.silence())
                .min(end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return false;
            }
            let waited = self.shared.idle.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let mut state = self.lock();
        state.is_closed = true;
        self.shared.work.notify_one();
    }
}

impl Shared {
    #[inline]
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append(&self, state: &mut State, line: &[u8]) {
        if std::mem::take(&mut state.is_torn) {
            state.waiting.push(b'\n');
        }
        state.waiting.extend_from_slice(line);
        state.lines += 1;
        if !state.is_busy {
            state.is_busy = true;
            self.progress();
        }
    }

    fn progress(&self) {
        self.progress
            .store(self.start.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// How long the reader has taken nothing.
    fn silence(&self) -> Duration {
        let progress = Duration::from_millis(self.progress.load(Ordering::Relaxed));
        self.start.elapsed().saturating_sub(progress)
    }

    fn report(&self, state: &mut State) -> Vec<u8> {
        report::lost(
            self.style,
            std::mem::take(&mut state.dropped),
            std::mem::take(&mut state.failed),
        )
    }

    fn push_report(&self, state: &mut State) {
        let report = self.report(state);
        self.append(state, &report);
    }

    /// Waits for room if the reader reads, and if not too much was waited before.
    #[cold]
    fn wait_for_room<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        is_full: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        let start = Instant::now();
        let pause = state.patience.pause(start, self.silence());
        if pause.is_zero() {
            state.patience.waited(pause, false);
            return state;
        }
        state.waiters += 1;
        let must_wait = |state: &mut State| is_full(state) && !state.patience.is_stalled();
        let waited = self.room.wait_timeout_while(state, pause, must_wait);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.waiters -= 1;
        let has_room = !is_full(&state);
        state.patience.waited(start.elapsed(), has_room);
        if !has_room {
            // The others need not wait in vain as well.
            self.room.notify_all();
        }
        state
    }
}
