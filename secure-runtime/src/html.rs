//! Text that only shows, and text inside of HTML.

#[cfg(any(feature = "health", feature = "maintenance"))]
use std::fmt::{self, Write};

/// Text that is shown as it is, in an element or in a quoted attribute.
#[cfg(any(feature = "health", feature = "maintenance"))]
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

#[cfg(any(feature = "health", feature = "maintenance"))]
impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ if is_harmless(character) => f.write_char(character)?,
                _ => f.write_char('\u{fffd}')?,
            }
        }
        Ok(())
    }
}

/// Whether a character only shows: no control, no line separator, nothing that turns the direction of text or hides.
pub(crate) const fn is_harmless(character: char) -> bool {
    !matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(all(test, any(feature = "health", feature = "maintenance")))]
mod tests {
    use super::Escaped;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            Escaped("<b a='1' b=\"2\">&\u{202e}é\n").to_string(),
            "&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;\u{fffd}é\u{fffd}"
        );
    }
}
