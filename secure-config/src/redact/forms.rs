//! The encodings in which a secret can occur in a text.
//!
//! The text is decoded step by step and compared with the secret byte by byte (bits, for base64), so that neither a
//! secret nor its encoded form is ever copied.

use std::ops::Range;

use super::parts::{Part, hex};

/// A text that is searched for secrets, with facts about it that rule most searches out.
pub(super) struct Haystack<'a> {
    text: &'a [u8],
    has_percent: bool,
    has_backslash: bool,
    has_comma: bool,
    /// The longest run of bytes that can occur in base64.
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
            has_comma: text.contains(&b','),
            base64_run: longest_run(text, |byte| sextet(byte).is_some() || b"%\\\r\n".contains(&byte)),
            hex_run: longest_run(text, |byte| hex(byte).is_some()),
        }
    }

    /// Calls `found` with every place of `part`, in any encoding.
    pub(super) fn find(&self, part: Part<'_>, found: &mut dyn FnMut(Range<usize>)) {
        let len = part.bytes().count();
        self.search(found, |text, at| plain(text, at, part));
        if self.has_percent {
            for percent in Percent::of(part) {
                self.search(found, |text, at| {
                    compare(text, at, part, |rest, wanted| percent.taken(rest, wanted))
                });
            }
        }
        if self.has_backslash {
            self.search(found, |text, at| escaped(text, at, part));
        }
        if self.has_comma {
            self.search(found, |text, at| listed(text, at, part));
        }
        if self.hex_run >= len * 2 {
            self.search(found, |text, at| compare(text, at, part, hex_taken));
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
    compare(text, at, part, |rest, wanted| {
        (rest.first() == Some(&wanted)).then_some(1)
    })
}

/// Compares the secret with the text: `taken` returns how many bytes at the start of the text encode the wanted byte.
fn compare(
    text: &[u8],
    at: usize,
    part: Part<'_>,
    taken: impl Fn(&[u8], u8) -> Option<usize>,
) -> Option<Range<usize>> {
    let mut end = at;
    for wanted in part.bytes() {
        end += taken(&text[end..], wanted)?;
    }
    Some(at..end)
}

/// Percent-encoding (RFC 3986, section 2.1; `+` as in HTML forms).
///
/// Encoders differ in what they leave as it is, so any byte may be encoded or not. A URL inside the query of another is
/// encoded twice.
#[derive(Clone, Copy)]
struct Percent {
    /// The times that a percent sign of the secret was encoded, where the text alone does not show it. The `url` crate, for
    /// example, leaves those of a password as they are.
    of_percent: Option<usize>,
}

/// The most times that a byte may have been encoded.
const DEPTH: usize = 3;

impl Percent {
    /// The encodings to try: one, unless the secret has a `%25` of its own.
    fn of(part: Part<'_>) -> impl Iterator<Item = Self> {
        let mut last = [0; 2];
        let is_ambiguous = part.bytes().any(|byte| {
            let found = last == *b"%2" && byte == b'5';
            last = [last[1], byte];
            found
        });
        let depths = if is_ambiguous { 0..=DEPTH } else { 0..=0 };
        depths.map(move |depth| Self {
            of_percent: is_ambiguous.then_some(depth),
        })
    }

    /// Returns the number of bytes at the start of `rest` that encode `wanted`.
    fn taken(self, rest: &[u8], wanted: u8) -> Option<usize> {
        let depths = match self.of_percent {
            Some(depth) if wanted == b'%' => depth..=depth,
            _ => 0..=DEPTH,
        };
        // The longest first: `%2525` is a percent sign that was encoded twice.
        depths.rev().find_map(|depth| {
            let taken = |byte| match depth {
                0 => (rest.first() == Some(&byte)).then_some(1),
                _ => {
                    let (again, digits) = rest.strip_prefix(b"%")?.split_at_checked(2 * (depth - 1))?;
                    let is_nested = again.chunks(2).all(|two| two == b"25");
                    (is_nested && hex_taken(digits, byte).is_some()).then_some(1 + 2 * depth)
                }
            };
            // A plus is one, or a blank of a form; which of them it is, the secret decides.
            taken(wanted).or_else(|| if wanted == b' ' { taken(b'+') } else { None })
        })
    }
}

/// A byte in hexadecimal digits, of either case.
fn hex_taken(rest: &[u8], wanted: u8) -> Option<usize> {
    match *rest {
        [high, low, ..] => (hex(high)? << 4 | hex(low)? == wanted).then_some(2),
        _ => None,
    }
}

/// The secret as a list of decimal numbers: bytes as JSON and as `Debug` write them.
fn listed(text: &[u8], at: usize, part: Part<'_>) -> Option<Range<usize>> {
    let mut end = at;
    for (index, wanted) in part.bytes().enumerate() {
        if index > 0 {
            end += 1 + white_space(text.get(end..)?.strip_prefix(b",")?);
        }
        let rest = text.get(end..)?;
        let digits = rest
            .iter()
            .take(4)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let number = std::str::from_utf8(&rest[..digits]).ok()?;
        if number.parse() != Ok(wanted) {
            return None;
        }
        end += digits;
    }
    Some(at..end)
}

/// Returns the number of bytes of white space at the start of `rest`, escaped line ends included.
fn white_space(rest: &[u8]) -> usize {
    let mut taken = 0;
    loop {
        taken += match &rest[taken..] {
            [b' ' | b'\n' | b'\r' | b'\t', ..] => 1,
            [b'\\', b'n' | b'r' | b't', ..] => 2,
            _ => return taken,
        };
    }
}

/// The secret with escapes as in JSON (RFC 8259, section 7) or in Rust's `Debug`, of text and of bytes.
fn escaped(text: &[u8], at: usize, part: Part<'_>) -> Option<Range<usize>> {
    let mut end = at;
    let mut wanted = part.bytes().peekable();
    while wanted.peek().is_some() {
        let rest = &text[end..];
        let character = match *rest {
            [b'\\', b'x', high, low, ..] => {
                if wanted.next() != Some(hex(high)? << 4 | hex(low)?) {
                    return None;
                }
                end += 4;
                continue;
            }
            [b'\\', ..] => {
                let (character, taken) = escape(rest)?;
                end += taken;
                character
            }
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
    }
    Some(at..end)
}

/// Decodes the escape at the start of `rest` into a character, and returns the length of the escape too.
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

/// The place of the secret's first byte in its group of three.
#[derive(Clone, Copy)]
struct Shift {
    /// The bits of the secret in a character that begins with bits of something else.
    shared: u32,
}

impl Shift {
    const ALL: [Self; 3] = [Self { shared: 0 }, Self { shared: 4 }, Self { shared: 2 }];
}

/// The secret in base64 (RFC 4648, sections 4 and 5), as a whole text or inside one.
///
/// Characters that hold bits of the secret and of something else are not compared, but masked. The encoded text may be
/// broken into lines, as in a PEM block.
fn base64(text: &[u8], at: usize, part: Part<'_>, shift: Shift) -> Option<Range<usize>> {
    let mut end = at;
    let mut bits = 0_u32;
    let mut count = 0;
    for (index, byte) in part.bytes().enumerate() {
        bits = bits << 8 | u32::from(byte);
        count += if index == 0 { 8 - shift.shared } else { 8 };
        while count >= 6 {
            count -= 6;
            // Line ends inside the secret are passed over, those before it stay.
            let skipped = if end > at { line_ends(&text[end..]) } else { 0 };
            let (found, taken) = base64_character(&text[end + skipped..])?;
            if u32::from(found) != bits >> count & 0x3F {
                return None;
            }
            end += skipped + taken;
        }
    }
    if count > 0 {
        let skipped = line_ends(&text[end..]);
        end += base64_character(&text[end + skipped..]).map_or(0, |(_, taken)| skipped + taken);
    }
    let shares_first = shift.shared > 0 && at > 0 && sextet(text[at - 1]).is_some();
    Some(at - usize::from(shares_first)..end)
}

/// The bits of a character of base64, which may be percent-encoded or, as JSON allows for `/`, escaped.
fn base64_character(rest: &[u8]) -> Option<(u8, usize)> {
    match *rest {
        [b'%', ..] => {
            let again = rest[1..].chunks(2).take(2).take_while(|two| two == b"25").count();
            let digits = rest.get(1 + 2 * again..3 + 2 * again)?;
            Some((sextet(hex(digits[0])? << 4 | hex(digits[1])?)?, 3 + 2 * again))
        }
        [b'\\', b'/', ..] => Some((63, 2)),
        [byte, ..] => Some((sextet(byte)?, 1)),
        [] => None,
    }
}

/// Returns the number of bytes of line ends at the start of `rest`, plain or escaped.
fn line_ends(rest: &[u8]) -> usize {
    let mut taken = 0;
    loop {
        taken += match &rest[taken..] {
            [b'\n' | b'\r', ..] => 1,
            [b'\\', b'n' | b'r', ..] => 2,
            _ => return taken,
        };
    }
}

/// Decodes a character of base64 into six bits.
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
