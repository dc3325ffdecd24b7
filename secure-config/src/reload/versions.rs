//! A count that goes up, and those who wait for it: tasks of any runtime, and threads.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// A count that goes up.
pub(super) struct Versions {
    state: Mutex<State>,
    moved: Condvar,
}

struct State {
    version: u64,
    next: u64,
    /// The newest waker of each waiter.
    wakers: BTreeMap<u64, Waker>,
}

/// The place of somebody who waits.
#[derive(Debug, Default)]
pub(super) struct Place(Option<u64>);

impl Versions {
    pub(super) fn new() -> Self {
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
    pub(super) fn version(&self) -> u64 {
        self.state().version
    }

    /// Counts one more, and wakes who waits.
    pub(super) fn advance(&self) {
        let wakers = {
            let mut state = self.state();
            state.version += 1;
            std::mem::take(&mut state.wakers)
        };
        self.moved.notify_all();
        // Not under the lock: what a waker does is its runtime's affair.
        wakers.into_values().for_each(Waker::wake);
    }

    /// The count, once it is more than `seen`.
    pub(super) fn poll_after(&self, seen: u64, place: &mut Place, cx: &Context<'_>) -> Poll<u64> {
        let mut state = self.state();
        if state.version > seen {
            return Poll::Ready(state.version);
        }
        let at = *place.0.get_or_insert(state.next);
        state.next = state.next.max(at + 1);
        state.wakers.insert(at, cx.waker().clone());
        Poll::Pending
    }

    /// The count, if it is more than `seen` before the time is over.
    pub(super) fn wait_after(&self, seen: u64, timeout: Duration) -> Option<u64> {
        let end = Instant::now().checked_add(timeout);
        let mut state = self.state();
        while state.version <= seen {
            let left = end.map_or(timeout, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return None;
            }
            let waited = self.moved.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        Some(state.version)
    }

    /// Somebody waits no more.
    pub(super) fn forget(&self, place: &Place) {
        if let Some(at) = place.0 {
            self.state().wakers.remove(&at);
        }
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
        let versions = Versions::new();
        let [first, second, gone] = [(); 3].map(|()| Arc::new(Counter::default()));
        let (mut place, mut other) = (Place::default(), Place::default());
        for counter in [&first, &second] {
            let waker = Waker::from(Arc::clone(counter));
            assert!(
                versions
                    .poll_after(1, &mut place, &Context::from_waker(&waker))
                    .is_pending()
            );
        }
        let waker = Waker::from(Arc::clone(&gone));
        assert!(
            versions
                .poll_after(1, &mut other, &Context::from_waker(&waker))
                .is_pending()
        );
        versions.forget(&other);
        versions.advance();
        let counts = [&first, &second, &gone].map(|counter| counter.0.load(Ordering::SeqCst));
        assert_eq!(counts, [0, 1, 0]);
        assert_eq!(
            versions.poll_after(1, &mut place, &Context::from_waker(&waker)),
            Poll::Ready(2)
        );
    }

    #[test]
    fn a_thread_waits_no_longer_than_it_wants() {
        let versions = Arc::new(Versions::new());
        assert_eq!(versions.wait_after(1, Duration::from_millis(1)), None);
        assert_eq!(
            versions.wait_after(0, Duration::ZERO),
            Some(1),
            "it is there already"
        );
        let waiter = {
            let versions = Arc::clone(&versions);
            std::thread::spawn(move || versions.wait_after(1, Duration::MAX))
        };
        versions.advance();
        assert_eq!(waiter.join().unwrap(), Some(2));
    }
}
