//! The thread behind a queue: takes all that waits, and writes it with writes that may block.

use std::io::{ErrorKind, Write};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use super::{BATCH, CAPACITY, Shared, State};

/// The most bytes of one write, after which it is known that the reader reads.
const CHUNK: usize = 32 * 1024;

impl Shared {
    /// Runs until the queue is dropped and empty.
    pub(super) fn run(&self) {
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
            state.is_broken = !done;
            if !done && written > 0 && chunk.get(written - 1) != Some(&b'\n') {
                // What was taken in meanwhile does not know of the torn line before it.
                if state.waiting.is_empty() {
                    state.is_torn = true;
                } else {
                    state.waiting.insert(0, b'\n');
                }
            }
            state.failed += lost;
            self.counters.failed(lost);
            self.counters.written_locked(lines.saturating_sub(lost));
            self.made_room(&mut state);
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
        let must_wait = |state: &mut State| !state.is_closed && state.wakes_at.is_some();
        let mut state = match time {
            None => self
                .work
                .wait_while(state, must_wait)
                .unwrap_or_else(PoisonError::into_inner),
            Some(time) => {
                let waited = self.work.wait_timeout_while(state, time, must_wait);
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
            match (&self.file).write(rest.get(..CHUNK).unwrap_or(rest)) {
                Ok(0) => return (done, false),
                Ok(written) => {
                    done += written;
                    self.progress();
                    let mut state = self.lock();
                    state.in_flight = lines.len() - done;
                    self.made_room(&mut state);
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

    /// Tells the lines that wait for room.
    fn made_room(&self, state: &mut State) {
        if state.len() <= CAPACITY / 2 {
            state.patience.recover();
        }
        if state.waiters > 0 {
            self.room.notify_all();
        }
    }
}
