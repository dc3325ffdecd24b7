//! How a ring is made.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;

use super::key::sealed::Handle;
use super::keys::Keys;
use super::logout::seconds_up;
use super::ring::Inner;
use super::{Clock, Key, KeyId, KeyRing, SystemClock};
use crate::reload::Versions;

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
    pub(super) fn of(secret: Handle) -> Self {
        Self {
            secret,
            id: None,
            grace: Duration::from_secs(3600),
            clock: Box::new(SystemClock),
            not_before: 0,
        }
    }

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

impl fmt::Debug for KeyRingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRingBuilder")
            .field("id", &self.id)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}
