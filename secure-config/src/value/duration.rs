//! Lengths of time, as people write them.

use std::time::Duration;

use super::{FromRaw, trimmed, wrong_type};
use crate::loading::Loading;
use crate::problem::Refusal;
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Shape};

impl FromRaw for Duration {
    const SHAPE: Shape = Shape::one(Kind::Duration);

    fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
        let text = trimmed(bytes.as_slice(), field)?;
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
    let mut rest = text.as_bytes();
    let mut total = Duration::ZERO;
    let mut units = &UNITS[..];
    while !rest.is_empty() {
        let (number, behind) = split(rest, |byte| byte.is_ascii_digit() || byte == b'.');
        let (name, behind) = split(behind, |byte| byte.is_ascii_lowercase());
        let index = units.iter().position(|(unit, _)| unit.as_bytes() == name)?;
        total = total.checked_add(times(number, units[index].1)?)?;
        units = &units[index + 1..];
        rest = behind;
    }
    (units.len() < UNITS.len()).then_some(total)
}

/// The bytes up to the first that is not so, and the others.
fn split(bytes: &[u8], is: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|&byte| !is(byte)).unwrap_or(bytes.len());
    bytes.split_at(end)
}

/// `number` times `unit`, which is so many nanoseconds, exactly; a fraction finer than a nanosecond is none.
fn times(number: &[u8], unit: u64) -> Option<Duration> {
    let (whole, behind) = split(number, |byte| byte != b'.');
    let mut nanos = u128::from(digits(whole)?) * u128::from(unit);
    if let Some((_, fraction)) = behind.split_first() {
        let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let part = u128::from(digits(fraction)?) * u128::from(unit);
        if part % u128::from(scale) != 0 {
            return None;
        }
        nanos += part / u128::from(scale);
    }
    // Nearly always it fits one word, which divides faster.
    match u64::try_from(nanos) {
        Ok(nanos) => Some(Duration::from_nanos(nanos)),
        Err(_) => {
            let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
            Some(Duration::new(seconds, (nanos % 1_000_000_000) as u32))
        }
    }
}

/// The number that `text` is, if it is digits and nothing else.
fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, &byte| {
        let digit = byte.wrapping_sub(b'0');
        let number = number.checked_mul(10)?.checked_add(digit.into())?;
        (digit < 10).then_some(number)
    })
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
