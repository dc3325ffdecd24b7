//! Finds text under an encoding: base64, hexadecimal, base32, base58, base85, percent-encoding, escapes, UTF-16.
//!
//! Being decodable is no fault: most keys are. Only what decodes to text is looked at again, and a random value does
//! so rarely: 16 random bytes are all printable once in ten million times, and are then still noise.

use crate::gate::{
    decode::{self, Decoder},
    scratch::Scratch,
};

/// The least decoded bytes that are no chance, of common encodings and of others.
const LEAST: usize = 8;
const LEAST_OF_OTHERS: usize = 16;

/// What a value is underneath its encoding.
pub(in crate::gate) enum Hidden<'a> {
    /// Text, to be judged as such.
    Text(&'a [u8]),
    /// Text in a script other than Latin, which no generator makes.
    Script,
    /// Bytes that count.
    Sequence,
}

/// The decoders, and whether other text than ASCII is looked for under each: noise has a reading in most of them, and
/// what is read by the wrong one has a structure that passes for a script.
const DECODERS: [(Decoder, bool); 10] = [
    (decode::binary, false),
    (decode::hex, true),
    (decode::base64, true),
    (decode::percent, true),
    (decode::escapes, true),
    (decode::base32, false),
    (decode::base58, false),
    (decode::ascii85, false),
    (decode::z85, false),
    (decode::b85, false),
];

/// The longest name of an encoding before its colon.
const MARK: usize = 12;

/// Calls `judge` with each encoded part of `text` and what it hides, until it returns a reason.
pub(in crate::gate) fn each<T>(
    text: &[u8],
    mut judge: impl FnMut(&[u8], Hidden<'_>) -> Option<T>,
) -> Option<T> {
    let text = text.trim_ascii();
    let marked = without_mark(text);
    // Vendors put a name and `_` before it.
    let tail = text.rsplit(|byte| *byte == b'_').next().unwrap_or_default();
    let shorter = |part: &&[u8]| part.len() < text.len();
    let parts = [
        Some(text),
        Some(marked).filter(shorter),
        Some(tail).filter(shorter),
    ];
    let mut room = Scratch::new();
    // Pairs of decimal digits are printable as hexadecimal far more often than noise, so digits are only read as binary.
    let is_decimal = text.iter().all(u8::is_ascii_digit);
    let decoders = if is_decimal { &DECODERS[..1] } else { &DECODERS[..] };
    for (decoder, in_any_script) in decoders.iter().copied() {
        for text in parts.into_iter().flatten() {
            room.clear();
            let least = if in_any_script { LEAST } else { LEAST_OF_OTHERS };
            if decoder(text, &mut room).is_none_or(|len| len < least) {
                continue;
            }
            if let Some(found) = reveal(room.as_bytes(), in_any_script && has_cases(text), &mut |hidden| {
                judge(text, hidden)
            }) {
                return Some(found);
            }
        }
    }
    None
}

/// Returns `text` without the name of an encoding before it: `base64:`, `hex:`, `0x`, `data:…;base64,`.
pub(in crate::gate) fn without_mark(text: &[u8]) -> &[u8] {
    // Base64 may begin with these characters, too.
    let digits = text.strip_prefix(b"0x");
    if let Some(digits) = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
        return digits;
    }
    let is_name = |name: &[u8]| {
        let letters = name.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        letters >= 1
            && name
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"{}-".contains(byte))
    };
    let sign = text.iter().take(MARK + 1).position(|byte| b":}".contains(byte));
    match sign {
        Some(at) if is_name(&text[..at]) && (text[at] == b':' || text[0] == b'{') => {
            let rest = &text[at + 1..];
            rest.iter()
                .take(64)
                .position(|byte| *byte == b',')
                .filter(|_| text.starts_with(b"data:"))
                .map_or(rest, |comma| &rest[comma + 1..])
        }
        _ => text,
    }
}

/// Whether `text` is not one of digits alone, or of one case, that is no hexadecimal: such text is base64 by chance.
fn has_cases(text: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| text.iter().any(is);
    text.iter().all(u8::is_ascii_hexdigit)
        || has(|byte| b"%\\&".contains(byte))
        || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}

