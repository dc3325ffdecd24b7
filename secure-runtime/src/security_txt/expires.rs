//! The date after which the file is not to be relied on: RFC 3339.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

const DAY: u64 = 86_400;

/// A moment in whole seconds since 1970, read and written as RFC 3339 does: `2027-06-30T00:00:00Z`.
///
/// # Examples
///
/// ```
/// use secure_runtime::security_txt::Expires;
///
/// let expires: Expires = "2027-06-30T02:00:00+02:00".parse()?;
/// assert_eq!(expires.to_string(), "2027-06-30T00:00:00Z");
/// assert!("2027-06-31T00:00:00Z".parse::<Expires>().is_err());
/// assert!("2027-06-30".parse::<Expires>().is_err());
/// # Ok::<(), secure_runtime::security_txt::InvalidExpires>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expires(u64);

impl Expires {
    /// How long after `now` it is; `None` if it has passed.
    #[must_use]
    pub fn after(self, now: SystemTime) -> Option<Duration> {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Duration::from_secs(self.0)
            .checked_sub(now)
            .filter(|left| !left.is_zero())
    }
}

impl From<SystemTime> for Expires {
    /// A moment before 1970 becomes 1970, one after 9999 its end.
    fn from(moment: SystemTime) -> Self {
        const LAST: u64 = 253_402_300_799;
        let seconds = moment.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self(seconds.min(LAST))
    }
}

impl FromStr for Expires {
    type Err = InvalidExpires;

    fn from_str(text: &str) -> Result<Self, InvalidExpires> {
        read(text.trim().as_bytes()).map(Self).ok_or(InvalidExpires(()))
    }
}

/// Reads `date "T" time offset` (RFC 3339 §5.6); a fraction of a second is left out.
fn read(text: &[u8]) -> Option<u64> {
    let (date, rest) = text.split_at_checked("2027-06-30T".len())?;
    let (time, rest) = rest.split_at_checked("00:00:00".len())?;
    let [date @ .., b'-', _, _, b'-', _, _, b'T' | b't'] = date else {
        return None;
    };
    let year = number(date)?;
    let (month, day) = (number(&text[5..7])?, number(&text[8..10])?);
    let [_, _, b':', _, _, b':', _, _] = time else {
        return None;
    };
    let (hour, minute, second) = (number(&time[..2])?, number(&time[3..5])?, number(&time[6..])?);
    let fine = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        // A leap second is the next minute's first.
        && second <= 60;
    if !fine {
        return None;
    }
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (digits > 0).then(|| &fraction[digits..])?
        }
        rest => rest,
    };
    let local = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
    match rest {
        b"Z" | b"z" => Some(local),
        [sign @ (b'+' | b'-'), hours @ .., b':', _, _] if hours.len() == 2 => {
            let minutes = number(&rest[4..])?;
            let hours = number(hours)?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = hours * 3600 + minutes * 60;
            match sign {
                b'+' => local.checked_sub(offset),
                _ => Some(local + offset),
            }
        }
        _ => None,
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    // `parse` would take a sign, too.
    let plain = !digits.is_empty() && digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| {
        digits
            .iter()
            .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
    })
}

const fn is_leap(year: u64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date from then on.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    let before = year - 1;
    let years = (year - 1970) * 365 + leap_days(before) - leap_days(1969);
    let months: u64 = (1..month).map(|month| days_in(year, month)).sum();
    years + months + day - 1
}

impl fmt::Display for Expires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut left, second) = (self.0 / DAY, self.0 % DAY);
        // A year is at most a day longer than assumed here, so this is never late.
        let mut year = 1970 + left / 366;
        left -= days(year, 1, 1);
        loop {
            let length = if is_leap(year) { 366 } else { 365 };
            if left < length {
                break;
            }
            left -= length;
            year += 1;
        }
        let mut month = 1;
        while left >= days_in(year, month) {
            left -= days_in(year, month);
            month += 1;
        }
        write!(
            f,
            "{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z",
            left + 1,
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

/// Text that is no date and time of RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidExpires(());

impl fmt::Display for InvalidExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date and time; write 2027-06-30T00:00:00Z")
    }
}

impl std::error::Error for InvalidExpires {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        text.parse::<Expires>().ok().map(|expires| expires.0)
    }

    #[test]
    fn moments_that_are_known() {
        for (text, want) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:34:56Z", 951_827_696),
            ("2024-12-31T23:59:60Z", 1_735_689_600),
            ("2027-06-30T00:00:00.999Z", 1_814_313_600),
            ("2027-06-30t00:00:00z", 1_814_313_600),
            ("2027-06-29T22:30:00-01:30", 1_814_313_600),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(seconds(text), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment() {
        for text in [
            "",
            "2027-06-30",
            "2027-06-30T00:00:00",
            "2027-06-30 00:00:00Z",
            "2027-06-30T00:00Z",
            "2027-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2027-00-01T00:00:00Z",
            "2027-13-01T00:00:00Z",
            "2027-06-00T00:00:00Z",
            "2027-06-30T24:00:00Z",
            "2027-06-30T00:60:00Z",
            "2027-06-30T00:00:61Z",
            "2027-06-30T00:00:00.Z",
            "2027-06-30T00:00:00+1:00",
            "2027-06-30T00:00:00+24:00",
            "2027-06-30T00:00:00+00:60",
            "2027-06-30T00:00:00ZZ",
            "+027-06-30T00:00:00Z",
            "02027-06-30T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(seconds in 0..253_402_300_800_u64) {
            let text = Expires(seconds).to_string();
            prop_assert_eq!(text.len(), 20);
            prop_assert_eq!(text.parse(), Ok(Expires(seconds)));
        }

        #[test]
        fn what_is_read_is_written(text in ".{0,40}", like in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.0-9]{0,3}[Z+-][0-9:]{0,6}") {
            for text in [text, like] {
                if let Some(read) = seconds(&text) {
                    prop_assert_eq!(seconds(&Expires(read).to_string()), Some(read), "{}", text);
                }
            }
        }

        #[test]
        fn only_moments_that_there_are(
            (year, month, day) in (1960..2110_u32, 0..14_u32, 0..33_u32),
            (hour, minute, second) in (0..26_u32, 0..62_u32, 0..62_u32),
        ) {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let last = match month {
                1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
                4 | 6 | 9 | 11 => 30,
                2 => 28 + u32::from(leap),
                _ => 0,
            };
            let is_one = year >= 1970 && (1..=last).contains(&day) && hour < 24 && minute < 60 && second <= 60;
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
            prop_assert_eq!(seconds(&text).is_some(), is_one, "{}", text);
        }
    }
}
