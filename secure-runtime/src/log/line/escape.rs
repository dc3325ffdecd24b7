//! Writes text so that it stays inside its value: nothing in it ends a string, a line or a terminal's mood.

use super::buffer::Buffer;

/// The narrowest block that is looked at together.
pub(super) const LANES: usize = 16;

/// The width of the blocks of a longer text.
const WIDE: usize = 2 * LANES;

/// Where text is written to, which decides how a special character is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::log) enum Place {
    /// A JSON string.
    Json,
    /// A quoted value of the text format.
    Quoted,
    /// The message of the text format, which has no quotes around it.
    Bare,
}

/// Whether `text` can be copied as it is: ASCII that is printable, and none of `"`, `\`, `=`, `@`; with `COLON`, none
/// of `:` either.
///
/// The last three never need an escape. They are how a `key=value` pair, a URL with a password and a field of a
/// formatted struct announce themselves, and send the text through [`scrub`](crate::log::redact::scrub).
#[inline]
pub(super) fn is_plain<const COLON: bool>(text: &[u8]) -> bool {
    // The last block overlaps those before it.
    let Some(last) = text.last_chunk::<WIDE>() else {
        return is_short_plain::<COLON>(text);
    };
    let is_plain = |block: &[u8]| block.first_chunk().is_some_and(is_wide_plain::<COLON>);
    text.chunks_exact(WIDE).all(is_plain) && is_wide_plain::<COLON>(last)
}

#[inline]
fn is_short_plain<const COLON: bool>(text: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (text.first_chunk::<LANES>(), text.last_chunk::<LANES>()) {
        return is_narrow_plain::<COLON>(first) && is_narrow_plain::<COLON>(last);
    }
    // Padded with a harmless byte.
    let mut block = [b' '; LANES];
    if let Some(start) = block.get_mut(..text.len()) {
        start.copy_from_slice(text);
    }
    is_narrow_plain::<COLON>(&block)
}

/// [`is_plain`] of one wide block.
///
/// A fold of constant length, without a way out before its end, becomes a few SSE2 or NEON instructions; with one
/// it would become a loop over bytes. For the narrow block below, a fold for each question makes fewer of them.
#[inline]
fn is_wide_plain<const COLON: bool>(block: &[u8; WIDE]) -> bool {
    !block.iter().fold(false, |found, &byte| {
        found
            | !is_printable(byte)
            | (byte == b'"')
            | (byte == b'\\')
            | (byte == b'=')
            | (byte == b'@')
            | (COLON & (byte == b':'))
    })
}

/// [`is_plain`] of one narrow block.
#[inline]
pub(super) fn is_narrow_plain<const COLON: bool>(block: &[u8; LANES]) -> bool {
    let has = |question: fn(u8) -> bool| block.iter().fold(false, |found, &byte| found | question(byte));
    !(has(|byte| !is_printable(byte))
        | has(|byte| byte == b'"')
        | has(|byte| byte == b'\\')
        | has(|byte| byte == b'=')
        | has(|byte| byte == b'@')
        | (COLON && has(|byte| byte == b':')))
}

/// From the blank to the tilde, in one comparison.
#[inline(always)]
fn is_printable(byte: u8) -> bool {
    byte.wrapping_sub(b' ') <= b'~' - b' '
}

/// The longest spelling of one character: a surrogate pair, `\udb40\udc01`.
const LONGEST: usize = 12;

/// Writes `text` up to the position `end` of the buffer, and returns how many bytes of it were written.
/// It stops before a character that does not fit, never inside one.
pub(super) fn escape(buffer: &mut Buffer, text: &str, end: usize, place: Place) -> usize {
    let bytes = text.as_bytes();
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        let run = rest.iter().take_while(|&&byte| is_safe(byte, place)).count();
        let fits = run.min(end.saturating_sub(buffer.len()));
        buffer.put(rest.get(..fits).unwrap_or_default());
        done += fits;
        if fits < run {
            break;
        }
        // `done` stands before a whole character: the run before it is ASCII.
        let Some(char) = text.get(done..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        if buffer.len() + LONGEST > end {
            break;
        }
        write_char(buffer, char, place);
        done += char.len_utf8();
    }
    done
}

