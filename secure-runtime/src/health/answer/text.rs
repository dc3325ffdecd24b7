//! Words and characters that both kinds of answer share.

use std::time::Duration;

/// `1d 0h 0m 0s`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!(
        "{}d {}h {}m {}s",
        seconds / 86_400,
        seconds / 3_600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Whether a character only shows: no control, no line separator, nothing that turns the direction of text or hides.
pub(super) const fn is_harmless(character: char) -> bool {
    !matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration(Duration::ZERO), "0d 0h 0m 0s");
        assert_eq!(duration(Duration::from_millis(59_999)), "0d 0h 0m 59s");
        assert_eq!(
            duration(Duration::from_secs(2 * 86_400 + 3 * 3_600 + 4 * 60 + 5)),
            "2d 3h 4m 5s"
        );
    }
}
