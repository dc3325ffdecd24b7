//! What clients are told while the service is shut.

use std::{fmt, str::FromStr, time::Duration};

use crate::html::is_harmless;

/// The longest message in characters; the rest is cut off.
const MAX_MESSAGE: usize = 300;

/// Longer is a mistake of units.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What clients are told while the service is shut: how long to wait, and why.
///
/// As text it is the time to wait and a message, each of which may be left out: `10m Back at noon.`, `600`, `Back at noon.`. A
/// time is a number of seconds, or of what the unit says (`s`, `m`, `h`, `d`), from a second to 30 days.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use secure_runtime::maintenance::Notice;
///
/// let notice: Notice = "10m Back at noon.".parse()?;
/// assert_eq!(notice, Notice::new().wait(Duration::from_secs(600)).message("Back at noon."));
/// assert!("10x".parse::<Notice>().is_err());
/// # Ok::<(), secure_runtime::maintenance::InvalidNotice>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Notice {
    wait: Option<Duration>,
    message: Option<String>,
}

impl Notice {
    /// Says no more than that the service is shut, and to wait as long as the policy says.
    pub const fn new() -> Self {
        Self {
            wait: None,
            message: None,
        }
    }

    /// Says how long to wait, from the request on: at least a second, at most 30 days.
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = Some(wait.clamp(Duration::from_secs(1), LONGEST));
        self
    }

    /// Says why, or until when: to everyone, so it holds nothing that not everyone may know.
    ///
    /// It is cut after 300 characters; what does not only show (control characters, ones that turn the direction of text)
    /// becomes U+FFFD.
    pub fn message(mut self, text: &str) -> Self {
        let shown: String = text
            .trim()
            .chars()
            .take(MAX_MESSAGE)
            .map(|character| {
                if is_harmless(character) {
                    character
                } else {
                    char::REPLACEMENT_CHARACTER
                }
            })
            .collect();
        self.message = (!shown.is_empty()).then_some(shown);
        self
    }

    /// How long to wait, if it says so.
    #[must_use]
    pub const fn wait_time(&self) -> Option<Duration> {
        self.wait
    }

    /// The message, if there is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

impl FromStr for Notice {
    type Err = InvalidNotice;

    fn from_str(text: &str) -> Result<Self, InvalidNotice> {
        let text = text.trim();
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        // A message that begins with a number, such as a time of day, is not guessed at.
        if !first.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(Self::new().message(text));
        }
        Ok(Self::new().wait(seconds(first)?).message(rest))
    }
}

fn seconds(text: &str) -> Result<Duration, InvalidNotice> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(InvalidNotice(())),
    };
    let count: u64 = digits.parse().map_err(|_| InvalidNotice(()))?;
    let wait = Duration::from_secs(count.saturating_mul(unit));
    if wait.is_zero() || wait > LONGEST {
        return Err(InvalidNotice(()));
    }
    Ok(wait)
}

/// Text that says no time to wait where one belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidNotice(());

impl fmt::Display for InvalidNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no time to wait; write 600, 10m, 2h or 1d (at most 30d), then the message")
    }
}

impl std::error::Error for InvalidNotice {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<(Option<u64>, Option<String>), InvalidNotice> {
        text.parse::<Notice>()
            .map(|notice| (notice.wait.map(|wait| wait.as_secs()), notice.message))
    }

    #[test]
    fn a_time_a_message_both_or_nothing() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(parse(" \n"), Ok((None, None)));
        assert_eq!(parse("600\n"), Ok((Some(600), None)));
        assert_eq!(parse("10m"), Ok((Some(600), None)));
        assert_eq!(parse("2h Moving house."), Ok((Some(7200), text("Moving house."))));
        assert_eq!(
            parse("1d\nMoving\nhouse"),
            Ok((Some(86_400), text("Moving\u{fffd}house")))
        );
        assert_eq!(parse("Back at noon"), Ok((None, text("Back at noon"))));
        for wrong in [
            "0",
            "0s",
            "10x",
            "10 m".replace(' ', "_").as_str(),
            "31d",
            "12:30 sharp",
            "99999999999999999999",
        ] {
            assert_eq!(parse(wrong), Err(InvalidNotice(())), "{wrong}");
        }
    }

    #[test]
    fn what_does_not_only_show_is_replaced_and_long_texts_are_cut() {
        let notice = Notice::new().message("a\u{1b}[31m\u{202e}b");
        assert_eq!(notice.text(), Some("a\u{fffd}[31m\u{fffd}b"));
        let notice = Notice::new().message(&"é".repeat(1000));
        assert_eq!(notice.text().unwrap().chars().count(), MAX_MESSAGE);
        assert_eq!(
            Notice::new().wait(Duration::ZERO).wait_time(),
            Some(Duration::from_secs(1))
        );
        assert_eq!(Notice::new().wait(Duration::MAX).wait_time(), Some(LONGEST));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_all_is_bounded(text in ".{0,400}", numbered in "[0-9]{1,22}[a-z]? .{0,20}") {
            for text in [text, numbered] {
                if let Ok(notice) = text.parse::<Notice>() {
                    prop_assert!(notice.wait.is_none_or(|wait| !wait.is_zero() && wait <= LONGEST));
                    prop_assert!(notice.text().unwrap_or_default().chars().all(is_harmless));
                }
            }
        }
    }
}
