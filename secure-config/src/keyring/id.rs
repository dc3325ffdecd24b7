//! What a key is called, so that a token can say which key signed it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::memory;

/// The text whose code under a key is the key's id. It says what it is for, so that no other use of the key makes the same code.
const LABEL: &[u8] = b"secure-config key id 1";
/// How many bytes of the code are the id: enough to tell keys of a service apart.
const BYTES: usize = 8;

/// What a key is called: the `kid` of a token (RFC 7515, section 4.1.4). It tells nothing of the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(Arc<str>);

/// A text that is no id of a key: ids are 1 to 64 letters, digits, `-`, `_` and `.`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key's id is made of 1 to 64 letters, digits, -, _ and .")]
#[non_exhaustive]
pub struct InvalidKeyId;

impl KeyId {
    /// An id that somebody gave the key, such as `2026-11`.
    ///
    /// # Errors
    /// When `id` is not made of 1 to 64 letters, digits, `-`, `_` and `.`.
    pub fn new(id: &str) -> Result<Self, InvalidKeyId> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if (1..=64).contains(&id.len()) && id.bytes().all(is_plain) {
            Ok(Self(id.into()))
        } else {
            Err(InvalidKeyId)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that follows from the key.
    pub(super) fn of(key: &[u8]) -> Self {
        let hex = memory::scrubbed(|| {
            use fmt::Write;
            let mut hex = String::with_capacity(2 * BYTES);
            // HMAC takes keys of any length.
            if let Ok(mut code) = Hmac::<Sha256>::new_from_slice(key) {
                code.update(LABEL);
                for byte in &code.finalize().into_bytes()[..BYTES] {
                    let _ = write!(hex, "{byte:02x}");
                }
            }
            hex
        });
        Self(hex.into())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    fn from_str(id: &str) -> Result<Self, InvalidKeyId> {
        Self::new(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_keys_as_documented() {
        // printf 'secure-config key id 1' | openssl dgst -sha256 -hmac KEY
        let id = KeyId::of(b"4vYpN0cDM5sCbOnqI0SwZ9kIlqyrmLpD");
        assert_eq!(id.as_str(), "abc55b7868a3c01c");
        assert_ne!(id, KeyId::of(b"4vYpN0cDM5sCbOnqI0SwZ9kIlqyrmLpd"));
    }

    #[test]
    fn given_ids_are_plain_and_short() {
        assert_eq!("2026-11_a.b".parse::<KeyId>().unwrap().as_str(), "2026-11_a.b");
        for bad in ["", "a b", "a\"b", "ä", &"a".repeat(65)] {
            assert_eq!(KeyId::new(bad), Err(InvalidKeyId), "{bad}");
        }
    }
}
