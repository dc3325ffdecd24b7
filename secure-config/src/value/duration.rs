//! Lengths of time, as people write them.

use std::time::Duration;

use super::{FromRaw, text, wrong_type};
use crate::loading::Loading;
use crate::problem::Refusal;
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Shape};

impl FromRaw for Duration {
    const SHAPE: Shape = Shape::one(Kind::Duration);

    fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
        let text = text(bytes.as_slice(), field)?.trim();
        parse(text).ok_or_else(|| wrong_type(text, field, "a duration such as 250ms, 5s or 1h30m"))
    }
}

/// The units, longest first, so that each may stand once and only behind a longer one.
const UNITS: [(&str, u64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Parses `1h30m`, `250ms`, `1.5s`; a number needs a unit, except 0.
fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut total = Duration::ZERO;
    let mut next_unit = 0;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, behind) = rest.split_at(digits);
        let length = behind
            .find(|character: char| !character.is_ascii_lowercase())
            .unwrap_or(behind.len());
        let (name, behind) = behind.split_at(length);
        let index = UNITS[next_unit..].iter().position(|(unit, _)| *unit == name)? + next_unit;
        total = total.checked_add(times(number, UNITS[index].1)?)?;
        next_unit = index + 1;
        rest = behind;
    }
    (next_unit > 0).then_some(total)
}

/// `number` times `unit` nanoseconds, exactly; a fraction finer than a nanosecond is none.
fn times(number: &str, unit: u64) -> Option<Duration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let seconds_and_nanos = |nanos: u128| {
        let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
        Some(Duration::new(seconds, (nanos % 1_000_000_000) as u32))
    };
    let whole = u128::from(whole.parse::<u64>().ok()?) * u128::from(unit);
    if fraction.len() > 9 {
        return None;
    }
    let scale = 10_u128.pow(fraction.len() as u32);
    let part = u128::from(fraction.parse::<u64>().ok()?) * u128::from(unit);
    if part % scale != 0 {
        return None;
    }
    seconds_and_nanos(whole + part / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write() {
        for (text, millis) in [
            ("0", 0),
            ("0s", 0),
            ("5s", 5_000),
            ("250ms", 250),
            ("1h30m", 5_400_000),
            ("1.5s", 1_500),
            ("2d", 172_800_000),
            ("1m1s1ms", 61_001),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(parse("1us"), Some(Duration::from_micros(1)));
        assert_eq!(
            parse("18446744073709551615s"),
            Some(Duration::from_secs(u64::MAX))
        );
    }

    #[test]
    fn what_is_unclear_is_refused() {
        for text in [
            "",
            "5",
            "s",
            "5x",
            "-5s",
            "5 s",
            "1m1h",
            "1s1s",
            "1.5ns",
            "1..5s",
            ".5s",
            "5S",
            "99999999999999999999s",
            "18446744073709551615d",
            "1.s",
            "5\u{b5}s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
