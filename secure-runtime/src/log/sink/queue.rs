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
//! milliseconds would be a bad bargain. When the buffer is full, a line therefore waits up to [`PAUSE`] for room. If there
//! is none by then, no line waits until half of the buffer is free; and all waits together take no more than [`CREDIT`]
//! at once and one part in [`SHARE`] of the time in the long run.
//!
//! The thread is started when it is first needed: a service whose output is read has none.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing_core::Level;

use super::report;
use crate::log::counters::Counters;
use crate::log::line::Style;

/// The most bytes that wait, those being written included.
const CAPACITY: usize = 4 << 20;

/// Of which this many are kept for warnings and errors.
const KEPT_FOR_WARNINGS: usize = CAPACITY / 8;

/// The longest that one line waits for room.
const PAUSE: Duration = Duration::from_millis(20);

/// How much waiting can be saved up, and is there at the start.
const CREDIT: Duration = Duration::from_secs(2);

/// Of the time that passes, one part in so many is given back to the credit.
const SHARE: u32 = 20;

/// So many bytes are written without waiting for more.
const BATCH: usize = 64 * 1024;

/// The most bytes of one write. Between writes, [`Queue::flush`] sees that there is progress.
const CHUNK: usize = 64 * 1024;

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
    /// Bytes the thread has written.
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
    /// Waiting for room has failed: none waits until half of it is free.
    is_stalled: bool,
    /// What was waited for room, less what was given back, and when that was reckoned.
    waited: Duration,
    reckoned: Option<Instant>,
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
        self.append(&mut state, line);
    }

    /// Takes in what is left of a line that was written in part, or not at all.
    #[cold]
    pub(super) fn resume(&self, state: &mut State, rest: &[u8]) {
        self.append(state, rest);
    }

    fn append(&self, state: &mut State, line: &[u8]) {
        self.shared.append(state, line);
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
        if state
            .wakes_at
            .is_some_and(|enough| state.hurry || state.waiting.len() >= enough)
        {
            state.wakes_at = None;
            self.shared.work.notify_one();
        }
    }

    /// Has what waits written without lingering.
    pub(super) fn hurry(&self) {
        let mut state = self.lock();
        if !state.waiting.is_empty() {
            state.hurry = true;
            self.wake(&mut state);
        }
    }

    /// Waits until nothing waits, as long as some of it is written every `patience`, and no longer than ten
    /// times that. Whether nothing waits any more.
    pub(super) fn flush(&self, patience: Duration) -> bool {
        let end = Instant::now() + patience * 10;
        let mut state = self.lock();
        if state.is_busy {
            state.hurry = true;
            self.wake(&mut state);
        }
        let mut progress = self.shared.progress.load(Ordering::Relaxed);
        while state.is_busy {
            let waited = self
                .shared
                .idle
                .wait_timeout(state, patience)
                .unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
            let before = std::mem::replace(&mut progress, self.shared.progress.load(Ordering::Relaxed));
            if waited.1.timed_out() && (before == progress || Instant::now() > end) {
                return !state.is_busy;
            }
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
        state.is_busy = true;
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
        if state.is_stalled {
            return state;
        }
        let start = Instant::now();
        if let Some(reckoned) = state.reckoned.replace(start) {
            state.waited = state.waited.saturating_sub((start - reckoned) / SHARE);
        }
        let pause = PAUSE.min(CREDIT.saturating_sub(state.waited));
        let waited = self
            .room
            .wait_timeout_while(state, pause, |state| is_full(state) && !state.is_stalled);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        // Those that wait at one time are reckoned each by itself: what counts is how long threads stood still.
        state.waited += start.elapsed();
        state.is_stalled |= is_full(&state);
        state
    }

    /// The thread: takes all lines that wait, and writes them without the lock.
    fn run(&self) {
        let mut chunk = Vec::new();
        while let Some(lines) = self.take(&mut chunk) {
            let (written, done) = self.write_all(&chunk);
            let rest = chunk.get(written..).unwrap_or_default();
            let lost = if done {
                0
            } else {
                rest.iter().filter(|&&byte| byte == b'\n').count() as u64
            };
            let mut state = self.lock();
            state.in_flight = 0;
            state.is_stalled &= state.len() > CAPACITY / 2;
            self.room.notify_all();
            state.is_broken = !done;
            if !done && written > 0 && chunk.get(written - 1) != Some(&b'\n') {
                // What was taken in meanwhile does not know of the torn line before it.
                if state.waiting.is_empty() {
                    state.is_torn = true
                } else {
                    state.waiting.insert(0, b'\n')
                }
            }
            state.failed += lost;
            self.counters.failed(lost);
            self.counters.written_locked(lines.saturating_sub(lost));
            chunk.clear();
        }
    }

    /// Waits for lines and takes them all; `None` when there will be no more.
    fn take(&self, chunk: &mut Vec<u8>) -> Option<u64> {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.has_losses() && !state.is_broken {
                self.push_report(&mut state);
                break;
            }
            state.is_busy = false;
            state.hurry = false;
            // The memory of a stall is given back, that of everyday use is kept.
            if chunk.capacity().max(state.waiting.capacity()) > 4 * BATCH {
                state.waiting = Vec::new();
                *chunk = Vec::new();
            }
            self.idle.notify_all();
            if state.is_closed {
                state.has_thread = false;
                return None;
            }
            state = self.wait(state, 1, None);
        }
        if let Some(linger) = self.linger {
            if !state.hurry && !state.is_closed && state.waiting.len() < BATCH {
                state = self.wait(state, BATCH, Some(linger));
            }
        }
        std::mem::swap(chunk, &mut state.waiting);
        state.in_flight = chunk.len();
        Some(std::mem::take(&mut state.lines))
    }

    /// Waits until `enough` bytes are there, or somebody is in a hurry, or the time is over.
    fn wait<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        enough: usize,
        time: Option<Duration>,
    ) -> MutexGuard<'a, State> {
        state.wakes_at = Some(enough);
        let done = |state: &mut State| state.is_closed || state.wakes_at.is_none();
        let mut state = match time {
            None => self
                .work
                .wait_while(state, |state| !done(state))
                .unwrap_or_else(PoisonError::into_inner),
            Some(time) => {
                let waited = self.work.wait_timeout_while(state, time, |state| !done(state));
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        state.wakes_at = None;
        state
    }

    /// Writes `lines`, waiting for the reader; how many bytes were written, and whether those were all.
    fn write_all(&self, lines: &[u8]) -> (usize, bool) {
        let mut done = 0;
        while let Some(rest) = lines.get(done..).filter(|rest| !rest.is_empty()) {
            let chunk = rest.get(..CHUNK).unwrap_or(rest);
            match (&self.file).write(chunk) {
                Ok(0) => return (done, false),
                Ok(written) => {
                    done += written;
                    self.progress.fetch_add(written as u64, Ordering::Relaxed);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Another process has made the shared description non-blocking.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(5))
                }
                Err(_) => return (done, false),
            }
        }
        (done, true)
    }
}
