//! A count that goes up, and those who wait for it: tasks of any runtime, and threads.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// A count that goes up.
pub(crate) struct Versions {
    state: Mutex<State>,
    moved: Condvar,
}

struct State {
    version: u64,
    next: u64,
    /// The newest waker of each waiter.
    wakers: BTreeMap<u64, Waker>,
}

/// Somebody who waits for the count to go up.
pub(crate) struct Waiter {
    versions: Arc<Versions>,
    /// The newest count that it was given.
    seen: u64,
    /// Its place among the wakers, once it has waited.
    place: Option<u64>,
}

impl Waiter {
    /// Waits for counts after the present one.
    pub(crate) fn of(versions: &Arc<Versions>) -> Self {
        Self {
            versions: Arc::clone(versions),
            seen: versions.version(),
            place: None,
        }
    }

    /// Whether the count has gone up since the last time.
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.versions.state();
        if state.version > self.seen {
            self.seen = state.version;
            return Poll::Ready(());
        }
        let place = *self.place.get_or_insert(state.next);
        state.next = state.next.max(place + 1);
        state.wakers.insert(place, cx.waker().clone());
        Poll::Pending
    }

    /// Whether the count goes up before the time is over.
    pub(crate) fn wait_timeout(&mut self, timeout: Duration) -> bool {
        let end = Instant::now().checked_add(timeout);
        let mut state = self.versions.state();
        while state.version <= self.seen {
            let left = end.map_or(timeout, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return false;
            }
            let waited = self.versions.moved.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        self.seen = state.version;
        true
    }

    /// The newest count that it was given.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.versions.state().wakers.remove(&place);
        }
    }
}

impl Versions {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                version: 1,
                next: 0,
                wakers: BTreeMap::new(),
            }),
            moved: Condvar::new(),
        }
    }

    /// The count.
    pub(crate) fn version(&self) -> u64 {
        self.state().version
    }

    /// Counts one more, and wakes who waits.
    pub(crate) fn advance(&self) {
        let wakers = {
            let mut state = self.state();
            state.version += 1;
            std::mem::take(&mut state.wakers)
        };
        self.moved.notify_all();
        // Not under the lock: what a waker does is its runtime's affair.
        wakers.into_values().for_each(Waker::wake);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn each_waiter_is_woken_once_and_only_by_its_newest_waker() {
        let versions = Arc::new(Versions::new());
        let [first, second, gone] = [(); 3].map(|()| Arc::new(Counter::default()));
        let (mut waiter, mut other) = (Waiter::of(&versions), Waiter::of(&versions));
        for counter in [&first, &second] {
            let waker = Waker::from(Arc::clone(counter));
            assert!(waiter.poll(&Context::from_waker(&waker)).is_pending());
        }
        let waker = Waker::from(Arc::clone(&gone));
        assert!(other.poll(&Context::from_waker(&waker)).is_pending());
        drop(other);
        versions.advance();
        let counts = [&first, &second, &gone].map(|counter| counter.0.load(Ordering::SeqCst));
        assert_eq!(counts, [0, 1, 0]);
        assert_eq!(waiter.poll(&Context::from_waker(&waker)), Poll::Ready(()));
        assert!(waiter.poll(&Context::from_waker(&waker)).is_pending());
    }

    #[test]
    fn a_thread_waits_no_longer_than_it_wants() {
        let versions = Arc::new(Versions::new());
        let mut waiter = Waiter::of(&versions);
        assert!(!waiter.wait_timeout(Duration::from_millis(1)));
        let waiting = std::thread::spawn(move || (waiter.wait_timeout(Duration::MAX), waiter.seen()));
        versions.advance();
        assert_eq!(waiting.join().unwrap(), (true, 2));
    }
}
