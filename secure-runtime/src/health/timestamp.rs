//! Writes a moment as RFC 3339 does, in UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment as RFC 3339 writes it: `2025-11-02T10:30:45.123Z`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timestamp([u8; 24]);

impl Timestamp {
    /// The time now.
    pub(super) fn now() -> Self {
        Self::of(SystemTime::now())
    }

    /// The text of `moment`; a clock before 1970 or after 9999 reads as the nearest of the two.
    fn of(moment: SystemTime) -> Self {
        const LAST: Duration = Duration::from_millis(253_402_300_799_999);
        let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST);
        let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
        let (year, month, day) = date(days);
        let mut text = *b"0000-00-00T00:00:00.000Z";
        for (places, mut number) in [
            (0..4, year),
            (5..7, month),
            (8..10, day),
            (11..13, second / 3_600),
            (14..16, second / 60 % 60),
            (17..19, second % 60),
            (20..23, u64::from(since.subsec_millis())),
        ] {
            for place in places.rev() {
                // The remainder is a digit.
                text[place] = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        Self(text)
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        // ASCII only, so never empty.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The Gregorian date of a day counted from 1970-01-01.
fn date(days: u64) -> (u64, u64, u64) {
    // Counted from 0000-03-01, leap days are the last of a year, of four years and of four centuries: each cycle's length is the same
    // but for one day at its very end.
    let days = days + 719_468;
    let (cycle, day) = (days / 146_097, days % 146_097);
    let century = (day / 36_524).min(3);
    let day = day - century * 36_524;
    let (four, day) = (day / 1_461, day % 1_461);
    let year = (day / 365).min(3);
    let day = day - year * 365;
    let year = cycle * 400 + century * 100 + four * 4 + year;
    // From March on, months are 31 30 31 30 31 days, over and over.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        let text = |moment| Timestamp::of(moment).as_str().to_owned();
        let at = |millis| text(UNIX_EPOCH + Duration::from_millis(millis));
        assert_eq!(at(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(at(1_762_079_445_123), "2025-11-02T10:30:45.123Z");
        assert_eq!(at(253_402_300_799_999), "9999-12-31T23:59:59.999Z");
        assert_eq!(at(253_402_300_800_000), "9999-12-31T23:59:59.999Z");
        assert_eq!(
            text(UNIX_EPOCH - Duration::from_secs(1)),
            "1970-01-01T00:00:00.000Z"
        );
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..200_000 {
            assert_eq!(date(days), (year, month, day));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let last = match month {
                2 if leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > last {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
}
