//! SipHash-1-3 of one number.
//!
//! The standard library's is the same function behind a buffer for input of any length, which makes up
//! half of its time when the input is one number.

/// The key of the hash.
#[derive(Clone, Copy)]
pub(crate) struct SipKey {
    k0: u64,
    k1: u64,
}

impl SipKey {
    pub(crate) const fn new(k0: u64, k1: u64) -> Self {
        Self { k0, k1 }
    }

    /// The hash of the 8 bytes of `number`, the lowest first.
    #[inline]
    pub(crate) fn hash(self, number: u64) -> u64 {
        let mut state = State {
            v0: self.k0 ^ 0x736f_6d65_7073_6575,
            v1: self.k1 ^ 0x646f_7261_6e64_6f6d,
            v2: self.k0 ^ 0x6c79_6765_6e65_7261,
            v3: self.k1 ^ 0x7465_6462_7974_6573,
        };
        state.absorb(number);
        // The length, in the highest byte.
        state.absorb(8 << 56);
        state.v2 ^= 0xff;
        state.round();
        state.round();
        state.round();
        state.v0 ^ state.v1 ^ state.v2 ^ state.v3
    }
}

struct State {
    v0: u64,
    v1: u64,
    v2: u64,
    v3: u64,
}

impl State {
    #[inline]
    fn absorb(&mut self, word: u64) {
        self.v3 ^= word;
        self.round();
        self.v0 ^= word;
    }

    #[inline]
    fn round(&mut self) {
        self.v0 = self.v0.wrapping_add(self.v1);
        self.v2 = self.v2.wrapping_add(self.v3);
        self.v1 = self.v1.rotate_left(13) ^ self.v0;
        self.v3 = self.v3.rotate_left(16) ^ self.v2;
        self.v0 = self.v0.rotate_left(32);
        self.v2 = self.v2.wrapping_add(self.v1);
        self.v0 = self.v0.wrapping_add(self.v3);
        self.v1 = self.v1.rotate_left(17) ^ self.v2;
        self.v3 = self.v3.rotate_left(21) ^ self.v0;
        self.v2 = self.v2.rotate_left(32);
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hasher};

    use super::*;

    /// The standard library's hasher is SipHash-1-3 with a key of zeros when it is made this way.
    #[test]
    fn is_the_function_of_the_standard_library() {
        for number in [0, 1, 77, 0xc000_0201, 0x2001_0db8_0001_0002, u64::MAX] {
            let mut hasher = DefaultHasher::new();
            hasher.write(&number.to_le_bytes());
            assert_eq!(SipKey::new(0, 0).hash(number), hasher.finish());
        }
    }

    #[test]
    fn another_key_is_another_function() {
        let hashes = [(0, 0), (1, 0), (0, 1)].map(|(k0, k1)| SipKey::new(k0, k1).hash(7));
        assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2] && hashes[0] != hashes[2]);
    }
}