/// Judges decoded bytes if they are text or count.
fn reveal<T>(
    bytes: &[u8],
    in_any_script: bool,
    judge: &mut impl FnMut(Hidden<'_>) -> Option<T>,
) -> Option<T> {
    if counts(bytes) {
        return judge(Hidden::Sequence);
    }
    if is_printable(bytes) {
        return judge(Hidden::Text(bytes));
    }
    if !in_any_script {
        return None;
    }
    if let Some(found) = utf16(bytes, judge) {
        return Some(found);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The room may end inside a character.
        Err(error) if error.valid_up_to() + 3 >= bytes.len() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return None,
    };
    characters(text.chars(), judge)
}

/// Judges bytes that are text in UTF-16 of either order.
fn utf16<T>(bytes: &[u8], judge: &mut impl FnMut(Hidden<'_>) -> Option<T>) -> Option<T> {
    let bytes = bytes
        .strip_prefix(&[0xff, 0xfe])
        .or_else(|| bytes.strip_prefix(&[0xfe, 0xff]))
        .unwrap_or(bytes);
    let pairs = bytes.chunks_exact(2);
    if pairs.len() < LEAST {
        return None;
    }
    for order in [u16::from_le_bytes, u16::from_be_bytes] {
        let units = || pairs.clone().map(|pair| order([pair[0], pair[1]]));
        let letters = || char::decode_utf16(units()).map(|letter| letter.unwrap_or('\0'));
        if let Some(found) = characters(letters(), judge) {
            return Some(found);
        }
    }
    None
}

/// Judges characters when all of them are letters and signs of text: by their ASCII part, or by their script.
fn characters<T>(
    text: impl Iterator<Item = char> + Clone,
    judge: &mut impl FnMut(Hidden<'_>) -> Option<T>,
) -> Option<T> {
    let is_text = |letter: char| {
        letter == '\n'
            || !letter.is_control() && (letter.is_ascii() || letter.is_alphanumeric() || is_sign(letter))
    };
    if !text.clone().all(is_text) {
        return None;
    }
    let count = text.clone().count();
    let foreign = text
        .clone()
        .filter(|letter| u32::from(*letter) >= 0x300 && !is_punctuation(*letter));
    if let Some(first) = foreign.clone().next() {
        let script = Script::of(first);
        let alike = foreign
            .clone()
            .filter(|letter| Script::of(*letter) == script)
            .count();
        let most = foreign.count();
        if 2 * most >= count && 10 * alike >= 9 * most && alike >= script.least() {
            return judge(Hidden::Script);
        }
    }
    let mut room = Scratch::new();
    text.filter(char::is_ascii)
        .for_each(|letter| room.push(letter as u8));
    let kept = room.as_bytes().len();
    if kept >= LEAST && 4 * kept >= 3 * count.min(kept + 64) {
        return judge(Hidden::Text(room.as_bytes()));
    }
    None
}

/// The letters that text of one language is written with, by their place in Unicode.
#[derive(Clone, Copy, PartialEq)]
enum Script {
    /// A block of 256 letters, such as Cyrillic.
    Block(u32),
    Chinese,
    Korean,
}

impl Script {
    const fn of(letter: char) -> Self {
        match letter {
            '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' => Self::Chinese,
            '\u{ac00}'..='\u{d7a3}' => Self::Korean,
            // Greek with its accents is one.
            '\u{1f00}'..='\u{1fff}' => Self::Block(3),
            _ => Self::Block(letter as u32 >> 8),
        }
    }

    /// How many letters of it are no chance: a third of all pairs of bytes are a Chinese character.
    const fn least(self) -> usize {
        match self {
            Self::Block(_) => 8,
            Self::Chinese => 24,
            Self::Korean => 10,
        }
    }
}

/// Whether `letter` is punctuation outside ASCII.
const fn is_punctuation(letter: char) -> bool {
    matches!(letter, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3003}' | '\u{ff00}'..='\u{ff65}' | '\u{fe00}'..='\u{fe6f}')
}

/// Whether `letter` is punctuation, or a mark that joins the letters of a script.
const fn is_sign(letter: char) -> bool {
    is_punctuation(letter)
        || matches!(letter, '\u{a0}'..='\u{bf}' | '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5f4}' | '\u{60c}'..='\u{61f}'
            | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{3000}'..='\u{303f}')
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

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(value: &str) -> Option<String> {
        each(value.as_bytes(), |_, hidden| match hidden {
            Hidden::Text(text) => Some(String::from_utf8(text.to_vec()).unwrap()),
            Hidden::Script => Some("script".to_owned()),
            Hidden::Sequence => Some("sequence".to_owned()),
        })
    }

    #[test]
    fn text_is_found_in_each_encoding() {
        for value in [
            "Y2hhbmdlLXRoaXMtc2VjcmV0LXBsZWFzZQ==",
            "Y2hhbmdlLXRoaXMtc2VjcmV0LXBsZWFzZQ",
            "base64:Y2hhbmdlLXRoaXMtc2VjcmV0LXBsZWFzZQ==",
            "{b64}Y2hhbmdlLXRoaXMtc2VjcmV0LXBsZWFzZQ==",
            "data:text/plain;base64,Y2hhbmdlLXRoaXMtc2VjcmV0LXBsZWFzZQ==",
            "6368616e67652d746869732d7365637265742d706c65617365",
            "6368616E67652D746869732D7365637265742D706C65617365",
            "MNUGC3THMUWXI2DJOMWXGZLDOJSXILLQNRSWC43F",
            "YwBoAGEAbgBnAGUALQB0AGgAaQBzAC0AcwBlAGMAcgBlAHQALQBwAGwAZQBhAHMAZQA=",
            "%63%68%61%6e%67%65-this-secret-please",
        ] {
            assert_eq!(
                text_of(value).as_deref(),
                Some("change-this-secret-please"),
                "{value}"
            );
        }
    }

    #[test]
    fn text_in_another_script_is_found() {
        // "соседка поливает цветы" in UTF-8, and in UTF-16, under base64.
        for value in [
            "0YHQvtGB0LXQtNC60LAg0L/QvtC70LjQstCw0LXRgiDRhtCy0LXRgtGL",
            "QQQ+BEEENQQ0BDoEMAQgAD8EPgQ7BDgEMgQwBDUEQgQgAEYEMgQ1BEIESwQ=",
        ] {
            assert_eq!(text_of(value).as_deref(), Some("script"), "{value}");
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
            assert_eq!(text_of(value), None, "{value}");
        }
    }

    #[test]
    fn counting_bytes_are_a_sequence() {
        for value in [
            "000102030405060708090a0b0c0d0e0f",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ] {
            assert_eq!(text_of(value).as_deref(), Some("sequence"), "{value}");
        }
    }
}
