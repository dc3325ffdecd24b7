//! Decodes what may be text in disguise: base64, base64url or hexadecimal of something printable.
//!
//! Being decodable is no fault: most keys are. Only what decodes to printable characters is looked at again, and a
//! random value does so rarely: 16 random bytes are all printable once in ten million times, and are then still noise.

use zeroize::Zeroizing;

/// The most bytes that are decoded: as many as the estimate looks at.
const LIMIT: usize = 200;

/// Room for what is decoded, wiped when it is dropped. It is filled in place: a move would leave a copy behind.
pub(in crate::gate) struct Room {
    bytes: Zeroizing<[u8; LIMIT]>,
    len: usize,
}

impl Room {
    pub(in crate::gate) fn new() -> Self {
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

    fn as_bytes(&self) -> &[u8] {
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

    /// Decodes `text` by `decode`, and says whether that tells something.
    fn try_decode(&mut self, text: &[u8], decode: fn(&[u8], &mut Self) -> Option<()>) -> bool {
        self.len = 0;
        decode(text, self).is_some() && (self.is_printable() || self.counts())
    }
}

/// What a value is underneath its encoding.
pub(in crate::gate) enum Hidden<'a> {
    /// Printable text, to be judged as such.
    Text(&'a [u8]),
    /// Bytes that count.
    Sequence,
}

/// What `text` hides, if it is an encoding of text or of a counter.
pub(in crate::gate) fn hidden<'a>(text: &[u8], room: &'a mut Room) -> Option<Hidden<'a>> {
    let body = ["base64:", "hex:", "0x"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark.as_bytes()))
        .unwrap_or(text)
        .trim_ascii_end();
    // Vendors put a name and `_` before it.
    let tail = body.rsplit(|byte| *byte == b'_').next().unwrap_or_default();
    let tells = room.try_decode(body, hex)
        || room.try_decode(body, base64)
        || tail.len() < body.len() && room.try_decode(tail, base64);
    if !tells {
        None
    } else if room.is_printable() {
        Some(Hidden::Text(room.as_bytes()))
    } else {
        Some(Hidden::Sequence)
    }
}

fn hex(text: &[u8], room: &mut Room) -> Option<()> {
    if text.len() < 16 || text.len() % 2 != 0 {
        return None;
    }
    for pair in text.chunks_exact(2) {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(pair[0])? << 4 | digit(pair[1])?;
        // Two hexadecimal digits are below 256.
        room.push(value as u8);
    }
    Some(())
}

fn base64(text: &[u8], room: &mut Room) -> Option<()> {
    let body = match text {
        [body @ .., b'=', b'='] | [body @ .., b'='] => body,
        body => body,
    };
    if body.len() < 12 || body.len() % 4 == 1 {
        return None;
    }
    let mut bits = 0u32;
    for (at, byte) in body.iter().enumerate() {
        bits = bits << 6 | u32::from(VALUES[usize::from(*byte)].checked_sub(1)?);
        if at % 4 != 0 {
            let spare = 2 * (3 - at % 4);
            // The mask leaves eight bits.
            room.push((bits >> spare & 0xff) as u8);
        }
    }
    Some(())
}

/// One more than the value of each digit of base64 and base64url; 0 for what is none.
static VALUES: [u8; 256] = {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [0; 256];
    let mut value = 0;
    while value < 64 {
        values[ALPHABET[value] as usize] = value as u8 + 1;
        value += 1;
    }
    values[b'-' as usize] = 63;
    values[b'_' as usize] = 64;
    values
};

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(value: &str) -> Option<String> {
        match hidden(value.as_bytes(), &mut Room::new())? {
            Hidden::Text(text) => Some(String::from_utf8(text.to_vec()).unwrap()),
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
            assert!(hidden(value.as_bytes(), &mut Room::new()).is_none(), "{value}");
        }
    }

    #[test]
    fn counting_bytes_are_a_sequence() {
        for value in [
            "000102030405060708090a0b0c0d0e0f",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ] {
            assert!(
                matches!(hidden(value.as_bytes(), &mut Room::new()), Some(Hidden::Sequence)),
                "{value}"
            );
        }
    }
}
