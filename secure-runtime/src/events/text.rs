//! Text from outside, bounded as it is written: no copy is made of it.

use std::fmt;

/// The longest id or name.
const MAX_NAME: usize = 128;

/// The longest of other texts.
const MAX_TEXT: usize = 256;

/// Text that is written up to a bound.
#[derive(Clone, Copy)]
pub(super) struct Bounded<'a>(&'a str);

impl<'a> Bounded<'a> {
    /// An id or the name of a thing.
    pub(super) fn name(text: &'a str) -> Self {
        Self(cut(text, MAX_NAME))
    }

    /// Anything else.
    pub(super) fn text(text: &'a str) -> Self {
        Self(cut(text, MAX_TEXT))
    }
}

impl fmt::Display for Bounded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The bytes of a header as ASCII, what is none escaped.
#[derive(Clone, Copy)]
pub(super) struct Ascii<'a>(pub(super) &'a [u8]);

impl fmt::Display for Ascii<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.get(..MAX_TEXT).unwrap_or(self.0);
        match std::str::from_utf8(bytes) {
            Ok(text) if text.is_ascii() => f.write_str(text),
            _ => write!(f, "{}", bytes.escape_ascii()),
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
        assert_eq!(Bounded::name("42").to_string(), "42");
        assert_eq!(Bounded::name(&"x".repeat(1_000)).to_string(), "x".repeat(128));
        assert_eq!(Bounded::name(&"€".repeat(100)).to_string(), "€".repeat(42));
        assert_eq!(Bounded::text(&"x".repeat(1_000)).to_string().len(), 256);
    }

    #[test]
    fn headers_are_ascii() {
        assert_eq!(Ascii(b"curl/8.5.0").to_string(), "curl/8.5.0");
        assert_eq!(Ascii(b"a\xff\xc3\xa9").to_string(), r"a\xff\xc3\xa9");
        assert_eq!(Ascii(&[b'x'; 60_000]).to_string().len(), 256);
    }
}
