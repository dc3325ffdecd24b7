//! Envelopes on their way: a bounded queue and a thread that empties it.
//!
//! Sentry's own transports wait for their thread when they are dropped, and its requests have no timeout: a server that
//! does not answer would keep the service from ending.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use sentry::transports::RateLimitingCategory as Category;

use super::error::{Reason, SentryError};

/// Envelopes that wait at most; more are dropped and counted.
const CAPACITY: usize = 64;

/// An envelope without secrets, and which of Sentry's limits it counts under.
pub(super) struct Message {
    pub(super) body: Vec<u8>,
    pub(super) category: Category,
}

/// What sends.
pub(super) trait Send: std::marker::Send + 'static {
    /// Whether it was taken.
    fn send(&mut self, message: Message) -> bool;
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    pub(super) sent: AtomicU64,
    pub(super) dropped: AtomicU64,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Message>,
    is_sending: bool,
    is_closed: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}

impl Queue {
    /// A queue and its thread, which ends when the queue is closed.
    pub(super) fn start(mut sender: impl Send) -> Result<Arc<Self>, SentryError> {
        let queue = Arc::new(Self::default());
        let own = Arc::clone(&queue);
        thread::Builder::new()
            .name("sentry".to_owned())
            .spawn(move || {
                while let Some(message) = own.next() {
                    let count = match sender.send(message) {
                        true => &own.sent,
                        false => &own.dropped,
                    };
                    count.fetch_add(1, Ordering::Relaxed);
                    own.lock().is_sending = false;
                    own.changed.notify_all();
                }
            })
            .map_err(|error| SentryError(Reason::Thread(error)))?;
        Ok(queue)
    }

    /// Whether there is no room for another: then it is not worth making.
    pub(super) fn is_full(&self) -> bool {
        let state = self.lock();
        state.is_closed || state.waiting.len() >= CAPACITY
    }

    pub(super) fn push(&self, message: Message) {
        let mut state = self.lock();
        if state.is_closed || state.waiting.len() >= CAPACITY {
            drop(state);
            return self.drop_one();
        }
        state.waiting.push_back(message);
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn drop_one(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until nothing waits any more, or for so long; whether nothing does.
    pub(super) fn flush(&self, timeout: Duration) -> bool {
        let is_busy = |state: &mut State| state.is_sending || !state.waiting.is_empty();
        let (state, result) = self
            .changed
            .wait_timeout_while(self.lock(), timeout, is_busy)
            .unwrap_or_else(PoisonError::into_inner);
        drop(state);
        !result.timed_out()
    }

    /// Takes nothing any more; what waits is dropped.
    pub(super) fn close(&self) {
        let left = {
            let mut state = self.lock();
            state.is_closed = true;
            std::mem::take(&mut state.waiting).len()
        };
        self.dropped.fetch_add(left as u64, Ordering::Relaxed);
        self.changed.notify_all();
    }

    fn next(&self) -> Option<Message> {
        let is_idle = |state: &mut State| state.waiting.is_empty() && !state.is_closed;
        let mut state = self
            .changed
            .wait_while(self.lock(), is_idle)
            .unwrap_or_else(PoisonError::into_inner);
        let message = state.waiting.pop_front()?;
        state.is_sending = true;
        Some(message)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    struct Gate(mpsc::Receiver<bool>);

    impl Send for Gate {
        fn send(&mut self, _: Message) -> bool {
            self.0.recv().unwrap_or_default()
        }
    }

    fn message() -> Message {
        Message {
            body: Vec::new(),
            category: Category::Any,
        }
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let (open, gate) = mpsc::channel();
        let queue = Queue::start(Gate(gate)).unwrap();
        // One may be with the sender already.
        for _ in 0..CAPACITY + 2 {
            queue.push(message());
        }
        assert!(queue.is_full());
        assert!(!queue.flush(Duration::from_millis(1)));
        for taken in std::iter::repeat_n(true, CAPACITY + 2) {
            let _ = open.send(taken);
        }
        assert!(queue.flush(Duration::from_secs(60)));
        let (sent, dropped) = (
            queue.sent.load(Ordering::Relaxed),
            queue.dropped.load(Ordering::Relaxed),
        );
        assert_eq!(sent + dropped, CAPACITY as u64 + 2);
        assert!((1..=2).contains(&dropped), "{dropped}");
    }

    #[test]
    fn the_end_waits_for_no_server() {
        let (_open, gate) = mpsc::channel();
        let queue = Queue::start(Gate(gate)).unwrap();
        queue.push(message());
        queue.push(message());
        assert!(!queue.flush(Duration::from_millis(1)));
        queue.close();
        assert!(queue.is_full());
        queue.push(message());
        assert!(queue.dropped.load(Ordering::Relaxed) >= 2);
    }
}
