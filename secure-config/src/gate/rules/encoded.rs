//! Decodes what may be text in disguise: base64, base64url or hexadecimal of something printable.
//!
//! Being decodable is no fault: most keys are. Only what decodes to printable characters is looked at again, and a
//! random value does so rarely: 16 random bytes are all printable once in ten million times, and are then still noise.

use zeroize::Zeroizing;

/// The most bytes that are decoded: as many as the estimate looks at.
const LIMIT: usize = 200;

/// A decoded text, wiped when it is dropped.
pub(in crate::gate) struct Decoded {
    bytes: Zeroizing<[u8; LIMIT]>,
    len: usize,
}

impl Decoded {
    fn new() -> Self {
        Self {
            bytes: Zeroizing::new([0; LIMIT]),
            len: 0,
        }
    }

    /// Adds a byte; what goes beyond the limit is not looked at.
    fn push(&mut self, byte: u8) {
        if let Some(free) = self.bytes.get_mut(self.len) {
            *free = byte;
            self.len += 1;
        }
    }

    pub(in crate::gate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn is_printable(&self) -> bool {
        let printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
        self.len >= 8 && self.as_bytes().iter().all(printable)
    }

    /// Whether almost every byte differs from the one before it by the same step: a counter, or one byte repeated.
    fn counts(&self) -> bool {
        let bytes = self.as_bytes();
        let Some([first, second]) = bytes.first_chunk() else {
            return false;
        };
        let step = second.wrapping_sub(*first);
        let steps = bytes
            .windows(2)
            .filter(|two| two[1].wrapping_sub(two[0]) == step)
            .count();
        self.len >= 8 && 8 * steps >= 7 * (bytes.len() - 1)
    }
}

/// What a value is underneath its encoding.
pub(in crate::gate) enum Hidden {
    /// Printable text, to be judged as such.
    Text(Decoded),
    /// Bytes that count.
    Sequence,
}

/// What `text` hides, if it is an encoding of text or of a counter.
pub(in crate::gate) fn hidden(text: &[u8]) -> Option<Hidden> {
    let body = ["base64:", "hex:", "0x"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark.as_bytes()))
        .unwrap_or(text)
        .trim_ascii_end();
    let decoded = hex(body).or_else(|| base64(body))?;
    if decoded.is_printable() {
        Some(Hidden::Text(decoded))
    } else if decoded.counts() {
        Some(Hidden::Sequence)
    } else {
        None
    }
}

fn hex(text: &[u8]) -> Option<Decoded> {
    if text.len() < 16 || text.len() % 2 != 0 {
        return None;
    }
    let mut decoded = Decoded::new();
    for pair in text.chunks_exact(2) {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(pair[0])? << 4 | digit(pair[1])?;
        // Two hexadecimal digits are below 256.
        decoded.push(value as u8);
    }
    Some(decoded)
}

fn base64(text: &[u8]) -> Option<Decoded> {
    let body = match text {
        [body @ .., b'=', b'='] | [body @ .., b'='] => body,
        body => body,
    };
    if body.len() < 12 || body.len() % 4 == 1 {
        return None;
    }
    let mut decoded = Decoded::new();
    let mut bits = Zeroizing::new(0u32);
    for (at, byte) in body.iter().enumerate() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        *bits = *bits << 6 | u32::from(value);
        if at % 4 != 0 {
            let spare = 2 * (3 - at % 4);
            // The mask leaves eight bits.
            decoded.push((*bits >> spare & 0xff) as u8);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(value: &str) -> Option<String> {
        match hidden(value.as_bytes())? {
            Hidden::Text(decoded) => Some(String::from_utf8(decoded.as_bytes().to_vec()).unwrap()),
            Hidden::Sequence => None,
        }
    }

    #[test]
    fn text_is_found_in_each_encoding() {
        for value in [
            "Y2hhbmdlLXRoaXMtc2VjcmV0LXBsZWFzZQ==",
            "Y2hhbmdlLXRoaXMtc2VjcmV0LXBsZWFzZQ",
            "base64:Y2hhbmdlLXRoaXMtc2VjcmV0LXBsZWFzZQ==",
            "6368616e67652d746869732d7365637265742d706c65617365",
            "6368616E67652D746869732D7365637265742D706C65617365",
        ] {
            assert_eq!(
                text_of(value).as_deref(),
                Some("change-this-secret-please"),
                "{value}"
            );
        }
    }

    #[test]
    fn noise_hides_nothing() {
        for value in [
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=",
            "not an encoding, is it?",
            "",
        ] {
            assert!(hidden(value.as_bytes()).is_none(), "{value}");
        }
    }

    #[test]
    fn counting_bytes_are_a_sequence() {
        for value in [
            "000102030405060708090a0b0c0d0e0f",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ] {
            assert!(
                matches!(hidden(value.as_bytes()), Some(Hidden::Sequence)),
                "{value}"
            );
        }
    }
}
