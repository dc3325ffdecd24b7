//! Comparison in constant time.

use std::hint::black_box;

/// Whether two byte strings are equal, in a time that depends on their lengths only.
pub(crate) fn equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut difference = 0;
    for (left, right) in left.iter().zip(right) {
        // Opaque to the optimizer, which could otherwise leave the loop at the first difference.
        difference = black_box(difference | (left ^ right));
    }
    difference == 0
}

#[cfg(test)]
mod tests {
    use super::equal;

    #[test]
    fn every_byte_counts() {
        assert!(equal(b"", b""));
        assert!(equal(b"same", b"same"));
        assert!(!equal(b"same", b"sam"));
        for at in 0..4 {
            let mut other = *b"same";
            other[at] ^= 0x80;
            assert!(!equal(b"same", &other));
        }
    }
}
