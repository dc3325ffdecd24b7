//! Decoding of hex and base64 into the memory the secret stays in.
//!
//! No table is indexed by a secret byte and no branch depends on one, so the time and the cache lines touched tell nothing of the value
//! (the way of Pornin's and Sanders' constant-time codecs); only whether the text is valid at all, and its length, show.

use crate::memory::Locked;

/// How a variable spells the bytes of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// RFC 4648 §8, either case.
    Hex,
    /// RFC 4648 §4, padded or not.
    Base64,
    /// RFC 4648 §5, padded or not.
    Base64Url,
}

impl Encoding {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        }
    }
}

/// The bytes that `text` spells; `None` when it spells none.
pub(crate) fn decode(text: &[u8], encoding: Encoding) -> Option<Locked> {
    let decoded = match encoding {
        Encoding::Hex => Locked::filled(text.len() / 2, |out| hex(text, out).ok_or(())),
        Encoding::Base64 => decode_base64(text, [b'+', b'/']),
        Encoding::Base64Url => decode_base64(text, [b'-', b'_']),
    };
    decoded.ok()
}

/// 0xff when `low <= byte <= high`, else 0.
const fn between(byte: u8, low: u8, high: u8) -> u8 {
    let (byte, low, high) = (byte as i16, low as i16, high as i16);
    // Both differences are negative exactly inside, and so is their conjunction's sign.
    (((low - 1 - byte) & (byte - high - 1)) >> 8) as u8
}

/// The value of a digit where `is` is 0xff, else 0.
const fn digit(is: u8, byte: u8, first: u8, value: u8) -> u8 {
    is & byte.wrapping_sub(first).wrapping_add(value)
}

fn hex(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let nibble = |byte: u8| {
        let (decimal, lower, upper) = (
            between(byte, b'0', b'9'),
            between(byte, b'a', b'f'),
            between(byte, b'A', b'F'),
        );
        let value =
            digit(decimal, byte, b'0', 0) | digit(lower, byte, b'a', 10) | digit(upper, byte, b'A', 10);
        (value, !(decimal | lower | upper))
    };
    let mut bad = (text.len() % 2) as u8;
    for (pair, out) in text.chunks_exact(2).zip(out.iter_mut()) {
        let ((high, high_bad), (low, low_bad)) = (nibble(pair[0]), nibble(pair[1]));
        *out = high << 4 | low;
        bad |= high_bad | low_bad;
    }
    (bad == 0).then_some(text.len() / 2)
}

fn decode_base64(text: &[u8], last_two: [u8; 2]) -> Result<Locked, ()> {
    let padding = text
        .iter()
        .rev()
        .take(2)
        .take_while(|&&byte| byte == b'=')
        .count();
    let digits = &text[..text.len() - padding];
    if digits.len() % 4 == 1 || (padding > 0 && text.len() % 4 != 0) {
        return Err(());
    }
    Locked::filled(digits.len() * 3 / 4, |out| {
        base64(digits, last_two, out).ok_or(())
    })
}

fn base64(digits: &[u8], [plus, slash]: [u8; 2], out: &mut [u8]) -> Option<usize> {
    let sextet = |byte: u8| {
        let (upper, lower, decimal) = (
            between(byte, b'A', b'Z'),
            between(byte, b'a', b'z'),
            between(byte, b'0', b'9'),
        );
        let (is_plus, is_slash) = (between(byte, plus, plus), between(byte, slash, slash));
        let value = digit(upper, byte, b'A', 0)
            | digit(lower, byte, b'a', 26)
            | digit(decimal, byte, b'0', 52)
            | (is_plus & 62)
            | (is_slash & 63);
        (value, !(upper | lower | decimal | is_plus | is_slash))
    };
    let mut bad = 0;
    let mut written = 0;
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for at in 0..4 {
            let (value, is_bad) = group.get(at).map_or((0, 0), |&byte| sextet(byte));
            bits = bits << 6 | u32::from(value);
            bad |= is_bad;
        }
        let bytes = [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8];
        let count = group.len() * 3 / 4;
        out[written..written + count].copy_from_slice(&bytes[..count]);
        // Bits behind the last byte must be zero: two spellings of one key are a mistake (RFC 4648 §3.5).
        bad |= bytes[count..].iter().fold(0, |bits, byte| bits | byte);
        written += count;
    }
    (bad == 0).then_some(written)
}

