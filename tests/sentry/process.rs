//! A whole process: it starts as the documentation says, and what it has to tell is sent when it ends.

use std::process::Command;

use tests::STRONG;

use crate::ingest::{Ingest, KEY, Manner};

fn child(dsn: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sentry-child"));
    command
        .env_clear()
        .env("TOKEN", STRONG[0])
        .env("LOG_FORMAT", "json")
        .env("LOG_REDACT", "internal_ref")
        .env("LOG_LEVEL", "TRACE")
        .env("RUST_LOG", "trace")
        .envs(dsn.map(|dsn| ("SENTRY_DSN", dsn)));
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn events_and_panics_are_sent_and_logged_without_secrets() {
    let ingest = Ingest::start(Manner::Take);
    let said = child(Some(&ingest.dsn()));
    let events = ingest.items("event");
    assert_eq!(events.len(), 2, "{events:?} {said}");
    assert_eq!(events[0]["message"], "broken with [REDACTED]");
    assert_eq!(events[0]["extra"]["internal_ref"], "[REDACTED]");
    assert_eq!(events[0]["environment"], "production");
    assert_eq!(
        events[1]["exception"]["values"][0]["value"],
        "gave up with [REDACTED]"
    );
    assert_eq!(said.matches("panicked").count(), 1, "{said}");
    // Not even a log of everything, Sentry's own requests included, has the key.
    assert!(
        said.contains("\"level\":\"ERROR\"") && !said.contains(KEY),
        "{said}"
    );
}

#[test]
fn without_a_dsn_it_is_the_log_alone() {
    let said = child(None);
    assert_eq!(said.matches("panicked").count(), 1, "{said}");
    assert!(said.contains("Sentry(None)"), "{said}");
}
