//! Text inside of HTML.

use std::fmt::{self, Write};

use super::text::is_harmless;

/// Text that is shown as it is, in an element or in a quoted attribute.
pub(super) struct Escaped<'a>(pub(super) &'a str);

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

#[cfg(test)]
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
