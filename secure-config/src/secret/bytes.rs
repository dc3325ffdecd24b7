//! A secret that is bytes.

use std::fmt;

use zeroize::Zeroize;

use super::{REDACTED, equal::equal};
use crate::memory::Locked;

/// A secret that is bytes: a key as the algorithm takes it.
///
/// In a configuration, `encoding = "hex" | "base64" | "base64url"` says how the variable spells it, and `len = 32` how many decoded
/// bytes it must have; without an encoding the bytes of the variable are the secret. It hides as [`SecretString`](super::SecretString) does.
///
/// # Examples
///
/// ```
/// use secure_config::SecretBytes;
///
/// let key = SecretBytes::from(vec![7; 32]);
/// assert_eq!(key.expose_secret(), [7; 32]);
/// assert_eq!(format!("{key:?}"), "SecretBytes([REDACTED])");
/// ```
pub struct SecretBytes(Locked);

impl SecretBytes {
    /// Copies `bytes`. The caller's copy stays where it is; [`From<Vec<u8>>`](#impl-From<Vec<u8>>-for-SecretBytes) wipes it.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Locked::copy_of(bytes))
    }

    /// The secret itself. Whoever holds it answers for its copies.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether `other` is the same, in a time that depends on the lengths only.
    #[must_use]
    pub fn ct_eq(&self, other: impl AsRef<[u8]>) -> bool {
        equal(self.expose_secret(), other.as_ref())
    }

    /// Another handle of the same secret, for a part of the program that wants one of its own: no copy. It is wiped with its last
    /// handle.
    ///
    /// [`Live`](crate::reload::Live) settings are shared, so nothing can be moved out of them. It is not `Clone`: who may hold a secret for how
    /// long should be seen where it is decided.
    #[must_use]
    pub fn share(&self) -> Self {
        Self(self.0.share())
    }

    /// The bytes, with whoever else holds them.
    #[cfg(feature = "keyring")]
    pub(crate) fn into_locked(self) -> Locked {
        self.0
    }

    pub(crate) fn from_locked(bytes: Locked) -> Self {
        Self(bytes)
    }
}

/// Copies the bytes and wipes the original.
impl From<Vec<u8>> for SecretBytes {
    fn from(mut bytes: Vec<u8>) -> Self {
        let secret = Self::new(&bytes);
        bytes.zeroize();
        secret
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({REDACTED})")
    }
}
