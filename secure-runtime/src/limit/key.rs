//! Whom a request is counted under.

use std::{
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::OnceLock,
};

use crate::{client::ClientKey, siphash::SipKey};

/// Whom a request is counted under, as a keyed hash.
///
/// Keys of different kinds never meet: a user called `192.0.2.1` is not the client with that address. The
/// hash (SipHash) has a key that is drawn once a process, so that nobody outside can find keys that share
/// a place in a limiter's table. It cannot be turned back into an address or name, nor compared with the
/// one of another process.
///
/// # Examples
///
/// ```
/// use secure_runtime::limit::Key;
///
/// assert_eq!(Key::user("alice"), Key::user("alice"));
/// assert_ne!(Key::user("alice"), Key::new("tenant", "alice"));
/// assert_ne!(Key::user("a").and(Key::user("b")), Key::user("b").and(Key::user("a")));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(u64);

/// What a key is of, as the first byte of what is hashed.
#[derive(Clone, Copy)]
enum Kind {
    Global,
    User,
    Named,
    Pair,
}

impl Key {
    /// Everyone together.
    #[must_use]
    pub fn global() -> Self {
        Self::hash(Kind::Global, ())
    }

    /// A client, by its address (IPv6: by its /64).
    #[must_use]
    #[inline]
    pub fn client(client: ClientKey) -> Self {
        Self(Secrets::get().clients.hash(client.as_u64()))
    }

    /// A user, by the id that the service knows it by.
    #[must_use]
    pub fn user(id: impl AsRef<[u8]>) -> Self {
        Self::hash(Kind::User, id.as_ref())
    }

    /// Anything else, in a namespace of its own: `Key::new("tenant", id)`.
    #[must_use]
    pub fn new(namespace: &str, id: impl AsRef<[u8]>) -> Self {
        Self::hash(Kind::Named, (namespace, id.as_ref()))
    }

    /// The pair of both: this account *from* this client.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::hash(Kind::Pair, (self.0, other.0))
    }

    fn hash(kind: Kind, what: impl Hash) -> Self {
        Self(Secrets::get().others.hash_one((kind as u8, what)))
    }

    #[inline]
    pub(super) fn as_u64(self) -> u64 {
        self.0
    }
}

/// The keys of the hashes, drawn once a process.
struct Secrets {
    /// Clients have a key of their own, and a hash that is made for numbers.
    clients: SipKey,
    others: RandomState,
}

impl Secrets {
    #[inline]
    fn get() -> &'static Self {
        static SECRETS: OnceLock<Secrets> = OnceLock::new();
        SECRETS.get_or_init(|| {
            let random = RandomState::new();
            Self {
                clients: SipKey::new(random.hash_one(0), random.hash_one(1)),
                others: RandomState::new(),
            }
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn kinds_and_parts_never_meet() {
        let client = ClientKey::new(Some("192.0.2.1".parse().unwrap()));
        let keys = [
            Key::global(),
            Key::client(client),
            Key::client(ClientKey::new(None)),
            Key::user(client.as_u64().to_le_bytes()),
            Key::user("192.0.2.1"),
            Key::user(""),
            Key::new("user", "192.0.2.1"),
            Key::new("", "user192.0.2.1"),
            Key::new("ab", "c"),
            Key::new("a", "bc"),
            Key::user("a").and(Key::user("b")),
            Key::user("b").and(Key::user("a")),
            Key::user("ab"),
        ];
        assert_eq!(HashSet::from(keys).len(), keys.len());
    }

    #[test]
    fn shows_nothing() {
        assert_eq!(format!("{:?}", Key::user("alice")), "Key(..)");
    }
}
