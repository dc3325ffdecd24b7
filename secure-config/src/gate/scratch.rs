//! Room on the stack for a piece of a secret, wiped when it is dropped.

use zeroize::Zeroize;

/// How many bytes fit: as many as the estimate looks at.
pub(super) const LIMIT: usize = 200;

/// A bounded buffer. It is filled where it stands and never moved: a move would leave a copy behind.
pub(super) struct Scratch {
    bytes: [u8; LIMIT],
    len: usize,
    /// How many bytes were ever written.
    used: usize,
}

impl Scratch {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; LIMIT],
            len: 0,
            used: 0,
        }
    }

    /// Starts again; what was there is overwritten, or wiped in the end.
    pub(super) const fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds a byte; what goes beyond the limit is not looked at.
    pub(super) fn push(&mut self, byte: u8) {
        if let Some(free) = self.bytes.get_mut(self.len) {
            *free = byte;
            self.len += 1;
            self.used = self.used.max(self.len);
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.bytes[..self.used].zeroize();
    }
}
