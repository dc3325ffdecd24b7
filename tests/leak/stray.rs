//! Secrets where none is expected: in plain fields, in the profile, in names of directories.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use secure_config::SecureConfig;
use tests::{Numbers, Scratch, base64, hex};

use crate::output::{self, Search};

#[derive(Debug, serde::Deserialize)]
enum Mode {
    Fast,
}

#[derive(Debug, serde::Deserialize)]
struct Percent(#[expect(dead_code, reason = "it is never loaded")] u8);

#[derive(Debug, SecureConfig)]
#[secure(prefix = "APP_")]
#[expect(dead_code, reason = "what is said of them matters")]
struct Plain {
    #[secure(default = 1, range = 1..=10)]
    number: u16,
    signed: Option<i128>,
    ratio: Option<f64>,
    flag: Option<bool>,
    letter: Option<char>,
    timeout: Option<Duration>,
    address: Option<IpAddr>,
    #[secure(one_of = ["a", "b"])]
    choice: Option<String>,
    #[secure(max_len = 4)]
    short: Option<String>,
    mode: Option<Mode>,
    percent: Option<Percent>,
    numbers: Option<Vec<u8>>,
    modes: Option<Vec<Mode>>,
    #[secure(parse = parse)]
    parsed: Option<u32>,
    #[secure(default = "x", in_production = "x")]
    fixed: String,
    #[secure(validate = |_: &String| Err("is refused by the service"))]
    refused: Option<String>,
    #[secure(not_secret, one_of = ["a"])]
    partition_key: Option<String>,
    #[secure(env = ["APP_NEW", "APP_OLD"])]
    renamed: Option<u8>,
}

/// A parser that quotes what it is given, in full.
fn parse(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|error| format!("{error}: {text:?} ({})", text.to_uppercase()))
}

const NAMES: [&str; 19] = [
    "APP_NUMBER",
    "APP_SIGNED",
    "APP_RATIO",
    "APP_FLAG",
    "APP_LETTER",
    "APP_TIMEOUT",
    "APP_ADDRESS",
    "APP_CHOICE",
    "APP_SHORT",
    "APP_MODE",
    "APP_PERCENT",
    "APP_NUMBERS",
    "APP_MODES",
    "APP_PARSED",
    "APP_FIXED",
    "APP_REFUSED",
    "APP_PARTITION_KEY",
    "APP_OLD",
    "APP_UNKNOWN_NAME",
];

/// What a person may paste into the wrong line.
fn pasted() -> Vec<String> {
    let mut numbers = Numbers::new(7);
    let (hex32, hex16) = (hex(&numbers.bytes(32)), hex(&numbers.bytes(16)));
    let base = base64(&numbers.bytes(32));
    let letters = numbers.text(b"abcdefghijklmnopqrstuvwxyz", 32);
    let digits = numbers.text(b"0123456789", 20);
    let password = numbers.text(b"abcdefghkmnpqrstuvwxyzABCDEFGHKLMNPQRSTUVWXYZ23456789!%&#-", 16);
    vec![
        hex32.clone(),
        hex16.to_uppercase(),
        base.clone(),
        base.replace(['+', '/', '='], "-"),
        letters,
        digits,
        password,
        format!("/{base}"),
        format!("./{base}"),
        format!("sk_live_{hex16}"),
        format!("ghp_{}", &base.replace(['+', '/', '='], "x")[..36]),
        format!("AKIA{}", numbers.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
        format!("eyJhbGciOiJIUzI1NiJ9.{base}.{hex32}"),
        format!("postgres://user:{hex16}@host/db"),
        format!("https://{hex16}@o1.ingest.sentry.io/42"),
        format!("-----BEGIN PRIVATE KEY-----\n{base}\n-----END PRIVATE KEY-----"),
        "zebra violin copper lantern museum orbit".to_owned(),
        "hunter2".to_owned(),
        "swordfish".to_owned(),
        "482915".to_owned(),
        format!("{base}{}", "x".repeat(1_000_000)),
    ]
}

/// What is public of it.
fn without_marks(said: &str) -> String {
    [
        "-----BEGIN PRIVATE KEY-----",
        "postgres://",
        "o1.ingest.sentry.io",
        "sk_live_",
    ]
    .iter()
    .fold(said.to_owned(), |said, mark| said.replace(mark, ""))
}

#[test]
fn in_plain_fields() {
    for secret in pasted() {
        let search = Search::new(&secret);
        for name in NAMES {
            let loaded = Plain::loader().vars([(name, &secret)]).load_with_report();
            // The one place where a plain value is shown on purpose is the service's own `Debug` of its own `String`.
            let said = match &loaded {
                Ok((_, report)) => format!("{report}{report:?}{}", report.to_json()),
                Err(_) => output::of(&loaded),
            };
            search.assert_silent(&without_marks(&said), &format!("{secret} in {name}"));

            let scratch = Scratch::new();
            let file = scratch.file("value", &secret);
            let loaded = Plain::loader()
                .vars([(format!("{name}_FILE"), file)])
                .load_with_report();
            if loaded.is_err() {
                search.assert_silent(
                    &without_marks(&output::of(&loaded)),
                    &format!("{secret} in {name}_FILE"),
                );
            }
        }
    }
}

#[test]
fn in_place_of_the_file_of_a_plain_field() {
    for secret in pasted() {
        let search = Search::new(&secret);
        let loaded = Plain::loader()
            .vars([("APP_NUMBER_FILE", &secret)])
            .load_with_report();
        search.assert_silent(
            &without_marks(&output::of(&loaded)),
            &format!("{secret} as a file"),
        );
    }
}

#[test]
fn in_variables_of_ours() {
    for secret in pasted() {
        let search = Search::new(&secret);
        for name in [
            "APP_ENV",
            "NODE_ENV",
            "RUST_ENV",
            "CREDENTIALS_DIRECTORY",
            "SECURE_CONFIG_WAIVE",
        ] {
            let loaded = Plain::loader().vars([(name, &secret)]).load_with_report();
            let said = without_marks(&output::of(&loaded));
            search.assert_silent(&said, &format!("{secret} in {name}"));
        }
    }
}

#[test]
fn in_a_field_whose_name_says_that_it_may_be_one() {
    // Short and plain, it would be shown of any other field.
    let error = Plain::loader()
        .vars([("APP_PARTITION_KEY", "off")])
        .load()
        .unwrap_err();
    assert!(error.to_string().contains("its value is not one of a"), "{error}");
    let error = Plain::loader().vars([("APP_CHOICE", "off")]).load().unwrap_err();
    assert!(
        error.to_string().contains("\"off\" is not one of a, b"),
        "{error}"
    );
}

#[test]
fn directories_that_the_program_names() {
    let loaded = Plain::loader()
        .vars([("X", "")])
        .secrets_dir(PathBuf::from("/not/there"))
        .load();
    assert!(
        loaded.unwrap_err().to_string().contains("/not/there"),
        "what the program says is no secret"
    );
}