fn is_safe(byte: u8, place: Place) -> bool {
    match byte {
        b'"' | b'\\' => place == Place::Bare,
        0x20..0x7f => true,
        _ => false,
    }
}

fn write_char(buffer: &mut Buffer, char: char, place: Place) {
    match char {
        '"' => buffer.put(b"\\\""),
        '\\' => buffer.put(b"\\\\"),
        '\n' => buffer.put(b"\\n"),
        '\r' => buffer.put(b"\\r"),
        '\t' => buffer.put(b"\\t"),
        _ if !is_hazard(char) => buffer.put(char.encode_utf8(&mut [0; 4]).as_bytes()),
        _ if place == Place::Json => {
            for unit in char.encode_utf16(&mut [0; 2]) {
                buffer.put(b"\\u");
                hex(buffer, u32::from(*unit), 4);
            }
        }
        _ => {
            buffer.put(b"\\u{");
            hex(
                buffer,
                u32::from(char),
                if u32::from(char) > 0xffff { 5 } else { 4 },
            );
            buffer.put_byte(b'}');
        }
    }
}

/// The lowest `digits` hexadecimal digits of `number`.
pub(super) fn hex(buffer: &mut Buffer, number: u32, digits: u32) {
    for digit in (0..digits).rev() {
        let nibble = (number >> (digit * 4)) & 0xf;
        buffer.put_byte(char::from_digit(nibble, 16).map_or(b'0', |digit| digit as u8));
    }
}

/// Characters that change how other characters are read or shown, or that cannot be seen at all.
fn is_hazard(char: char) -> bool {
    matches!(char,
        // C0, DEL and C1: terminals act on them.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Marks, embeddings, overrides and isolates that reorder text (CVE-2021-42574).
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
        // Line and paragraph separator: some readers of lines break there.
        | '\u{2028}' | '\u{2029}'
        // Invisible: two names that look the same would differ.
        | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        // Tags, which carry hidden ASCII.
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, place: Place) -> String {
        let mut buffer = Buffer::new();
        assert_eq!(escape(&mut buffer, text, 10_000, place), text.len());
        String::from_utf8(buffer.as_slice().to_vec()).unwrap()
    }

    #[test]
    fn json_spells_hazards_as_code_units() {
        assert_eq!(
            written("a\"b\\c\nd\re\tf\0\x1b\x7f", Place::Json),
            r#"a\"b\\c\nd\re\tf\u0000\u001b\u007f"#
        );
        assert_eq!(
            written("\u{85}\u{202e}\u{2028}\u{feff}", Place::Json),
            r"\u0085\u202e\u2028\ufeff"
        );
        assert_eq!(written("\u{e0041}", Place::Json), r"\udb40\udc41");
        assert_eq!(written("Grüße, 世界 👩‍💻", Place::Json), "Grüße, 世界 👩‍💻");
    }

    #[test]
    fn text_spells_hazards_as_rust_does() {
        assert_eq!(
            written("a\"b\\c\n\x1b[31m", Place::Quoted),
            r#"a\"b\\c\n\u{001b}[31m"#
        );
        assert_eq!(
            written("say \"hi\" \u{e0041}\r", Place::Bare),
            r#"say "hi" \u{e0041}\r"#
        );
    }

    #[test]
    fn it_stops_between_characters() {
        for end in 0..40 {
            let mut buffer = Buffer::new();
            let text = "aé\n\u{e0041}世b\"";
            let done = escape(&mut buffer, text, end, Place::Json);
            assert!(buffer.len() <= end);
            assert!(text.is_char_boundary(done));
            assert!(std::str::from_utf8(buffer.as_slice()).is_ok());
        }
    }

    #[test]
    fn plain_is_printable_ascii_without_marks() {
        for byte in 0..=255u8 {
            let plain = (0x20..0x7f).contains(&byte) && !b"\"\\=@".contains(&byte);
            assert_eq!(is_plain::<false>(&[byte]), plain, "{byte}");
            assert_eq!(is_plain::<false>(&[byte; 40]), plain, "{byte}");
        }
        assert!(is_plain::<true>(b""));
        assert!(is_plain::<false>(b"a: b") && !is_plain::<true>(b"a: b"));
    }
}
