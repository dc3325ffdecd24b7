//! Values of every type.

use std::error::Error;
use std::fmt;

use tracing::info;

use crate::capture::{field, number, object};

#[test]
fn integers_keep_their_digits() {
    let line = object(|| {
        info!(
            a = i64::MIN,
            b = u64::MAX,
            c = i128::MIN,
            d = u128::MAX,
            e = 7_i128,
            f = -7_i8,
            g = 7_u128
        )
    });
    assert_eq!(field(&line, "a"), "-9223372036854775808");
    assert_eq!(field(&line, "b"), "18446744073709551615");
    assert_eq!(field(&line, "c"), "-170141183460469231731687303715884105728");
    assert_eq!(field(&line, "d"), "340282366920938463463374607431768211455");
    assert_eq!(
        (number(&line, "e"), number(&line, "f"), number(&line, "g")),
        ("7", "-7", "7")
    );
}

/// `jq` and JavaScript take every number for a double: what they would round is a string, whichever way it comes.
#[test]
fn a_reader_of_doubles_keeps_every_integer() {
    const EXACT: i64 = (1 << 53) - 1;
    for value in [
        0,
        1,
        EXACT - 1,
        EXACT,
        EXACT + 1,
        EXACT + 2,
        i64::MAX - 1,
        i64::MAX,
    ] {
        let line = object(|| {
            let span = tracing::info_span!("request", in_span = value, late = tracing::field::Empty);
            let _entered = span.enter();
            span.record("late", value as u64);
            info!(
                signed = value,
                negative = -value,
                unsigned = value as u64,
                wide = i128::from(value),
                wider = value as u128,
                optional = Some(value),
            );
        });
        for (key, value) in [
            ("in_span", value),
            ("late", value),
            ("signed", value),
            ("negative", -value),
            ("unsigned", value),
            ("wide", value),
            ("wider", value),
            ("optional", value),
        ] {
            if value.abs() <= EXACT {
                assert_eq!(number(&line, key).parse::<f64>().unwrap() as i64, value, "{key}");
            } else {
                assert_eq!(field(&line, key), value.to_string(), "{key}");
            }
        }
    }
}

#[test]
fn floats_are_numbers_or_words() {
    let line = object(|| {
        info!(
            nan = f64::NAN,
            up = f64::INFINITY,
            down = f64::NEG_INFINITY,
            zero = -0.0,
            whole = 2.0,
            big = f64::MAX,
            small = f64::MIN_POSITIVE,
            tiny = 5e-324,
            third = 1.0 / 3.0
        );
    });
    assert_eq!(
        (field(&line, "nan"), field(&line, "up"), field(&line, "down")),
        ("NaN", "Infinity", "-Infinity")
    );
    assert_eq!((number(&line, "zero"), number(&line, "whole")), ("-0.0", "2.0"));
    for (key, value) in [
        ("big", f64::MAX),
        ("small", f64::MIN_POSITIVE),
        ("tiny", 5e-324),
        ("third", 1.0 / 3.0),
    ] {
        assert_eq!(number(&line, key).parse::<f64>().unwrap(), value);
    }
}

#[test]
fn booleans_options_and_units() {
    let line = object(|| {
        info!(
            yes = true,
            no = false,
            some = Some(3),
            none = None::<u8>,
            empty = tracing::field::Empty
        )
    });
    assert_eq!(
        (number(&line, "yes"), number(&line, "no"), number(&line, "some")),
        ("true", "false", "3")
    );
    assert!(line.get("none").is_none() && line.get("empty").is_none());
}

#[test]
fn bytes_are_hexadecimal() {
    let line = object(|| info!(bytes = &[0_u8, 0x7f, 0xff][..], many = &[7_u8; 5_000][..]));
    assert_eq!(field(&line, "bytes"), "007fff");
    assert!(
        field(&line, "many").starts_with("0707") && field(&line, "many").ends_with("…[truncated 2952 bytes]")
    );
}

#[test]
fn strings_come_back_as_they_were() {
    let texts = [
        "",
        " ",
        "plain",
        "0123456789abcde",
        "0123456789abcdef",
        "0123456789abcdefg",
        "quote\" in",
        "back\\slash",
        "a=b",
        "a@b",
        "tab\tnew\nreturn\r",
        "nul\0 bell\x07 esc\x1b[31m del\x7f",
        "é ü ß",
        "Ελληνικά",
        "中文 日本語 한국어",
        "👩‍👩‍👧‍👦 🏴",
        "\u{85}\u{9b}",
        "\u{202e}evil\u{2066}",
        "\u{2028}\u{2029}",
        "\u{feff}bom",
        "\u{200b}zero",
        "\u{e0041}tag",
        "\u{10ffff}",
        "\u{fffd}",
        "{\"json\":[1,2]}",
        "</script>",
        "%s %n {}",
        "mixed \"é\" \n = @ \\",
    ];
    for text in texts {
        let line = object(|| info!(field = text, debug = ?text, shown = %text, "{text}"));
        for key in ["field", "shown", "message"] {
            assert_eq!(field(&line, key), text, "{key}");
        }
        assert_eq!(field(&line, "debug"), format!("{text:?}"));
    }
}

#[test]
fn every_character_that_changes_text_is_escaped() {
    let chars: Vec<char> = (0..=0x10_ffff).filter_map(char::from_u32).collect();
    for chunk in chars.chunks(500) {
        let text: String = chunk.iter().collect();
        let (lines, _guard) = crate::capture::lines(crate::capture::json(), || info!(text));
        let line = crate::capture::parse_line(&lines[0]);
        assert_eq!(field(&line, "text"), text);
        let bad = |char: char| {
            char.is_control()
                || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        assert!(!lines[0].contains(bad), "{:?}", lines[0]);
    }
}

#[derive(Debug)]
struct Chained(&'static str, Option<Box<Self>>);

impl fmt::Display for Chained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Chained {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

fn chain(texts: &[&'static str]) -> Box<Chained> {
    let (first, rest) = texts.split_first().unwrap();
    Box::new(Chained(first, (!rest.is_empty()).then(|| chain(rest))))
}

#[test]
fn an_error_is_written_with_its_causes() {
    let error = chain(&["cannot save", "disk \"full\"", "ENOSPC\n"]);
    let line = object(|| info!(error = &*error as &(dyn Error + 'static), "m"));
    assert_eq!(field(&line, "error"), "cannot save: disk \"full\": ENOSPC\n");
}

#[test]
fn a_cause_that_is_said_already_is_not_said_twice() {
    let error = chain(&["cannot save: disk full", "disk full", "no space"]);
    let line = object(|| info!(error = &*error as &(dyn Error + 'static), "m"));
    assert_eq!(field(&line, "error"), "cannot save: disk full: no space");
}

#[test]
fn a_chain_without_end_ends() {
    #[derive(Debug)]
    struct Ring;
    impl fmt::Display for Ring {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("around")
        }
    }
    impl Error for Ring {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self)
        }
    }
    let line = object(|| info!(error = &Ring as &(dyn Error + 'static), after = 1, "m"));
    assert!(field(&line, "error").starts_with("around"));
    assert_eq!(number(&line, "after"), "1");
    let long = chain(&["a long text that stands in every cause"; 500]);
    let line = object(|| info!(error = &*long as &(dyn Error + 'static), "m"));
    assert!(field(&line, "error").len() < 4_300);
}
