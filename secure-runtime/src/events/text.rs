//! Text from outside, bounded without a copy.

use std::borrow::Cow;

/// The longest id or name.
const MAX_NAME: usize = 128;

/// The longest of other texts.
const MAX_TEXT: usize = 256;

/// An id or the name of a thing.
pub(super) fn name(text: &str) -> &str {
    cut(text, MAX_NAME)
}

/// Anything else.
pub(super) fn text(text: &str) -> &str {
    cut(text, MAX_TEXT)
}

/// The bytes of a header as ASCII, what is none escaped.
pub(super) fn ascii(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.get(..MAX_TEXT).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => {
            let mut escaped = bytes.escape_ascii().to_string();
            escaped.truncate(MAX_TEXT);
            Cow::Owned(escaped)
        }
    }
}

/// At most `max` bytes of `text`, whole characters.
fn cut(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_between_characters() {
        assert_eq!(name("42"), "42");
        assert_eq!(name(&"x".repeat(1_000)), "x".repeat(128));
        assert_eq!(name(&"€".repeat(100)), "€".repeat(42));
        assert_eq!(text(&"x".repeat(1_000)).len(), 256);
    }

    #[test]
    fn headers_are_ascii() {
        assert_eq!(ascii(b"curl/8.5.0"), "curl/8.5.0");
        assert_eq!(ascii(b"a\xff\xc3\xa9"), r"a\xff\xc3\xa9");
        assert_eq!(ascii(&[b'x'; 60_000]).len(), 256);
        assert_eq!(ascii(&[0xff; 60_000]).len(), 256);
    }
}
