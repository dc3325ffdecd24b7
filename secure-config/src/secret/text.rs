//! A secret that is text.

use std::fmt;
use std::io;

use zeroize::Zeroize;

use super::{Encoding, REDACTED, encode, equal::equal};
use crate::memory::{Locked, LockedText};
use crate::random;

/// A secret that is UTF-8 text: a signing key, a password, a token.
///
/// It shows `[REDACTED]` in `Debug` and has no `Display`, `Clone`, `PartialEq`, `Deref`, `AsRef` or `Serialize`: the only way in is
/// [`expose_secret`](Self::expose_secret), which is easy to search for. Dropping it wipes it.
///
/// # Examples
///
/// ```
/// use secure_config::SecretString;
///
/// let secret = SecretString::from(String::from("8pXv0rVbQm3K"));
/// assert_eq!(format!("{secret:?}"), "SecretString([REDACTED])");
/// assert!(secret.ct_eq("8pXv0rVbQm3K"));
/// assert_eq!(secret.expose_secret().len(), 12);
/// ```
pub struct SecretString(LockedText);

impl SecretString {
    /// Copies `text`. The caller's copy stays where it is; [`From<String>`](#impl-From<String>-for-SecretString) wipes it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(LockedText::copy_of(text))
    }

    /// Makes up a secret: 256 random bits of the system, in base64url.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn generate() -> io::Result<Self> {
        let random = Locked::filled(32, |out| random::fill(out).map(|()| out.len()))?;
        let text = LockedText::new(encode(random.as_bytes(), Encoding::Base64Url));
        text.map(Self).map_err(io::Error::other)
    }

    /// The secret itself. Whoever holds it answers for its copies.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.as_str()
    }

    /// Whether `other` is the same, in a time that depends on the lengths only.
    #[must_use]
    pub fn ct_eq(&self, other: impl AsRef<[u8]>) -> bool {
        equal(self.expose_secret().as_bytes(), other.as_ref())
    }

    /// Another handle of the same secret, for a part of the program that wants one of its own: no copy. It is wiped with its last
    /// handle.
    ///
    /// [`Live`](crate::reload::Live) settings are shared, so nothing can be moved out of them. It is not `Clone`: who may hold a secret for how
    /// long should be seen where it is decided.
    ///
    /// ```
    /// # use secure_config::SecretString;
    /// let one = SecretString::new("8pXv0rVbQm3K");
    /// let other = one.share();
    /// assert_eq!(one.expose_secret().as_ptr(), other.expose_secret().as_ptr());
    /// drop(one);
    /// assert!(other.ct_eq("8pXv0rVbQm3K"));
    /// ```
    #[must_use]
    pub fn share(&self) -> Self {
        Self(self.0.share())
    }

    /// The bytes, with whoever else holds them.
    #[cfg(feature = "keyring")]
    pub(crate) fn into_locked(self) -> Locked {
        self.0.into_locked()
    }

    /// The secret whose bytes are `bytes`, or `None` when they are not UTF-8; then they are wiped.
    pub(crate) fn from_locked(bytes: Locked) -> Option<Self> {
        LockedText::new(bytes).ok().map(Self)
    }
}

/// Copies the text and wipes the original.
impl From<String> for SecretString {
    fn from(mut text: String) -> Self {
        let secret = Self::new(&text);
        text.zeroize();
        secret
    }
}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretString({REDACTED})")
    }
}
