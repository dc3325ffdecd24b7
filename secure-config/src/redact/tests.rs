use super::{masked, redact};
use crate::memory::Locked;

/// Has `"`, `\`, a newline, a space, `+`, `/`, `%` and characters of two, three and four bytes.
const ODD: &str = "pass\"w\\rd\n +/%41äß€\u{1F511}end";

fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut output = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte))
            << (8 * (3 - group.len()));
        for at in 0..=group.len() {
            output.push(char::from(alphabet[(bits >> (18 - 6 * at) & 0x3F) as usize]));
        }
    }
    output
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[test]
fn plain_occurrences_are_masked() {
    let _held = Locked::copy_of(b"redact-plain-secret");
    assert_eq!(redact("nothing here"), "nothing here");
    assert!(matches!(redact("nothing here"), std::borrow::Cow::Borrowed(_)));
    assert_eq!(redact("redact-plain-secret"), "[REDACTED]");
    assert_eq!(
        redact("a redact-plain-secret b redact-plain-secretredact-plain-secret c redact-plain-secre"),
        "a [REDACTED] b [REDACTED][REDACTED] c redact-plain-secre"
    );
}

#[test]
fn dropped_and_short_secrets_are_not_known() {
    let held = Locked::copy_of(b"redact-dropped");
    let _short = Locked::copy_of(b"redact7");
    drop(held);
    assert_eq!(redact("redact-dropped redact7"), "redact-dropped redact7");
}

#[test]
fn escaped_occurrences_are_masked() {
    let _held = Locked::copy_of(ODD.as_bytes());
    let forms = [
        ODD.to_owned(),
        format!("{ODD:?}"),
        "pass\\\"w\\\\rd\\n +\\/%41äß€🔑end".to_owned(),
        r#"pass\u0022w\u005crd\u000A\u0020+/%41\u00e4\u00DF\u20ac\ud83d\udd11end"#.to_owned(),
        ODD.escape_unicode().to_string(),
        ODD.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        ODD.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        "pass%22w%5Crd%0A+%2B%2F%2541%C3%A4%C3%9F%E2%82%AC%F0%9F%94%91end".to_owned(),
        "pass\"w%5Crd%0a%20%2B/%2541äß€🔑end".to_owned(),
        ODD.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ODD.bytes().map(|byte| format!("{byte:02X}")).collect(),
    ];
    for form in forms {
        let quoted = form.starts_with('"');
        let expected = if quoted {
            "<\"[REDACTED]\">"
        } else {
            "<[REDACTED]>"
        };
        assert_eq!(redact(&format!("<{form}>")), expected, "{form}");
    }
}

/// Every encoding of a whole text has one mask and nothing else.
fn all_masked(secret: &str, forms: &[&str]) {
    let _held = Locked::copy_of(secret.as_bytes());
    for form in forms {
        assert_eq!(redact(&format!("<{form}>")), "<[REDACTED]>", "{form}");
    }
}

#[test]
fn a_plus_beside_other_percent_encoding_is_a_plus() {
    all_masked(
        "redactk7Jm+Qx2/Zp 9=",
        &[
            "redactk7Jm+Qx2%2FZp+9%3D",
            "redactk7Jm%2BQx2/Zp%209=",
            "redactk7Jm+Qx2%2fZp%209%3d",
        ],
    );
    let _held = Locked::copy_of(b"postgres://app:redactk8Jm+Qx2%2FZp%3D@db/x");
    assert_eq!(
        redact("at postgres://app:redactk8Jm+Qx2%2FZp%3D@db/y, redactk8Jm+Qx2/Zp="),
        "at postgres://app:[REDACTED]@db/y, [REDACTED]"
    );
}

#[test]
fn percent_encoding_may_leave_a_percent_sign_and_come_twice() {
    all_masked(
        "redact%41 b/%25c",
        &[
            "redact%41%20b/%25c",
            "redact%2541%20b%2F%2525c",
            "redact%252541%2520b%252F%252525c",
            "redact%2541%2520b%252F%2525c",
        ],
    );
    all_masked(
        "redact/twice=",
        &["redact%252Ftwice%253D", "redact%25252ftwice%25253d"],
    );
}

#[test]
fn bytes_are_masked_as_text_and_as_numbers() {
    let secret = b"redact\x00\xFF\"bytes\n";
    let _held = Locked::copy_of(secret);
    let debug = format!("{secret:?}");
    assert_eq!(redact(&debug), "[[REDACTED]]");
    assert_eq!(redact(&format!("{secret:#?}")), "[\n    [REDACTED],\n]");
    assert_eq!(redact(&debug.replace(' ', "")), "[[REDACTED]]");
    assert_eq!(
        redact(&format!("b\"{}\"", secret.escape_ascii())),
        "b\"[REDACTED]\""
    );
    assert_eq!(
        redact("[114, 101, 100, 97, 99, 116, 0, 255"),
        "[114, 101, 100, 97, 99, 116, 0, 255"
    );
}

