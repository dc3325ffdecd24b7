//! A value as its source gave it: bytes that have not been looked at.

use crate::access::Exposure;
use crate::memory::{Locked, Value};
use crate::origin::Origin;

/// The bytes of a value, and where they came from.
pub(crate) struct Raw<'s> {
    pub(crate) bytes: Bytes<'s>,
    pub(crate) origin: Origin,
    /// What deserves a look in who may read or write its file.
    pub(crate) exposure: Option<Exposure>,
}

impl<'s> Raw<'s> {
    pub(crate) fn new(bytes: Bytes<'s>, origin: Origin) -> Self {
        Self {
            bytes,
            origin,
            exposure: None,
        }
    }
}

/// Bytes that stand in a source, or that were read for this value alone and are wiped when dropped.
#[non_exhaustive]
pub enum Bytes<'s> {
    /// Bytes of a source.
    Borrowed(&'s [u8]),
    /// Bytes of their own.
    Owned(OwnBytes),
}

impl std::fmt::Debug for Bytes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bytes([REDACTED])")
    }
}

/// Keeps the buffer's type out of the public interface.
#[expect(
    missing_debug_implementations,
    reason = "its holder says what it says of itself"
)]
pub struct OwnBytes(pub(crate) Locked);

impl AsRef<[u8]> for Bytes<'_> {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl Bytes<'_> {
    /// The bytes to look at.
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(own) => own.0.as_bytes(),
        }
    }

    /// The bytes to keep: a copy only when they stand in a source.
    pub(crate) fn into_locked(self) -> Locked {
        match self {
            Self::Borrowed(bytes) => Locked::copy_of(bytes),
            Self::Owned(own) => own.0,
        }
    }
}

impl From<Locked> for Bytes<'_> {
    fn from(bytes: Locked) -> Self {
        Self::Owned(OwnBytes(bytes))
    }
}

impl<'s> From<Value<'s>> for Bytes<'s> {
    fn from(value: Value<'s>) -> Self {
        match value {
            Value::Borrowed(bytes) => Self::Borrowed(bytes),
            Value::Owned(bytes) => bytes.into(),
        }
    }
}

impl<'s> From<&'s [u8]> for Bytes<'s> {
    fn from(bytes: &'s [u8]) -> Self {
        Self::Borrowed(bytes)
    }
}
