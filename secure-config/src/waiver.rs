//! Waivers: a dated, visible exception for a secret that cannot be rotated today.
//!
//! `SECURE_CONFIG_WAIVE="JWT_ACCESS_SECRET:too_short until 2026-12-31"`, several separated by commas. The rules:
//!
//! 1. It is read from the environment of the process only: whoever can write `.env` must not be able to weaken what is checked.
//! 2. It waives one rule of one variable: `too_short`, `too_weak`, `predictable` or `human_text`. Known defaults, templates, placeholders and
//!    the like cannot be waived: anybody can look them up.
//! 3. It ends at the end of its day, UTC, which is at most 180 days away.
//! 4. Every start warns and says how many days are left. When it has ended it is a problem, and so is one that says nothing clear.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::gate::Reason;
use crate::origin::Origin;
use crate::problem::{Problem, ProblemKind, Refusal};

/// The variable that waivers stand in.
pub(crate) const VARIABLE: &str = "SECURE_CONFIG_WAIVE";

/// How many days a waiver may last.
const LONGEST: i64 = 180;
const DAY: u64 = 86_400;

/// One rule of one variable that is not enforced until a day.
///
/// `SECURE_CONFIG_WAIVE="SESSION_KEY:too_short until 2026-12-31"`, several separated by commas, in the environment of the process: never in
/// `.env`. It can waive `too_short`, `too_weak`, `predictable` and `human_text`; known defaults, placeholders and templates never. It lasts at
/// most 180 days, every start warns of it, and when it has ended it is a problem.
///
/// ```
/// use secure_config::{SecretString, SecureConfig};
///
/// #[derive(SecureConfig)]
/// struct Settings {
///     #[secure(min_len = 32)]
///     session_key: SecretString,
/// }
///
/// let key = ("SESSION_KEY", "9f2c6e01b4d87a35c8e1f06d2b94");
/// let refused = Settings::loader().vars([key]).load().err().expect("28 bytes are too short");
/// assert_eq!(refused.problems().len(), 1);
///
/// // One that has ended helps nobody, and one without an end is none.
/// for waiver in ["SESSION_KEY:too_short until 2020-01-01", "SESSION_KEY:too_short"] {
///     let refused = Settings::loader().vars([key, ("SECURE_CONFIG_WAIVE", waiver)]).load().err().expect("refused");
///     assert!(refused.problems().any(|problem| problem.key() == "SECURE_CONFIG_WAIVE"));
/// }
/// ```
///
/// [`Report::waivers`](crate::Report::waivers) has those in force, for a metric and an alert before one stops a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    key: String,
    rule: &'static str,
    /// Days since 1970-01-01.
    until: i64,
    days_left: i64,
}

impl Waiver {
    /// The full name of the variable.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The code of the rule that is not enforced, such as `too_short`.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.rule
    }

    /// The end of its last day, UTC: from then on a start is refused.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        let days = u64::try_from(self.until + 1).unwrap_or_default();
        UNIX_EPOCH + Duration::from_secs(days.saturating_mul(DAY))
    }

    /// How many days are left behind today; 0 on its last day.
    #[must_use]
    pub fn days_left(&self) -> u16 {
        u16::try_from(self.days_left).unwrap_or_default()
    }

    /// What is said of it at every start; `needed` if the secret would be refused without it.
    pub(crate) fn warning(&self, needed: bool) -> Box<Refusal> {
        let left = match self.days_left {
            0 => "its last day is today".to_owned(),
            1 => "1 day left".to_owned(),
            days => format!("{days} days left"),
        };
        let message = format!("has {} waived until {}, {left}", self.rule, Date(self.until));
        let remedy = if needed {
            "rotate it before then"
        } else {
            "it passes by itself now: remove the waiver"
        };
        Refusal::new(ProblemKind::Waived, message).remedy(remedy)
    }
}

/// The waivers in force, and what is wrong with the others.
pub(crate) fn parse(text: &[u8], now: SystemTime) -> (Vec<Waiver>, Vec<Problem>) {
    let (mut waivers, mut problems) = (Vec::<Waiver>::new(), Vec::new());
    let Ok(text) = std::str::from_utf8(text) else {
        return (waivers, vec![problem("is not UTF-8".to_owned())]);
    };
    let today = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| (since.as_secs() / DAY) as i64);
    for item in text
        .split([',', ';', '\n'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
    {
        match parse_one(item, today) {
            Ok(waiver)
                if waivers
                    .iter()
                    .any(|other| other.key == waiver.key && other.rule == waiver.rule) =>
            {
                problems.push(problem(format!("waives {} of {} twice", waiver.rule, waiver.key)));
            }
            Ok(waiver) => waivers.push(waiver),
            Err(message) => problems.push(problem(message)),
        }
    }
    (waivers, problems)
}

/// Something is wrong with the variable itself.
pub(crate) fn problem(message: String) -> Problem {
    Refusal::new(ProblemKind::Waiver, message)
        .remedy("write VARIABLE:rule until YYYY-MM-DD, at most 180 days ahead; rules are too_short, too_weak, predictable, human_text")
        .of(VARIABLE, Some(Origin::Environment))
}

fn parse_one(item: &str, today: i64) -> Result<Waiver, String> {
    let unclear = || "holds something that is not VARIABLE:rule until YYYY-MM-DD".to_owned();
    let (key, rest) = item.split_once(':').ok_or_else(unclear)?;
    let mut words = rest.split_ascii_whitespace();
    let (Some(rule), Some("until"), Some(date), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(unclear());
    };
    let is_name = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Err(unclear());
    }
    let known = Reason::WAIVABLE.iter().find(|known| **known == rule);
    let rule = known.ok_or_else(|| format!("waives a rule of {key} that cannot be waived"))?;
    let until = parse_date(date).ok_or_else(|| format!("waives {rule} of {key} until a day that is none"))?;
    let days_left = until - today;
    if days_left < 0 {
        return Err(format!(
            "waived {rule} of {key} until {}, which is over",
            Date(until)
        ));
    }
    if days_left > LONGEST {
        return Err(format!("waives {rule} of {key} for more than {LONGEST} days"));
    }
    Ok(Waiver {
        key: key.to_owned(),
        rule,
        until,
        days_left,
    })
}