#[test]
fn base64_may_be_broken_into_lines() {
    let secret: Vec<_> = (0..60).map(|n| 0xA7 ^ (n as u8).wrapping_mul(0x4D)).collect();
    let _held = Locked::copy_of(&secret);
    let encoded = base64(&secret, STANDARD);
    for end in ["\n", "\r\n", "\\n"] {
        let lines = format!("{}{end}{}", &encoded[..64], &encoded[64..]);
        assert_eq!(
            redact(&format!("<{end}{lines}{end}>")),
            format!("<{end}[REDACTED]{end}>")
        );
    }
}

#[test]
fn broken_escapes_are_text() {
    let _held = Locked::copy_of(b"redact-broken");
    for text in [
        "%",
        "%r",
        "%7",
        "\\",
        "\\u",
        "\\u0",
        "\\u{",
        "\\u{110000}",
        "\\u{1234567}",
        "\\ud83d",
        "\\ud83d\\u0041",
        "\\x",
        "redact-broke%",
        "redact-broke\\",
        "redact-broke\\u006",
        "+\\",
        "%%%%",
        "\\\\",
    ] {
        assert_eq!(redact(text), text);
    }
    assert_eq!(redact("redact-broke%6E%"), "[REDACTED]%");
}

#[test]
fn base64_is_found_at_every_alignment_and_length() {
    for extra in 0..3 {
        let secret: Vec<_> = (0..16 + extra)
            .map(|n| 0xF5 ^ (n as u8).wrapping_mul(0x5B))
            .collect();
        let _held = Locked::copy_of(&secret);
        for alphabet in [STANDARD, URL_SAFE] {
            for before in 0..7 {
                for after in 0..4 {
                    let text = [&b"before!"[..before], &secret, &b"afterwards"[..after]].concat();
                    let encoded = base64(&text, alphabet);
                    let output = redact(&encoded);
                    assert!(output.contains("[REDACTED]"), "{before} {after} {encoded}");
                    // All that stays are the characters that have no bit of the secret.
                    let whole_before = before * 8 / 6;
                    let end = (before + secret.len()) * 8;
                    let whole_after = encoded.len() - end.div_ceil(6);
                    assert_eq!(
                        output.len(),
                        whole_before + "[REDACTED]".len() + whole_after,
                        "{output}"
                    );
                    let coded = encoded.replace('+', "%2B").replace('/', "%2f");
                    assert!(redact(&coded).contains("[REDACTED]"), "{coded}");
                    assert!(redact(&encoded.replace('/', "\\/")).contains("[REDACTED]"));
                }
            }
        }
    }
}

#[test]
fn the_key_of_a_url_is_a_secret_by_itself() {
    let cases = [
        (
            "postgres://app:redact%2Durl-password@db/app",
            "redact-url-password",
            true,
        ),
        (
            "postgres://app:redact%2Durl-password@db/app",
            "redact%2Durl-password",
            true,
        ),
        ("postgres://redactuser:redact@url2@db", "redact@url2", true),
        ("postgres://redactuser:redact@url2@db", "redactuser", false),
        (
            "https://redact0dsn1key2@o1.ingest.example/5",
            "redact0dsn1key2",
            true,
        ),
        (
            "https://redact0dsn3key4:@o1.ingest.example/5",
            "redact0dsn3key4",
            true,
        ),
        (
            "https://redact-host.example/redact@path",
            "redact-host.example",
            false,
        ),
        ("https://u:short@redact-host2.example", "short", false),
    ];
    for (url, text, is_secret) in cases {
        let _held = Locked::copy_of(url.as_bytes());
        assert_eq!(redact(text) == "[REDACTED]", is_secret, "{text} of {url}");
        assert_eq!(redact(url), "[REDACTED]");
    }
}

#[test]
fn binary_secrets_leave_text_whole() {
    // The end of one character and the beginning of another.
    let bytes = "äxxxxxxü".as_bytes();
    let _held = Locked::copy_of(&bytes[1..bytes.len() - 1]);
    assert_eq!(redact("aäxxxxxxüb"), "a[REDACTED]b");
}

#[test]
fn ranges_that_overlap_have_one_mask() {
    assert_eq!(
        masked("0123456789", vec![4..6, 1..3, 2..5, 7..8, 8..9]),
        "0[REDACTED]6[REDACTED][REDACTED]9"
    );
    assert_eq!(masked("ä", vec![0..1, 1..2]), "[REDACTED]");
}
