//! One key.

use std::fmt;

use super::KeyId;
use crate::memory::Locked;
use crate::secret::{SecretBytes, SecretString, equal};

/// A key of a ring: its id, and the secret.
pub struct Key {
    id: KeyId,
    secret: Locked,
}

impl Key {
    pub(super) fn new(id: Option<KeyId>, secret: Locked) -> Self {
        Self {
            id: id.unwrap_or_else(|| KeyId::of(secret.as_bytes())),
            secret,
        }
    }

    /// What the key is called.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The secret itself. Whoever holds it answers for its copies.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        self.secret.as_bytes()
    }

    /// Whether `other` is the same, in a time that depends on the lengths only.
    #[must_use]
    pub fn ct_eq(&self, other: impl AsRef<[u8]>) -> bool {
        equal(self.secret.as_bytes(), other.as_ref())
    }
}

/// Shows the id, and nothing of the secret.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A secret that a ring can hold: [`SecretString`] and [`SecretBytes`]. The ring holds the same bytes, not a copy.
pub trait KeyMaterial: sealed::Sealed {}

impl KeyMaterial for SecretString {}
impl KeyMaterial for SecretBytes {}

pub(super) mod sealed {
    use super::{Locked, SecretBytes, SecretString};

    /// Lends the bytes for good.
    #[expect(unnameable_types, reason = "so that nobody else implements it")]
    pub trait Sealed {
        /// One more handle.
        #[doc(hidden)]
        fn handle(&self) -> Handle;
    }

    /// Keeps the buffer's type out of the public interface.
    #[expect(
        missing_debug_implementations,
        unnameable_types,
        reason = "nobody but a ring has one"
    )]
    pub struct Handle(pub(in crate::keyring) Locked);

    impl Sealed for SecretString {
        fn handle(&self) -> Handle {
            Handle(self.share().into_locked())
        }
    }

    impl Sealed for SecretBytes {
        fn handle(&self) -> Handle {
            Handle(self.share().into_locked())
        }
    }
}