/// Spells `bytes`, base64 with padding and base64url without, in constant time.
pub(crate) fn encode(bytes: &[u8], encoding: Encoding) -> Locked {
    let length = match encoding {
        Encoding::Hex => bytes.len() * 2,
        Encoding::Base64 => bytes.len().div_ceil(3) * 4,
        Encoding::Base64Url => (bytes.len() * 4).div_ceil(3),
    };
    let encoded: Result<_, std::convert::Infallible> = Locked::filled(length, |out| {
        match encoding {
            Encoding::Hex => encode_hex(bytes, out),
            Encoding::Base64 => encode_base64(bytes, [b'+', b'/'], out),
            Encoding::Base64Url => encode_base64(bytes, [b'-', b'_'], out),
        }
        Ok(length)
    });
    match encoded {
        Ok(encoded) => encoded,
    }
}

fn encode_hex(bytes: &[u8], out: &mut [u8]) {
    let character = |nibble: u8| {
        digit(between(nibble, 0, 9), nibble, 0, b'0') | digit(between(nibble, 10, 15), nibble, 10, b'a')
    };
    for (byte, out) in bytes.iter().zip(out.chunks_exact_mut(2)) {
        out[0] = character(byte >> 4);
        out[1] = character(byte & 15);
    }
}

/// Fills `out`; what is left of it behind the last digit is padding.
fn encode_base64(bytes: &[u8], [plus, slash]: [u8; 2], out: &mut [u8]) {
    let character = |sextet: u8| {
        digit(between(sextet, 0, 25), sextet, 0, b'A')
            | digit(between(sextet, 26, 51), sextet, 26, b'a')
            | digit(between(sextet, 52, 61), sextet, 52, b'0')
            | (between(sextet, 62, 62) & plus)
            | (between(sextet, 63, 63) & slash)
    };
    for (group, out) in bytes.chunks(3).zip(out.chunks_mut(4)) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (at, out) in out.iter_mut().enumerate() {
            *out = if at <= group.len() {
                character((bits >> (18 - 6 * at)) as u8 & 63)
            } else {
                b'='
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
        decode(text.as_bytes(), encoding).map(|bytes| bytes.as_bytes().to_vec())
    }

    #[test]
    fn hex_in_either_case() {
        assert_eq!(decoded("00fFa9", Encoding::Hex), Some(vec![0, 255, 0xa9]));
        assert_eq!(decoded("", Encoding::Hex), Some(vec![]));
        for bad in ["0", "0g", "/0", ":0", "@0", "G0", "`0", " 0"] {
            assert_eq!(decoded(bad, Encoding::Hex), None, "{bad}");
        }
    }

    #[test]
    fn base64_of_the_rfc() {
        // RFC 4648 §10.
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(decoded(text, Encoding::Base64).as_deref(), Some(plain.as_bytes()));
            assert_eq!(
                decoded(text.trim_end_matches('='), Encoding::Base64Url).as_deref(),
                Some(plain.as_bytes())
            );
        }
        assert_eq!(decoded("-_-_", Encoding::Base64Url), Some(vec![0xfb, 0xff, 0xbf]));
        for bad in [
            "Z", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "-_-_", "Zm 9", "====", "Zg==Zg==",
        ] {
            assert_eq!(decoded(bad, Encoding::Base64), None, "{bad}");
        }
    }

    #[test]
    fn what_is_encoded_decodes() {
        for length in 0..70_usize {
            let bytes: Vec<u8> = (0..length).map(|index| (index * 167 + 13) as u8).collect();
            for encoding in [Encoding::Hex, Encoding::Base64, Encoding::Base64Url] {
                let text = encode(&bytes, encoding);
                let text = std::str::from_utf8(text.as_bytes()).unwrap();
                assert_eq!(decoded(text, encoding), Some(bytes.clone()));
            }
        }
    }
}
