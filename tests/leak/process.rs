//! What a whole process says: its streams, whichever way it ends.

use std::process::Command;

use tests::{Numbers, Scratch, base64};

use crate::output::Search;

/// Runs the service with these variables in this way; all that it wrote.
fn streams(way: &str, vars: &[(&str, &str)]) -> String {
    let scratch = Scratch::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_config-target"));
    command
        .arg(way)
        .current_dir(scratch.path())
        .env_clear()
        .envs(vars.iter().copied());
    let output = command.output().expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("it is UTF-8")
}

#[test]
fn a_refused_start_says_nothing_of_the_secrets() {
    let mut numbers = Numbers::new(9);
    let secrets: Vec<String> = (0..4).map(|_| base64(&numbers.bytes(32))).collect();
    let weak = format!("{} ", secrets[0]);
    let bad_url = format!("postgres://user:{}/@host", secrets[3]);
    let vars = [
        ("JWT_ACCESS_SECRET", weak.as_str()),
        ("JWT_REFRESH_SECRET", &secrets[1]),
        ("REFRESH_TOKEN_FINGERPRINT_PEPER", &secrets[2]),
        ("DATABASE_URL", &bad_url),
        ("PORT", &secrets[3]),
    ];
    for way in ["exit", "result"] {
        for profile in ["production", "development"] {
            let said = streams(way, &[&vars[..], &[("APP_ENV", profile)]].concat());
            assert!(said.contains("configuration refused"), "{said}");
            for secret in &secrets {
                Search::new(secret).assert_silent(&said, way);
            }
        }
    }
}

#[test]
fn a_good_start_says_nothing_of_the_secrets() {
    let mut numbers = Numbers::new(10);
    let secrets: Vec<String> = (0..3).map(|_| base64(&numbers.bytes(32))).collect();
    let vars = [
        ("JWT_ACCESS_SECRET", secrets[0].as_str()),
        ("JWT_REFRESH_SECRET", &secrets[1]),
        ("REFRESH_TOKEN_FINGERPRINT_PEPPER", &secrets[2]),
    ];
    for way in ["exit", "result", "threads", "erase"] {
        let said = streams(way, &vars);
        assert!(said.contains("[REDACTED]"), "{said}");
        for secret in &secrets {
            Search::new(secret).assert_silent(&said, way);
        }
    }
}
