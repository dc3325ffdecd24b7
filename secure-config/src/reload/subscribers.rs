//! Functions that are called when a set is exchanged.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Change;

type Function<T> = Arc<dyn Fn(&Change<'_, T>) + Send + Sync>;

/// Those who want to be told, in the order they came.
pub(super) struct Subscribers<T>(Mutex<List<T>>);

struct List<T> {
    next: u64,
    all: Vec<(u64, Function<T>)>,
}

impl<T> Subscribers<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(List {
            next: 0,
            all: Vec::new(),
        }))
    }

    /// Adds one; its number.
    pub(super) fn add(&self, function: Function<T>) -> u64 {
        let mut list = self.list();
        let number = list.next;
        list.next += 1;
        list.all.push((number, function));
        number
    }

    pub(super) fn remove(&self, number: u64) {
        self.list().all.retain(|(other, _)| *other != number);
    }

    /// Tells all of them. One that panics keeps no other from being told; its panic was shown by the hook.
    pub(super) fn tell(&self, change: &Change<'_, T>) {
        let all: Vec<_> = self
            .list()
            .all
            .iter()
            .map(|(_, function)| Arc::clone(function))
            .collect();
        for function in all {
            let _ = catch_unwind(AssertUnwindSafe(|| function(change)));
        }
    }

    fn list(&self) -> MutexGuard<'_, List<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody is told of each exchange until this is dropped.
#[must_use = "dropping it ends the subscription at once; `forever` keeps it"]
pub struct Subscription(Option<Box<dyn FnOnce() + Send + Sync>>);

impl Subscription {
    pub(super) fn new(end: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(end)))
    }

    /// Keeps the subscription as long as the settings.
    pub fn forever(mut self) {
        self.0 = None;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}
