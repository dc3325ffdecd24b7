//! Decodes what may be text in disguise: base64, base64url or hexadecimal of something printable.
//!
//! Being decodable is no fault: most keys are. Only what decodes to printable characters is looked at again, and a
//! random value does so rarely: 16 random bytes are all printable once in ten million times, and are then still noise.

use crate::gate::scratch::Scratch;

/// The least decoded bytes that tell something.
const LEAST: usize = 8;

/// What a value is underneath its encoding.
pub(in crate::gate) enum Hidden<'a> {
    /// Printable text, to be judged as such.
    Text(&'a [u8]),
    /// Bytes that count.
    Sequence,
}

/// What `text` hides, if it is an encoding of text or of a counter.
pub(in crate::gate) fn hidden<'a>(text: &[u8], room: &'a mut Scratch) -> Option<Hidden<'a>> {
    let body = ["base64:", "hex:", "0x"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark.as_bytes()))
        .unwrap_or(text)
        .trim_ascii_end();
    // Vendors put a name and `_` before it.
    let tail = body.rsplit(|byte| *byte == b'_').next().unwrap_or_default();
    let tells = tells(body, hex, room)
        || tells(body, base64, room)
        || tail.len() < body.len() && tells(tail, base64, room);
    if !tells {
        None
    } else if is_printable(room.as_bytes()) {
        Some(Hidden::Text(room.as_bytes()))
    } else {
        Some(Hidden::Sequence)
    }
}

/// Decodes `text` by `decode`, and says whether that tells something.
fn tells(text: &[u8], decode: fn(&[u8], &mut Scratch) -> Option<()>, room: &mut Scratch) -> bool {
    room.clear();
    decode(text, room).is_some() && {
        let bytes = room.as_bytes();
        bytes.len() >= LEAST && (is_printable(bytes) || counts(bytes))
    }
}

fn is_printable(bytes: &[u8]) -> bool {
    let printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    bytes.iter().all(printable)
}

/// Whether almost every byte differs from the one before it by the same step: a counter, or one byte repeated.
fn counts(bytes: &[u8]) -> bool {
    let Some([first, second]) = bytes.first_chunk() else {
        return false;
    };
    let step = second.wrapping_sub(*first);
    let steps = bytes
        .windows(2)
        .filter(|two| two[1].wrapping_sub(two[0]) == step)
        .count();
    8 * steps >= 7 * (bytes.len() - 1)
}

fn hex(text: &[u8], room: &mut Scratch) -> Option<()> {
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

fn base64(text: &[u8], room: &mut Scratch) -> Option<()> {
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
        match hidden(value.as_bytes(), &mut Scratch::new())? {
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
            assert!(hidden(value.as_bytes(), &mut Scratch::new()).is_none(), "{value}");
        }
    }

    #[test]
    fn counting_bytes_are_a_sequence() {
        for value in [
            "000102030405060708090a0b0c0d0e0f",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ] {
            assert!(
                matches!(
                    hidden(value.as_bytes(), &mut Scratch::new()),
                    Some(Hidden::Sequence)
                ),
                "{value}"
            );
        }
    }
}
