//! Digests of common words: MD5, SHA-1, SHA-256 and SHA-512 of each, with and without a line end, and of digests.
//!
//! `digests.bin` is made by the test `tests/gate/digests.rs` from the words beside it. A digest is compared by its first
//! 48 bits, so noise meets one of a few thousand less than once in 2³⁵ values, and a digest that was cut short is
//! found as well.

use crate::gate::{decode, rules::encoded::without_mark, scratch::Scratch};

static TABLE: &[u8] = include_bytes!("digests.bin");

/// The bytes of the buckets' ends, and of an entry: what follows the byte that chooses the bucket.
const HEAD: usize = 512;
const ENTRY: usize = 5;

/// The fewest characters of a digest: 16 bytes in base64.
const LEAST: usize = 22;

/// Whether `value` is the digest of a common word, in hexadecimal or base64, as tools print it.
pub(in crate::gate) fn is_digest(value: &[u8]) -> bool {
    let text = without_mark(value.trim_ascii());
    // `sha256sum` writes the name of the file behind the digest.
    let text = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    if text.len() < LEAST {
        return false;
    }
    let found = |decoder: decode::Decoder, digits: usize| {
        let mut room = Scratch::new();
        decoder(&text[..digits], &mut room).is_some() && holds(room.as_bytes())
    };
    found(decode::hex, 16) || found(decode::base64, 12)
}

fn holds(digest: &[u8]) -> bool {
    let Some((first, rest)) = digest.split_first() else {
        return false;
    };
    let end = |bucket: usize| usize::from(u16::from_le_bytes([TABLE[2 * bucket], TABLE[2 * bucket + 1]]));
    let bucket = usize::from(*first);
    let start = if bucket == 0 { 0 } else { end(bucket - 1) };
    TABLE[HEAD + ENTRY * start..HEAD + ENTRY * end(bucket)]
        .chunks_exact(ENTRY)
        .any(|entry| rest.starts_with(entry))
}

/// What the table takes in the binary.
#[cfg(test)]
pub(super) const BYTES: usize = include_bytes!("digests.bin").len();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_end_where_the_table_ends() {
        let end = |bucket: usize| usize::from(u16::from_le_bytes([TABLE[2 * bucket], TABLE[2 * bucket + 1]]));
        assert!((1..256).all(|bucket| end(bucket - 1) <= end(bucket)));
        assert_eq!(HEAD + ENTRY * end(255), TABLE.len());
    }

    #[test]
    fn digests_are_found_as_tools_print_them() {
        for value in [
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "5F4DCC3B5AA765D61D8327DEB882CF99",
            "sha256:5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
            "XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=",
            "286755fad04869ca523320acce0dc6a4  -",
        ] {
            assert!(is_digest(value.as_bytes()), "{value}");
        }
        for value in [
            "5f4dcc3b",
            "9f86d081884c7d65",
            "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=",
            "",
            "é",
        ] {
            assert!(!is_digest(value.as_bytes()), "{value}");
        }
    }
}
