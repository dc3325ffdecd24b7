//! The ring.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;

use super::key::sealed::Handle;
use super::keys::Keys;
use super::{Clock, Key, KeyId, KeyMaterial, SystemClock};
use crate::reload::{Live, Subscription, Versions};

/// A signing key and those before it; see the [module](super).
///
/// A clone is another handle of the same ring. Reading takes no lock.
#[derive(Clone)]
pub struct KeyRing {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    keys: ArcSwap<Keys>,
    /// Whoever has it is the one who exchanges the keys.
    exchange: Mutex<()>,
    grace: Duration,
    clock: Box<dyn Clock>,
    /// Tokens issued before this second since 1970 are refused.
    not_before: AtomicU64,
    pub(super) versions: Arc<Versions>,
}

/// Another key of the ring has this id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another key of the ring is called {0}")]
pub struct KeyIdTaken(KeyId);

/// Makes a ring step by step: [`KeyRing::builder`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct KeyRingBuilder {
    secret: Handle,
    id: Option<KeyId>,
    grace: Duration,
    clock: Box<dyn Clock>,
    not_before: u64,
}

impl KeyRingBuilder {
    /// How long a key verifies once it is no longer current; an hour if unsaid. Zero: not at all.
    ///
    /// Tokens outlive their key's rotation by as long as they are valid: that is the grace to choose.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// What the key is called, in place of what follows from it.
    pub fn id(mut self, id: KeyId) -> Self {
        self.id = Some(id);
        self
    }

    /// The instant of the last forced logout, where it was stored.
    pub fn not_before(mut self, instant: SystemTime) -> Self {
        self.not_before = seconds_up(instant);
        self
    }

    /// What the ring takes the time from.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The ring.
    #[must_use]
    pub fn build(self) -> KeyRing {
        let key = Key::new(self.id, self.secret.0);
        KeyRing {
            inner: Arc::new(Inner {
                keys: ArcSwap::from_pointee(Keys::of(key)),
                exchange: Mutex::new(()),
                grace: self.grace,
                clock: self.clock,
                not_before: AtomicU64::new(self.not_before),
                versions: Arc::new(Versions::new()),
            }),
        }
    }
}

impl KeyRing {
    /// A ring with `current` as its key; keys that follow it leave the one before `grace` to verify.
    #[must_use]
    pub fn new(current: &impl KeyMaterial, grace: Duration) -> Self {
        Self::builder(current).grace(grace).build()
    }

    /// Makes a ring with `current` as its key, step by step.
    pub fn builder(current: &impl KeyMaterial) -> KeyRingBuilder {
        KeyRingBuilder {
            secret: current.handle(),
            id: None,
            grace: Duration::from_secs(3600),
            clock: Box::new(SystemClock),
            not_before: 0,
        }
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

    /// Logs everyone out: tokens issued until now are no longer [admitted](Self::admits). The instant from which on they are.
    ///
    /// Tokens say the second they were issued in, so it is the beginning of the next one; [`issue_time`](Self::issue_time) is never
    /// before it, and whoever logs in again is not refused.
    #[must_use = "the process forgets it when it ends: store it, or say with `let _ =` that it need not last"]
    pub fn log_out_everyone(&self) -> SystemTime {
        let now = seconds(self.inner.clock.wall());
        // One more than any token can say that was issued until now: directly after another logout, that is in the future.
        let next = |before: u64| before.max(now).saturating_add(1);
        let risen = self
            .inner
            .not_before
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |before| Some(next(before)));
        instant(next(risen.unwrap_or_else(|before| before)))
    }

    /// Takes over the instant of a forced logout from elsewhere: from where it was stored, or from another replica. One that is earlier
    /// than that in force changes nothing.
    pub fn set_not_before(&self, instant: SystemTime) {
        self.inner
            .not_before
            .fetch_max(seconds_up(instant), Ordering::SeqCst);
    }

    /// The instant from which on tokens are admitted; `None` before the first forced logout.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        match self.inner.not_before.load(Ordering::SeqCst) {
            0 => None,
            second => Some(instant(second)),
        }
    }

    /// What a token that is issued now says as its time (`iat`, RFC 7519): seconds since 1970.
    ///
    /// It is now, or directly after a forced logout, the second from which on tokens are admitted.
    #[must_use]
    pub fn issue_time(&self) -> u64 {
        let now = seconds(self.inner.clock.wall());
        now.max(self.inner.not_before.load(Ordering::SeqCst))
    }

    /// Whether a token that was issued at this second since 1970 (`iat`) is admitted, or was issued before the last forced logout.
    ///
    /// Ask it for every token whose signature fits. A token without the time of its issue must be refused.
    #[must_use]
    pub fn admits(&self, issued_at: u64) -> bool {
        issued_at >= self.inner.not_before.load(Ordering::SeqCst)
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

impl fmt::Debug for KeyRingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRingBuilder")
            .field("id", &self.id)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}

/// Whole seconds since 1970; zero before.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The same, rounded up: what was issued in a second that had begun is refused.
fn seconds_up(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        since
            .as_secs()
            .saturating_add(u64::from(since.subsec_nanos() > 0))
    })
}

fn instant(second: u64) -> SystemTime {
    // A second that no clock can say comes from `set_not_before`, which was given a time that could be said.
    UNIX_EPOCH
        .checked_add(Duration::from_secs(second))
        .unwrap_or(UNIX_EPOCH)
}
