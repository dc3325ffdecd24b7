//! Patterns for whole numbers of a range, written in digits.

use std::fmt::Write;

/// Beyond this only the number of digits is told: the pattern would be longer than it is worth.
const LARGEST: u128 = u32::MAX as u128;

/// The pattern of the numbers from `least` to `most`, with blanks and zeros in front allowed as a load allows them.
pub(super) fn pattern(least: i128, most: i128) -> String {
    let mut signs = Vec::new();
    if most >= 0 {
        let low = u128::try_from(least).unwrap_or(0);
        signs.push(format!("\\+?0*({})", magnitudes(low, most.unsigned_abs())));
    }
    if least < 0 {
        let low = if most < 0 { most.unsigned_abs() } else { 0 };
        signs.push(format!("-0*({})", magnitudes(low, least.unsigned_abs())));
    }
    format!("^\\s*({})\\s*$", signs.join("|"))
}

/// The numbers from `low` to `high` without a sign.
fn magnitudes(low: u128, high: u128) -> String {
    if high > LARGEST {
        return format!("[0-9]{{1,{}}}", high.to_string().len());
    }
    let mut start = low;
    let mut parts = Vec::new();
    for stop in stops(low, high) {
        parts.push(part(start, stop));
        start = stop + 1;
    }
    parts.join("|")
}

/// Where to cut the range, so that each part is a prefix, one digit of a span, and any digits: 8 to 321 is 8-9, 10-99, 100-299, 300-319,
/// 320-321.
fn stops(low: u128, high: u128) -> Vec<u128> {
    let mut stops = vec![high];
    let powers = || (1..=11).map(|digits| 10_u128.pow(digits));
    stops.extend(
        powers()
            .map(|power| low / power * power + power - 1)
            .take_while(|stop| *stop < high),
    );
    stops.extend(
        powers()
            .map(|power| (high + 1) / power * power)
            .take_while(|end| *end > low)
            .map(|end| end - 1),
    );
    stops.sort_unstable();
    stops.dedup();
    stops
}

/// The numbers from `start` to `stop`, which have as many digits.
fn part(start: u128, stop: u128) -> String {
    let (start, stop) = (start.to_string(), stop.to_string());
    let mut out = String::new();
    let mut any = 0;
    for (from, to) in start.chars().zip(stop.chars()) {
        match (from, to) {
            ('0', '9') => any += 1,
            (from, to) if from == to => out.push(from),
            // Writing to a String cannot fail.
            (from, to) => {
                let _ = write!(out, "[{from}-{to}]");
            }
        }
    }
    match any {
        0 => {}
        1 => out.push_str("[0-9]"),
        any => {
            let _ = write!(out, "[0-9]{{{any}}}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_at_digits() {
        assert_eq!(
            magnitudes(8, 321),
            "[8-9]|[1-9][0-9]|[1-2][0-9]{2}|3[0-1][0-9]|32[0-1]"
        );
        assert_eq!(magnitudes(0, 9), "[0-9]");
        assert_eq!(magnitudes(0, 0), "0");
        assert_eq!(magnitudes(7, 7), "7");
        assert_eq!(
            magnitudes(0, 255),
            "[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]"
        );
        assert_eq!(magnitudes(0, u128::MAX), "[0-9]{1,39}");
    }

    #[test]
    fn parts_follow_each_other() {
        for (low, high) in [
            (0, 65_535),
            (1, 65_535),
            (8, 321),
            (99, 1000),
            (40, 40),
            (1, 4_294_967_295),
        ] {
            let stops = stops(low, high);
            assert_eq!(stops.last(), Some(&high));
            let mut start = low;
            for stop in stops {
                assert!(start <= stop, "{low} {high} {start} {stop}");
                assert_eq!(start.to_string().len(), stop.to_string().len());
                // A part is all numbers between its ends: behind the first digit that differs, any digit may stand.
                let (from, to) = (start.to_string(), stop.to_string());
                let split = from.bytes().zip(to.bytes()).position(|(a, b)| a != b);
                let rest = split.map_or(from.len(), |split| split + 1);
                assert!(from[rest..].bytes().all(|digit| digit == b'0'), "{from} {to}");
                assert!(to[rest..].bytes().all(|digit| digit == b'9'), "{from} {to}");
                start = stop + 1;
            }
        }
    }
}