/// The days since 1970-01-01 of a day `YYYY-MM-DD` of the years 2000 to 2999.
fn parse_date(text: &str) -> Option<i64> {
    let digits = |range: std::ops::Range<usize>| {
        let part = text.get(range)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse::<i64>().ok())?
    };
    let is_shape = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let is_day = is_shape && (2000..3000).contains(&year) && (1..=12).contains(&month) && day >= 1;
    (is_day && day <= days_in(year, month)).then(|| days_before(year, month) + day - 1)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(is_leap(year)),
        _ => 31,
    }
}

/// The days from 1970-01-01 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let leap_days = |year: i64| year / 4 - year / 100 + year / 400;
    let years = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    years + (1..month).map(|month| days_in(year, month)).sum::<i64>()
}

/// A day, shown as `YYYY-MM-DD`.
struct Date(i64);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut year = 1970 + self.0 / 366;
        while days_before(year + 1, 1) <= self.0 {
            year += 1;
        }
        let month = (1..=12)
            .rev()
            .find(|&month| days_before(year, month) <= self.0)
            .unwrap_or(1);
        write!(
            f,
            "{year:04}-{month:02}-{:02}",
            self.0 - days_before(year, month) + 1
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(date: &str) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(parse_date(date).unwrap() as u64 * DAY + 7)
    }

    fn one(text: &str, today: &str) -> Result<Waiver, String> {
        let (mut waivers, problems) = parse(text.as_bytes(), at(today));
        match problems.first() {
            None => Ok(waivers.remove(0)),
            Some(problem) => Err(problem.message().to_owned()),
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(parse_date("2000-01-01"), Some(10_957));
        assert_eq!(parse_date("2000-03-01"), Some(11_017));
        assert_eq!(parse_date("2026-11-25"), Some(20_782));
        for day in 10_957..40_000 {
            assert_eq!(parse_date(&Date(day).to_string()), Some(day));
        }
        for none in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-1-1",
            "26-01-01",
            "2026-01-32",
            "2026/01/01",
            "2026-01-0é",
            "+026-01-01",
        ] {
            assert_eq!(parse_date(none), None, "{none}");
        }
    }

    #[test]
    fn a_waiver_ends_with_its_day() {
        let waiver = one("JWT_SECRET:too_short until 2026-12-31", "2026-12-01").unwrap();
        assert_eq!(
            (waiver.key(), waiver.rule(), waiver.days_left()),
            ("JWT_SECRET", "too_short", 30)
        );
        assert_eq!(waiver.expires_at(), at("2027-01-01") - Duration::from_secs(7));
        assert_eq!(
            waiver.warning(true).message,
            "has too_short waived until 2026-12-31, 30 days left"
        );
        assert_eq!(
            one("A:too_weak until 2026-12-31", "2026-12-31")
                .unwrap()
                .days_left(),
            0
        );
        assert!(
            one("A:too_weak until 2026-12-31", "2027-01-01")
                .unwrap_err()
                .contains("which is over")
        );
        assert!(one("A:too_weak until 2027-06-29", "2026-12-31").is_ok());
        assert!(
            one("A:too_weak until 2027-06-30", "2026-12-31")
                .unwrap_err()
                .contains("more than 180 days")
        );
    }

    #[test]
    fn what_is_unclear_or_must_not_be_waived_is_a_problem() {
        let refused = |text: &str| one(text, "2026-11-25").unwrap_err();
        assert!(refused("A:known_default until 2026-12-31").contains("cannot be waived"));
        assert!(refused("A:placeholder until 2026-12-31").contains("cannot be waived"));
        assert!(refused("A:everything until 2026-12-31").contains("cannot be waived"));
        assert!(refused("A:too_short until tomorrow").contains("a day that is none"));
        for text in [
            "A",
            "A:too_short",
            ":too_short until 2026-12-31",
            "A:too_short till 2026-12-31",
            "A\u{1b}:too_short until 2026-12-31",
        ] {
            assert!(refused(text).contains("is not VARIABLE:rule"), "{text}");
        }
        let (waivers, problems) = parse(
            b"A:too_short until 2026-12-31, A:too_short until 2026-12-30\nB:too_weak until 2026-12-31;",
            at("2026-11-25"),
        );
        assert_eq!((waivers.len(), problems.len()), (2, 1));
    }
}
