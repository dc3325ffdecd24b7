//! Hostile input: anything is judged, soon, and nothing of it is repeated.

use std::time::{Duration, Instant};

use secure_config::gate::{Policy, judge, judge_url_password};

use crate::machine::Rng;

const POLICIES: [Policy; 4] = [
    Policy::key(),
    Policy::passphrase(),
    Policy::password(),
    Policy::vendor_token(),
];

/// Pieces that the rules look for, so that their paths are met more often than noise would meet them.
const PIECES: [&str; 24] = [
    "-----BEGIN ",
    "PRIVATE KEY-----",
    "\\n",
    "eyJ",
    ".",
    "${",
    "}",
    "{{",
    "}}",
    "<",
    ">",
    "%",
    "__",
    "base64:",
    "0x",
    "=",
    "change",
    "-",
    "1234",
    "qwerty",
    "\u{e9}",
    "\u{0}",
    "AAAA",
    "secret",
];

#[test]
fn any_bytes_are_judged_without_a_panic() {
    let mut rng = Rng::new(8);
    for round in 0..6_000 {
        let mut value = Vec::new();
        for _ in 0..rng.below(12) {
            if rng.below(2) == 0 {
                value.extend(PIECES[rng.below(PIECES.len())].bytes());
            } else {
                let count = rng.below(if round % 100 == 0 { 600 } else { 12 });
                value.extend((0..count).map(|_| rng.next() as u8));
            }
        }
        for policy in POLICIES {
            let (lenient, strict) = (
                judge(&value, &policy.min_len(0).min_bits(0)),
                judge(&value, &policy),
            );
            assert!(
                strict.is_refused() || !lenient.is_refused(),
                "{value:?}: {policy:?}"
            );
            assert_eq!(judge(&value, &policy), strict, "{value:?}: {policy:?}");
        }
        let user = &value[..value.len() / 2];
        assert_eq!(judge_url_password(user, &value), judge_url_password(user, &value));
    }
}

#[test]
fn a_megabyte_is_judged_soon() {
    for byte in [b'a', b'-', b'\\', b'=', b'%', b'{', 0xff] {
        let mut value = b"-----BEGIN ".to_vec();
        value.resize(1 << 20, byte);
        let start = Instant::now();
        let _ = judge(&value, &Policy::key());
        let _ = judge(&value[11..], &Policy::key());
        let _ = judge_url_password(&value, &value);
        // Milliseconds in release; the bound is for a busy machine without optimization.
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{byte:#x}: {:?}",
            start.elapsed()
        );
    }
}

/// No part of a value of four bytes that is not in our own words is in what a verdict says.
#[test]
fn a_verdict_repeats_nothing_of_the_value() {
    for value in [
        "xylophone-zebra-quixotic-marzipan",
        "changeme-xylophone-zebra",
        "<xylophone-zebra-quixotic>",
        "${XYLOPHONE_ZEBRA}",
        "django-insecure-xylophone",
        "eHlsb3Bob25lLXplYnJhLXF1aXhvdGlj",
        "x1y2z3x1y2z3x1y2z3x1y2z3x1y2z3x1y2z3",
        "xylo",
    ] {
        for policy in POLICIES {
            let verdict = judge(value.as_bytes(), &policy);
            let said = format!(
                "{verdict:?} {} {:?}",
                verdict.reason().map_or_else(String::new, |r| r.to_string()),
                verdict.remedy()
            );
            let said = said.to_lowercase();
            for part in value.to_lowercase().as_bytes().windows(4) {
                let part = str::from_utf8(part).expect("ASCII");
                let ours = ["inse", "nsec", "secu", "ecur", "cure", "djan", "jang", "ango"].contains(&part);
                assert!(ours || !said.contains(part), "{part:?} of a value is in {said:?}");
            }
        }
    }
}
