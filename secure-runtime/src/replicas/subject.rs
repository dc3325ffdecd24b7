//! Whom a shared limit counts, and how that is called on the server.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::client::ClientKey;
use crate::limit::Key;

/// Whom a shared limit counts: the same for every replica.
///
/// Subjects of different kinds never meet, as with [`Key`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The first byte says the kind.
    pub(super) digest: [u8; 16],
    pub(super) local: Key,
}

impl Subject {
    /// Everyone together.
    #[must_use]
    pub fn global() -> Self {
        Self::of(Key::global(), &[b"global"])
    }

    /// A client, by its address (IPv6: by its /64).
    #[must_use]
    pub fn client(client: ClientKey) -> Self {
        Self::of(Key::client(client), &[b"client", &client.as_u64().to_be_bytes()])
    }

    /// A user, by the id that the service knows it by.
    #[must_use]
    pub fn user(id: impl AsRef<[u8]>) -> Self {
        Self::of(Key::user(id.as_ref()), &[b"user", id.as_ref()])
    }

    /// Anything else, in a namespace of its own: `Subject::new("tenant", id)`.
    #[must_use]
    pub fn new(namespace: &str, id: impl AsRef<[u8]>) -> Self {
        let local = Key::new(namespace, id.as_ref());
        Self::of(local, &[b"named", namespace.as_bytes(), id.as_ref()])
    }

    /// A digest without a key never leaves the process: on the server it stands under the HMAC of [`Names`].
    fn of(local: Key, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash.finalize()[..16]);
        Self { digest, local }
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

/// Makes the names of keys.
pub(super) struct Names {
    hmac: Hmac<Sha256>,
    prefix: String,
}

impl Names {
    /// A key of any length is one for HMAC: RFC 2104 hashes what is too long.
    pub(super) fn new(secret: &[u8], prefix: &str) -> Option<Self> {
        Some(Self {
            hmac: Hmac::new_from_slice(secret).ok()?,
            prefix: prefix.to_owned(),
        })
    }

    /// `{prefix}:w:…`: the kind of count, and whom it counts for which limit, as 128 bits in hex.
    pub(super) fn of_count(&self, kind: char, limit: &str, subject: &Subject) -> String {
        let mut hmac = self.hmac.clone();
        hmac.update(&(limit.len() as u64).to_be_bytes());
        hmac.update(limit.as_bytes());
        hmac.update(&subject.digest);
        let digest = hmac.finalize().into_bytes();
        let mut name = String::with_capacity(self.prefix.len() + 37);
        name.extend(['{']);
        name.push_str(&self.prefix);
        name.extend(['}', ':', kind, ':']);
        for byte in &digest[..16] {
            for digit in [byte >> 4, byte & 15] {
                name.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
            }
        }
        name
    }

    /// `{prefix}:maintenance`, `{prefix}:not_before`.
    pub(super) fn of_state(&self, what: &str) -> String {
        format!("{{{}}}:{what}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn kinds_and_limits_never_meet_and_replicas_agree() {
        let names = |secret: &[u8]| Names::new(secret, "app").unwrap();
        let client = ClientKey::new(Some("192.0.2.1".parse().unwrap()));
        let subjects = || {
            [
                Subject::global(),
                Subject::client(client),
                Subject::user("192.0.2.1"),
                Subject::user(""),
                Subject::new("user", "192.0.2.1"),
                Subject::new("ab", "c"),
                Subject::new("a", "bc"),
            ]
        };
        let all = |secret: &[u8]| -> Vec<String> {
            let (names, subjects) = (names(secret), subjects());
            let limits = ["login", "logi"].iter();
            limits
                .flat_map(|limit| subjects.map(|subject| names.of_count('w', limit, &subject)))
                .collect()
        };
        let first = all(b"secret");
        assert_eq!(first, all(b"secret"));
        assert_eq!(
            first.iter().chain(&all(b"other")).collect::<HashSet<_>>().len(),
            28
        );
        assert!(first[0].starts_with("{app}:w:") && first[0].len() == 40);
    }
}
