//! The forms in which a secret can stand in a text.
//!
//! The text is decoded step by step and compared with the secret byte by byte (bits, for base64), so that neither a
//! secret nor its encoded form is ever made.

use std::ops::Range;

use super::parts::{Part, hex, percent};

/// A text that is searched for secrets, with what rules most searches out.
pub(super) struct Haystack<'a> {
    text: &'a [u8],
    has_percent: bool,
    has_backslash: bool,
    /// The longest run of bytes that base64 can have.
    base64_run: usize,
    /// The longest run of hexadecimal digits.
    hex_run: usize,
}

impl<'a> Haystack<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            has_percent: text.contains(&b'%') || text.contains(&b'+'),
            has_backslash: text.contains(&b'\\'),
            base64_run: longest_run(text, |byte| sextet(byte).is_some() || b"%\\".contains(&byte)),
            hex_run: longest_run(text, |byte| hex(byte).is_some()),
        }
    }

    /// Calls `found` with every place of `part`, in whatever form.
    pub(super) fn find(&self, part: Part<'_>, found: &mut dyn FnMut(Range<usize>)) {
        let len = part.bytes().count();
        self.search(found, |text, at| plain(text, at, part));
        if self.has_percent {
            self.search(found, |text, at| compare(text, at, part, percent_byte));
        }
        if self.has_backslash {
            self.search(found, |text, at| escaped(text, at, part));
        }
        if self.hex_run >= len * 2 {
            self.search(found, |text, at| compare(text, at, part, hex_byte));
        }
        // The fewest characters that hold nothing but bits of the secret.
        if self.base64_run >= (len * 8 - 4) / 6 {
            for shift in Shift::ALL {
                self.search(found, |text, at| base64(text, at, part, shift));
            }
        }
    }

    /// Calls `found` with every range that `end_of` finds to begin somewhere and to end where it says.
    fn search(
        &self,
        found: &mut dyn FnMut(Range<usize>),
        end_of: impl Fn(&[u8], usize) -> Option<Range<usize>>,
    ) {
        for at in 0..self.text.len() {
            if let Some(range) = end_of(self.text, at) {
                found(range);
            }
        }
    }
}

fn longest_run(text: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    text.split(|&byte| !belongs(byte))
        .map(<[u8]>::len)
        .max()
        .unwrap_or(0)
}

/// The secret as it is.
fn plain(text: &[u8], at: usize, part: Part<'_>) -> Option<Range<usize>> {
    compare(text, at, part, |rest| Some((*rest.first()?, 1)))
}

/// Compares the secret with what `next` makes of the text: a byte, and how many bytes of text it took.
fn compare(
    text: &[u8],
    at: usize,
    part: Part<'_>,
    next: impl Fn(&[u8]) -> Option<(u8, usize)>,
) -> Option<Range<usize>> {
    let mut end = at;
    for wanted in part.bytes() {
        let (byte, taken) = next(&text[end..])?;
        if byte != wanted {
            return None;
        }
        end += taken;
    }
    Some(at..end)
}

/// A byte of percent-encoded text (RFC 3986, section 2.1; `+` as in HTML forms).
fn percent_byte(rest: &[u8]) -> Option<(u8, usize)> {
    match percent(rest) {
        Some(byte) => Some((byte, 3)),
        None => match *rest.first()? {
            b'+' => Some((b' ', 1)),
            byte => Some((byte, 1)),
        },
    }
}

/// A byte in hexadecimal digits.
fn hex_byte(rest: &[u8]) -> Option<(u8, usize)> {
    match *rest {
        [high, low, ..] => Some((hex(high)? << 4 | hex(low)?, 2)),
        _ => None,
    }
}

/// The secret with escapes as in JSON (RFC 8259, section 7) or in Rust's `Debug`.
fn escaped(text: &[u8], at: usize, part: Part<'_>) -> Option<Range<usize>> {
    let mut end = at;
    let mut wanted = part.bytes().peekable();
    while wanted.peek().is_some() {
        let rest = &text[end..];
        let (character, taken) = match *rest {
            [b'\\', ..] => escape(rest)?,
            [byte, ..] => {
                if wanted.next() != Some(byte) {
                    return None;
                }
                end += 1;
                continue;
            }
            [] => return None,
        };
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            if wanted.next() != Some(byte) {
                return None;
            }
        }
        end += taken;
    }
    Some(at..end)
}

/// The character that an escape at the start of `rest` stands for, and how many bytes the escape has.
fn escape(rest: &[u8]) -> Option<(char, usize)> {
    let simple = |character| Some((character, 2));
    match *rest.get(1)? {
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'0' => simple('\0'),
        byte @ (b'"' | b'\'' | b'\\' | b'/') => simple(char::from(byte)),
        b'u' if rest.get(2) == Some(&b'{') => {
            let digits = rest[3..].iter().take(7).position(|&byte| byte == b'}')?;
            Some((char::from_u32(number(&rest[3..3 + digits])?)?, digits + 4))
        }
        b'u' => {
            let first = number(rest.get(2..6)?)?;
            if let Some(character) = char::from_u32(first) {
                return Some((character, 6));
            }
            // A pair of surrogates (RFC 8259, section 7).
            let second = rest
                .get(6..8)
                .filter(|start| start == b"\\u")
                .and(rest.get(8..12))?;
            let pair = [first, number(second)?].map(|half| half as u16);
            let character = char::decode_utf16(pair).next()?.ok()?;
            Some((character, 12))
        }
        _ => None,
    }
}

/// The number that hexadecimal digits write.
fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |number, &digit| Some(number << 4 | u32::from(hex(digit)?)))
}

/// How many bytes of something else stand before the secret in its group of three.
#[derive(Clone, Copy)]
struct Shift {
    /// How many bits of the secret belong to a character that begins with bits of something else.
    shared: u32,
}

impl Shift {
    const ALL: [Self; 3] = [Self { shared: 0 }, Self { shared: 4 }, Self { shared: 2 }];
}

/// The secret in base64 (RFC 4648, sections 4 and 5), as a whole text or inside one.
///
/// Characters that hold bits of the secret and of something else are not compared, but masked.
fn base64(text: &[u8], at: usize, part: Part<'_>, shift: Shift) -> Option<Range<usize>> {
    let mut end = at;
    let mut bits = 0_u32;
    let mut count = 0;
    for (index, byte) in part.bytes().enumerate() {
        bits = bits << 8 | u32::from(byte);
        count += if index == 0 { 8 - shift.shared } else { 8 };
        while count >= 6 {
            count -= 6;
            let (found, taken) = base64_character(&text[end..])?;
            if u32::from(found) != bits >> count & 0x3F {
                return None;
            }
            end += taken;
        }
    }
    if count > 0 {
        end += base64_character(&text[end..]).map_or(0, |(_, taken)| taken);
    }
    let shares_first = shift.shared > 0 && at > 0 && sextet(text[at - 1]).is_some();
    Some(at - usize::from(shares_first)..end)
}

/// The bits of a character of base64, which may be percent-encoded or, as JSON allows for `/`, escaped.
fn base64_character(rest: &[u8]) -> Option<(u8, usize)> {
    match *rest {
        [b'%', ..] => Some((sextet(percent(rest)?)?, 3)),
        [b'\\', b'/', ..] => Some((63, 2)),
        [byte, ..] => Some((sextet(byte)?, 1)),
        [] => None,
    }
}

/// The six bits that a character of base64 stands for.
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}
