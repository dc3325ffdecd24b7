//! Which plain values a report may quote, and what it says of the others.
//!
//! A plain variable may hold a secret by mistake: `PORT=hunter2`. So a value is quoted when its shape is one that protects nothing, and
//! otherwise only counted. These shapes are quoted:
//!
//! 1. at most three characters;
//! 2. a number of at most five digits, with a sign, a point and a unit: `70000`, `-1`, `1.5h`, `250ms`;
//! 3. a word that settings are made of: `true`, `none`, `debug`, `production`;
//! 4. an IP address, with a port or a prefix.

use std::net::{IpAddr, SocketAddr};

use crate::schema::Field;

/// Words that protect nothing, even where somebody took one for a password.
const WORDS: [&str; 40] = [
    "true",
    "false",
    "yes",
    "on",
    "off",
    "enable",
    "enabled",
    "disable",
    "disabled",
    "none",
    "null",
    "nil",
    "auto",
    "default",
    "always",
    "never",
    "all",
    "any",
    "unset",
    "trace",
    "debug",
    "info",
    "warn",
    "warning",
    "error",
    "fatal",
    "json",
    "text",
    "development",
    "dev",
    "test",
    "testing",
    "staging",
    "stage",
    "production",
    "prod",
    "local",
    "localhost",
    "http",
    "https",
];

const UNITS: [&str; 34] = [
    "", "%", "ns", "us", "ms", "s", "sec", "secs", "m", "min", "mins", "h", "hr", "hrs", "d", "day", "days",
    "w", "b", "k", "kb", "kib", "m", "mb", "mib", "g", "gb", "gib", "t", "tb", "tib", "px", "rps", "x",
];

/// Whether a value may stand in a report as it is.
pub(super) fn is_harmless(text: &str) -> bool {
    const FEW: usize = 3;
    text.chars().nth(FEW).is_none() || is_quantity(text) || is_word(text) || is_address(text)
}

fn is_word(text: &str) -> bool {
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn is_quantity(text: &str) -> bool {
    const MOST_DIGITS: usize = 5;
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = digits
        .find(|next: char| !next.is_ascii_digit() && next != '.')
        .unwrap_or(digits.len());
    let (number, unit) = digits.split_at(end);
    let count = number.bytes().filter(u8::is_ascii_digit).count();
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    (1..=MOST_DIGITS).contains(&count)
        && number.len() - count <= 1
        && UNITS.iter().any(|known| known.eq_ignore_ascii_case(unit))
}

fn is_address(text: &str) -> bool {
    let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
    let is_prefix = prefix.len() <= 3 && prefix.bytes().all(|byte| byte.is_ascii_digit());
    is_prefix
        && (address.parse::<IpAddr>().is_ok() || (prefix.is_empty() && text.parse::<SocketAddr>().is_ok()))
}

/// What a value is called in a sentence about it.
pub(super) enum Subject {
    /// The value itself, or words for it that say nothing about it.
    One(String),
    /// So many characters.
    Many(String),
}

impl Subject {
    /// The value of `field`, quoted if it may be.
    pub(super) fn of(text: &str, field: &Field) -> Self {
        if field.is_sensitive() {
            return Self::One("its value".to_owned());
        }
        Self::of_plain(text)
    }

    /// The value of a variable whose name does not say that it is a secret.
    pub(super) fn of_plain(text: &str) -> Self {
        if is_harmless(text) {
            return Self::One(format!("\"{text}\""));
        }
        let what = if text.bytes().all(|byte| byte.is_ascii_digit()) {
            "digits"
        } else {
            "characters"
        };
        Self::Many(format!("{} {what}", text.chars().count()))
    }

    /// Whether it quotes the value.
    pub(super) fn is_quoted(&self) -> bool {
        matches!(self, Self::One(text) if text.starts_with('"'))
    }

    /// A sentence that the value is not `what`.
    pub(super) fn is_not(&self, what: &str) -> String {
        match self {
            Self::One(text) => format!("{text} is not {what}"),
            Self::Many(text) => format!("{text} that are not {what}"),
        }
    }
}

/// Whether a value stands in quotes, which are part of it here.
pub(super) fn is_in_quotes(text: &str) -> bool {
    let mut bytes = text.bytes();
    matches!((bytes.next(), bytes.next_back()), (Some(first @ (b'"' | b'\'')), Some(last)) if first == last)
}

/// How to write a value that stands in quotes.
pub(super) const WITHOUT_QUOTES: &str = "remove the quotes: shells and .env files take them away, but docker run --env-file and Kubernetes keep them";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_protects_nothing_is_quoted() {
        for text in [
            "",
            "x",
            "80a",
            "0x5",
            "٣",
            "70000",
            "-1",
            "1.5",
            "+9",
            "5s",
            "5 s",
            "1.5h",
            "250ms",
            "10MiB",
            "50%",
            "TRUE",
            "enabled",
            "none",
            "Debug",
            "10.0.0.1",
            "172.18.0.3/16",
            "::1",
            "fd00::/8",
            "127.0.0.1:8080",
            "[::1]:80",
        ] {
            assert!(is_harmless(text), "{text}");
        }
    }

    #[test]
    fn whatever_may_be_a_secret_is_not() {
        for text in [
            "hunter2",
            "abcd",
            "users",
            "123456",
            "4111111111111111",
            "1234.5678",
            "1.2.3",
            "abcdefghijklmno",
            "swordfish",
            "5sesame",
            "truefalse",
            "10.0.0.1/sesame",
            "correct horse",
            "/etc/passwd",
            "https://a.example/",
            "p@ss",
            "12345 sesame",
        ] {
            assert!(!is_harmless(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_quoted_is_counted() {
        let told = |text: &str| Subject::of_plain(text).is_not("a number");
        assert_eq!(told("80a"), "\"80a\" is not a number");
        assert_eq!(told("hunter2"), "7 characters that are not a number");
        assert_eq!(told("schlüssel"), "9 characters that are not a number");
        assert_eq!(told("123456"), "6 digits that are not a number");
    }

    #[test]
    fn quotes_come_in_pairs() {
        for text in ["\"8080\"", "'x'", "\"\""] {
            assert!(is_in_quotes(text), "{text}");
        }
        for text in ["", "\"", "'a\"", "a\"", "\"a", "it's"] {
            assert!(!is_in_quotes(text), "{text}");
        }
    }
}
