//! Writes text so that it stays inside its value: nothing in it ends a string, a line or a terminal's mood.

use super::buffer::Buffer;

/// How many bytes [`is_plain`] looks at together. The loops over a constant width become SSE2 or NEON
/// instructions without a line of unsafe code.
pub(super) const LANES: usize = 16;

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

/// Whether `text` can be copied as it is: ASCII that is printable, and none of `"`, `\`, `=`, `@`.
///
/// The last two never need an escape; they are how a `key=value` pair and a URL with a password announce
/// themselves, and send the text through [`scrub`](crate::log::redact::scrub).
#[inline]
pub(super) fn is_plain(text: &[u8]) -> bool {
    // The last lanes overlap what the loop has seen; a text shorter than one width goes byte by byte.
    let Some(last) = text.last_chunk::<LANES>() else {
        return !text.iter().any(|&byte| is_suspicious(byte));
    };
    let mut suspicious = [0u8; LANES];
    for chunk in text.chunks_exact(LANES) {
        look(&mut suspicious, chunk);
    }
    look(&mut suspicious, last);
    u128::from_ne_bytes(suspicious) == 0
}

#[inline]
fn look(suspicious: &mut [u8; LANES], chunk: &[u8]) {
    for (seen, &byte) in suspicious.iter_mut().zip(chunk) {
        *seen |= u8::from(is_suspicious(byte));
    }
}

#[inline]
fn is_suspicious(byte: u8) -> bool {
    // As a signed number, everything outside ASCII is negative: one comparison finds it and the controls.
    ((byte as i8) < 0x20)
        | (byte == 0x7f)
        | (byte == b'"')
        | (byte == b'\\')
        | (byte == b'=')
        | (byte == b'@')
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
            assert_eq!(is_plain(&[byte]), plain, "{byte}");
            assert_eq!(is_plain(&[byte; 40]), plain, "{byte}");
        }
        assert!(is_plain(b""));
    }
}
