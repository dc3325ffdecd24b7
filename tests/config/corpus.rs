//! The two numbers that decide whether the rules are good: bad secrets of the real world refused, random ones never.

use secure_config::{SecretString, SecureConfig};
use tests::{Numbers, base64, hex, problems};

#[derive(Debug, SecureConfig)]
#[expect(dead_code, reason = "whether it loads matters")]
struct Service {
    jwt_secret: SecretString,
}

/// Whether a service starts with this secret.
fn refusal(secret: &str) -> Option<String> {
    let loaded = Service::loader().vars([("JWT_SECRET", secret)]).load();
    problems(&loaded).first().map(|(_, code)| (*code).to_owned())
}

/// The least share of bad secrets that a start is refused with. The others were random once, before they were published: only a list could
/// know them.
const REFUSED: f64 = 0.60;

/// Real lines of example files, as rows `value TAB kind TAB variable`.
#[test]
#[ignore = "reads a corpus that is not part of the project: BAD_SECRETS is its path"]
fn secrets_of_example_files_are_refused() {
    let path = std::env::var("BAD_SECRETS").expect("BAD_SECRETS is the path of the corpus");
    let corpus = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (mut all, mut accepted) = (0_u32, Vec::new());
    for line in corpus.lines() {
        let mut columns = line.split('\t');
        let (Some(value), Some("example file")) = (columns.next(), columns.next()) else {
            continue;
        };
        if value.len() >= 32 {
            all += 1;
            if refusal(value).is_none() {
                accepted.push(value);
            }
        }
    }
    assert!(all >= 50, "only {all} lines of 32 bytes and more");
    let share = 1.0 - f64::from(accepted.len() as u32) / f64::from(all);
    assert!(
        share >= REFUSED,
        "{share:.3} of {all} refused; accepted: {accepted:#?}"
    );
}

/// How many secrets the next test makes; `RANDOM_SECRETS` says another number.
const COUNT: usize = 20_000;

#[test]
fn random_secrets_are_never_refused() {
    const SYMBOLS: &[u8] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*()-_=+[]{};:,.<>/?|~";
    const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

    let count = std::env::var("RANDOM_SECRETS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(COUNT);
    let mut numbers = Numbers::new(11);
    let mut refused = Vec::new();
    for turn in 0..count {
        let secret = match turn % 9 {
            0 => base64(&numbers.bytes(32)),
            1 => base64(&numbers.bytes(48)),
            2 => base64(&numbers.bytes(32))
                .replace('+', "-")
                .replace('/', "_")
                .replace('=', ""),
            3 => hex(&numbers.bytes(32)),
            4 => hex(&numbers.bytes(16)).to_uppercase(),
            5 => uuid(&hex(&numbers.bytes(16))),
            6 => numbers.text(SYMBOLS, 32),
            7 => numbers.text(BASE58, 44),
            _ => numbers.text(LOWER, 32),
        };
        if let Some(code) = refusal(&secret) {
            refused.push((secret, code));
        }
    }
    assert!(
        refused.is_empty(),
        "{} of {count} refused: {refused:#?}",
        refused.len()
    );
}

/// Version 4 of RFC 9562.
fn uuid(hex: &str) -> String {
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}
