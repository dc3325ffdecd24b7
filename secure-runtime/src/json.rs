//! Writes strings of JSON for people and programs.

use std::fmt::Write;

use crate::html::is_harmless;

/// Writes a JSON string (RFC 8259 §7) in which nothing is left that a terminal or a viewer obeys.
pub(crate) fn string(text: &str, out: &mut String) {
    out.push('"');
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push_str(text);
    } else {
        escape(text, out);
    }
    out.push('"');
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            _ if is_harmless(character) => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_in_its_string_and_shows_what_it_is() {
        let written = |text: &str| {
            let mut out = String::new();
            string(text, &mut out);
            out
        };
        assert_eq!(written("plain ~ text"), r#""plain ~ text""#);
        assert_eq!(written("a\"b\\c\nd"), r#""a\"b\\c\nd""#);
        assert_eq!(
            written("é\u{1b}\u{202e}\u{e0041}"),
            r#""é\u001b\u202e\udb40\udc41""#
        );
    }
}
