//! The keys of a ring at one moment.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Key, KeyId};

/// So many keys a ring has at most.
const MOST: usize = 16;

/// The keys of a ring at one moment; it is exchanged as a whole.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) current: Arc<Key>,
    /// The newest first.
    previous: Vec<Previous>,
}

#[derive(Clone)]
struct Previous {
    key: Arc<Key>,
    /// When it ends; a grace beyond what the clock can say never does.
    until: Option<Instant>,
}

impl Previous {
    fn is_alive(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl Keys {
    pub(super) fn of(current: Key) -> Self {
        Self {
            current: Arc::new(current),
            previous: Vec::new(),
        }
    }

    /// The keys that verify: the current one, then the others, newest first.
    pub(super) fn alive(&self, now: Instant) -> impl Iterator<Item = &Arc<Key>> {
        let previous = self
            .previous
            .iter()
            .filter(move |previous| previous.is_alive(now));
        std::iter::once(&self.current).chain(previous.map(|previous| &previous.key))
    }

    /// Whether a key is there whose grace has ended.
    pub(super) fn has_ended(&self, now: Instant) -> bool {
        !self.previous.iter().all(|previous| previous.is_alive(now))
    }

    /// How long until the next grace ends.
    pub(super) fn next_end(&self, now: Instant) -> Option<Duration> {
        let ends = self.previous.iter().filter_map(|previous| previous.until);
        ends.min().map(|end| end.saturating_duration_since(now))
    }

    /// The same without the keys whose grace has ended.
    pub(super) fn swept(&self, now: Instant) -> Self {
        let mut swept = self.clone();
        swept.previous.retain(|previous| previous.is_alive(now));
        swept
    }

    /// The same with the current key alone, and how many there were beside it.
    pub(super) fn alone(&self) -> (Self, usize) {
        let alone = Self {
            current: Arc::clone(&self.current),
            previous: Vec::new(),
        };
        (alone, self.previous.len())
    }

    /// The same with `next` as the current key, and the one that was as the newest of the others.
    ///
    /// A key that comes back is one key.
    pub(super) fn rotated(&self, next: Key, now: Instant, grace: Duration) -> Self {
        let mut rotated = self.swept(now);
        rotated
            .previous
            .retain(|previous| !previous.key.ct_eq(next.expose_secret()));
        let key = std::mem::replace(&mut rotated.current, Arc::new(next));
        if !grace.is_zero() {
            let until = now.checked_add(grace);
            rotated.previous.insert(0, Previous { key, until });
        }
        while rotated.previous.len() > MOST - 1 {
            let last = (0..rotated.previous.len()).min_by_key(|&at| {
                let until = rotated.previous[at].until;
                // One without an end ends last; of equal ones the older one, which stands further back, goes.
                (until.is_none(), until, usize::MAX - at)
            });
            rotated.previous.remove(last.unwrap_or(0));
        }
        rotated
    }

    /// Whether `id` is that of a key other than `secret`.
    pub(super) fn is_taken(&self, id: &KeyId, secret: &[u8]) -> bool {
        let mut all =
            std::iter::once(&self.current).chain(self.previous.iter().map(|previous| &previous.key));
        all.any(|key| key.id() == id && !key.ct_eq(secret))
    }
}
