//! A day of the calendar.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 60 * 60;

/// A day, written `YYYY-MM-DD`, of the years 2000 to 2999; it begins and ends by UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// When the day begins.
    #[must_use]
    pub fn start(self) -> SystemTime {
        let (year, month) = (u64::from(self.year), u64::from(self.month));
        // Years begin in March here, so that a leap day is the last.
        let (year, month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let leap_days = year / 4 - year / 100 + year / 400;
        // 153 days in any five months from March on; 719,469 from the first of March of the year 0 to 1970-01-02.
        let days = year * 365 + leap_days + (153 * month + 2) / 5 + u64::from(self.day) - 719_469;
        UNIX_EPOCH + Duration::from_secs(days * DAY)
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let text = text.trim();
        let number = |from: usize, to: usize| {
            let digits = text.get(from..to)?;
            let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            is_plain.then(|| digits.parse::<u16>().ok())?
        };
        let read = || {
            let is_shape = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
            let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
            let is_day =
                is_shape && (2000..3000).contains(&year) && (1..=days_in(year, month)?).contains(&day);
            let month = u8::try_from(month).ok()?;
            let day = u8::try_from(day).ok()?;
            is_day.then_some(Self { year, month, day })
        };
        read().ok_or(InvalidDate(()))
    }
}

fn days_in(year: u16, month: u16) -> Option<u16> {
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u16::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)),
        _ => return None,
    })
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDate(());

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write a day as YYYY-MM-DD")
    }
}

impl std::error::Error for InvalidDate {}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> u64 {
        let start = text.parse::<Date>().unwrap().start();
        start.duration_since(UNIX_EPOCH).unwrap().as_secs() / DAY
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(days("2000-01-01"), 10_957);
        assert_eq!(days("2000-02-29"), 11_016);
        assert_eq!(days("2000-03-01"), 11_017);
        assert_eq!(days("2026-11-25"), 20_782);
        assert_eq!("2026-11-05".parse::<Date>().unwrap().to_string(), "2026-11-05");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-1-1",
            "26-01-01",
            "2026-04-31",
            "2026/01/01",
            "+026-01-01",
            "2026-01-0é",
            "2026-01-00",
        ] {
            assert_eq!(text.parse::<Date>(), Err(InvalidDate(())), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_day_or_none(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}|.{0,12}") {
            if let Ok(date) = text.parse::<Date>() {
                proptest::prop_assert_eq!(date.to_string(), text.trim());
            }
        }
    }
}
