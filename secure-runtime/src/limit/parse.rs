//! Reads and writes quotas as text.

use std::{fmt, time::Duration};

use super::{error::InvalidQuota, quota::Quota};

/// Longer text is not looked at.
const MAX_LEN: usize = 64;

/// Reads `10 per hour`, `10/h`, `100 per 15 minutes`, `5/s burst 20`.
pub(super) fn quota(text: &str) -> Result<Quota, InvalidQuota> {
    let text = text.trim();
    if text.len() > MAX_LEN {
        return Err(InvalidQuota::form());
    }
    let (count, rest) = split_number(text).ok_or_else(InvalidQuota::form)?;
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('/') {
        Some(rest) => rest,
        None => strip_word(rest, "per").ok_or_else(InvalidQuota::form)?,
    };
    let (time, burst) = match rest.split_once("burst") {
        Some((time, burst)) => (time.trim_end().trim_end_matches(','), Some(burst)),
        None => (rest, None),
    };
    let period = period(time.trim())?;
    let count = number(count)?;
    match burst {
        None => Quota::window(count, period),
        Some(burst) => {
            let (digits, rest) = split_number(burst.trim_start()).ok_or_else(InvalidQuota::form)?;
            // `burst20` is no word of ours, and nothing comes after the number.
            if !burst.starts_with(char::is_whitespace) || !rest.trim().is_empty() {
                return Err(InvalidQuota::form());
            }
            Quota::rate(count, period, number(digits)?)
        }
    }
}

/// Reads `s`, `hour`, `15m`, `15 minutes`.
fn period(text: &str) -> Result<Duration, InvalidQuota> {
    let (times, unit) = match split_number(text) {
        Some((digits, unit)) => (number(digits)?, unit.trim_start()),
        None => (1, text),
    };
    let seconds = match unit {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 60 * 60,
        "d" | "day" | "days" => 24 * 60 * 60,
        _ => return Err(InvalidQuota::time()),
    };
    Ok(Duration::from_secs(u64::from(times) * seconds))
}

/// Splits digits from the front; `None` if there are none.
fn split_number(text: &str) -> Option<(&str, &str)> {
    let end = text
        .bytes()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn number(digits: &str) -> Result<u32, InvalidQuota> {
    // They are digits, so the only mistake left is that there are too many.
    digits.parse().map_err(|_| InvalidQuota::large_rate())
}

/// What comes after `word` and white space.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word)
        .filter(|rest| rest.starts_with(char::is_whitespace))
}

/// A period as [`period`] reads it, in the largest unit that is whole.
pub(super) struct Period(pub(super) Duration);

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if self.0.subsec_nanos() > 0 {
            // Only made in code; shown, though it cannot be read back.
            return write!(f, "{:?}", self.0);
        }
        for (unit, length) in [("d", 24 * 60 * 60), ("h", 60 * 60), ("m", 60), ("s", 1)] {
            if seconds % length == 0 {
                return match seconds / length {
                    1 => f.write_str(unit),
                    times => write!(f, "{times}{unit}"),
                };
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(count: u32, seconds: u64) -> Quota {
        Quota::window(count, Duration::from_secs(seconds)).unwrap()
    }

    #[test]
    fn reads_every_form() {
        for (text, expected) in [
            ("10 per hour", window(10, 3600)),
            ("10/h", window(10, 3600)),
            (" 10 / hour ", window(10, 3600)),
            ("100 per 15 minutes", window(100, 900)),
            ("100/15m", window(100, 900)),
            ("1 per second", window(1, 1)),
            ("1000/d", window(1000, 86_400)),
            ("7 per 30 days", window(7, 30 * 86_400)),
        ] {
            assert_eq!(quota(text), Ok(expected), "{text}");
        }
        let rate = Quota::rate(5, Duration::from_secs(1), 20).unwrap();
        for text in [
            "5/s burst 20",
            "5 per second burst 20",
            "5/1s, burst 20",
            "5/s  burst  20",
        ] {
            assert_eq!(quota(text), Ok(rate), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "10",
            "hour",
            "ten per hour",
            "10perhour",
            "10 perhour",
            "10 per",
            "10 per hours burst",
            "10/h burst",
            "10/h burst20",
            "10/h burst 20 30",
            "10/h burst -1",
            "10/h, 20/d",
            "-10/h",
            "+10/h",
            "1.5/h",
            "1e3/h",
            "0/h",
            "10/0h",
            "10/h burst 0",
            "10/ms",
            "10/H",
            "10/month",
            "4294967296/h",
            "10/4294967296s",
            "10/367d",
            "１０/h",
            &"1".repeat(65),
            &format!("10/h{}", " ".repeat(100) + "x"),
        ] {
            assert!(quota(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for text in [
            "10/h",
            "100/15m",
            "1/s",
            "3/90s",
            "1000/d",
            "5/s burst 20",
            "1/36h burst 2",
        ] {
            assert_eq!(quota(text).unwrap().to_string(), text);
        }
    }
}
