//! The ring.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;

use super::keys::Keys;
use super::{Clock, Key, KeyId, KeyMaterial, KeyRingBuilder};
use crate::reload::{Live, Subscription, Versions};

/// A signing key and those before it; see the [module](super).
///
/// A clone is another handle of the same ring. Reading takes no lock.
#[derive(Clone)]
pub struct KeyRing {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) keys: ArcSwap<Keys>,
    /// Whoever has it is the one who exchanges the keys.
    pub(super) exchange: Mutex<()>,
    pub(super) grace: Duration,
    pub(super) clock: Box<dyn Clock>,
    /// Tokens issued before this second since 1970 are refused.
    pub(super) not_before: AtomicU64,
    pub(super) versions: Arc<Versions>,
}

/// Another key of the ring has this id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another key of the ring is called {0}")]
pub struct KeyIdTaken(KeyId);

impl KeyRing {
    /// A ring with `current` as its key; keys that follow it leave the one before `grace` to verify.
    #[must_use]
    pub fn new(current: &impl KeyMaterial, grace: Duration) -> Self {
        Self::builder(current).grace(grace).build()
    }

    /// Makes a ring with `current` as its key, step by step.
    pub fn builder(current: &impl KeyMaterial) -> KeyRingBuilder {
        KeyRingBuilder::of(current.handle())
    }

    /// The key that signs.
    #[must_use]
    pub fn current(&self) -> Arc<Key> {
        Arc::clone(&self.inner.keys.load().current)
    }

    /// The live key of this id, for tokens that name theirs.
    #[must_use]
    pub fn key(&self, id: &KeyId) -> Option<Arc<Key>> {
        let now = self.inner.clock.monotonic();
        self.inner
            .keys
            .load()
            .alive(now)
            .find(|key| key.id() == id)
            .cloned()
    }

    /// The ids of the keys that verify, that of the current one first.
    #[must_use]
    pub fn ids(&self) -> Vec<KeyId> {
        let now = self.inner.clock.monotonic();
        self.inner
            .keys
            .load()
            .alive(now)
            .map(|key| key.id().clone())
            .collect()
    }

    /// Asks `check` with **every** live key, and gives what it says of the first that fits.
    ///
    /// `check` compares in constant time, as a library for tokens or [`Key::ct_eq`] does; that no key is left out keeps the time from
    /// telling which one fits.
    pub fn verify_with<R>(&self, mut check: impl FnMut(&Key) -> Option<R>) -> Option<R> {
        let now = self.inner.clock.monotonic();
        let keys = self.inner.keys.load();
        let mut fits = None;
        for key in keys.alive(now) {
            let result = check(key);
            fits = fits.or(result);
        }
        if keys.has_ended(now) {
            drop(keys);
            self.sweep();
        }
        fits
    }

    /// Whether `candidate` is one of the live keys, compared with all of them in constant time: for static tokens.
    #[must_use]
    pub fn holds(&self, candidate: impl AsRef<[u8]>) -> bool {
        let candidate = candidate.as_ref();
        self.verify_with(|key| key.ct_eq(candidate).then_some(()))
            .is_some()
    }

    /// Makes `next` the key that signs; the one before verifies until its grace ends. Whether it was another one.
    pub fn rotate(&self, next: &impl KeyMaterial) -> bool {
        // An id that follows from the key is taken by another one once in 2^64 times; then it is found as the newer of the two.
        self.exchange(Key::new(None, next.handle().0))
    }

    /// The same, with an id of its own for `next`.
    ///
    /// # Errors
    /// When another key of the ring has this id; nothing is changed then.
    pub fn rotate_as(&self, id: KeyId, next: &impl KeyMaterial) -> Result<bool, KeyIdTaken> {
        let next = Key::new(Some(id), next.handle().0);
        if self.inner.keys.load().is_taken(next.id(), next.expose_secret()) {
            return Err(KeyIdTaken(next.id().clone()));
        }
        Ok(self.exchange(next))
    }

    fn exchange(&self, next: Key) -> bool {
        let _one = self.inner.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.inner.clock.monotonic();
        let keys = self.inner.keys.load_full();
        if keys.current.ct_eq(next.expose_secret()) {
            return false;
        }
        self.inner
            .keys
            .store(Arc::new(keys.rotated(next, now, self.inner.grace)));
        drop(keys);
        self.inner.versions.advance();
        true
    }

    /// Rotates whenever `live` brings another key, and at once if it already has one.
    pub fn follow<T, K>(
        &self,
        live: &Live<T>,
        pick: impl Fn(&T) -> &K + Send + Sync + 'static,
    ) -> Subscription
    where
        T: Send + Sync + 'static,
        K: KeyMaterial,
    {
        let pick = Arc::new(pick);
        let ring = self.clone();
        let told = {
            let pick = Arc::clone(&pick);
            live.subscribe(move |change| {
                ring.rotate(pick(change.new));
            })
        };
        // What came between the making of the ring and now.
        self.rotate(pick(&live.read()));
        told
    }

    /// Ends every grace now: the current key alone verifies from here on. How many keys went.
    ///
    /// For a key that has leaked. Whoever has it signs tokens of any time of issue, so a [forced logout](Self::log_out_everyone) does not
    /// keep them out while the key still verifies.
    pub fn forget_previous(&self) -> usize {
        let _one = self.inner.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        let (alone, gone) = self.inner.keys.load().alone();
        if gone > 0 {
            self.inner.keys.store(Arc::new(alone));
            self.inner.versions.advance();
        }
        gone
    }

    /// Lets go of the keys whose grace has ended; they are wiped when nobody else has them. How long until the next one ends.
    pub fn sweep(&self) -> Option<Duration> {
        let _one = self.inner.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.inner.clock.monotonic();
        let keys = self.inner.keys.load_full();
        let swept = if keys.has_ended(now) {
            let swept = Arc::new(keys.swept(now));
            self.inner.keys.store(Arc::clone(&swept));
            swept
        } else {
            keys
        };
        swept.next_end(now)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Wakes the thread that sweeps: it finds that there is nothing left.
        self.versions.advance();
    }
}

/// Shows the ids, and nothing of the secrets.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("ids", &self.ids())
            .field("not_before", &self.not_before())
            .finish_non_exhaustive()
    }
}
