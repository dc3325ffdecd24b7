//! The command line: what is answered, and what is refused with a usage line.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use crate::program::{Room, SERVICE, TARGET};

#[test]
fn a_service_starts_without_arguments_and_refuses_any_that_it_does_not_know() {
    let room = Room::new(SERVICE);
    let said = room.run([""; 0]).ends_with(0);
    assert_eq!(said.all(), "");
    for argument in ["serve", "--port=80", "Config", "", "-x"] {
        let said = room.run([argument]).ends_with(64);
        assert!(said.out.is_empty());
        assert_eq!(
            said.err,
            "the service takes no such argument\nusage: cli-service [config <command>]\n"
        );
    }
    let odd = OsString::from_vec(b"\xff\xfe".to_vec());
    room.run([odd.clone()]).ends_with(64);
    let said = room.run(["config".into(), "explain".into(), odd]).ends_with(64);
    assert!(said.err.starts_with("an argument is not UTF-8\n"), "{}", said.err);
    let said = room.run(["--help"]).ends_with(0);
    assert_eq!(said.out, "usage: cli-service [config <command>]\n");
}

#[test]
fn mistakes_are_told_with_the_usage() {
    let room = Room::new(TARGET);
    let usage =
        "usage: cli-target config <check | template | docs | schema | generate | rotate | explain | count>\n";
    for (line, message) in [
        ("", "a command is missing"),
        ("chekc", "there is no such command; did you mean check?"),
        ("audit", "there is no such command"),
        ("check --jsno", "there is no such option"),
        ("check now", "there is one argument too many"),
        (
            "template --write --update",
            "--write and --update exclude each other",
        ),
        ("explain", "explain needs the name of a variable"),
    ] {
        let said = room.config(line).ends_with(64);
        assert_eq!(said.err, format!("{message}\n{usage}"), "{line}");
        assert!(said.out.is_empty());
    }
    let said = room.config("explain JWT_ACESS_SECRET").ends_with(64);
    assert!(
        said.err.contains("did you mean JWT_ACCESS_SECRET?"),
        "{}",
        said.err
    );
    let said = room.config("generate PORT").ends_with(64);
    assert!(said.err.contains("PORT is no secret"), "{}", said.err);
    let said = room.config("generate SENTRY_DSN --write-env").ends_with(64);
    assert!(said.err.contains("SENTRY_DSN cannot be made up"), "{}", said.err);
    assert!(room.names().is_empty());
}

#[test]
fn help_shows_names_only() {
    let room = Room::new(TARGET)
        .with("PORT", "9091")
        .with("RAW_KEY", tests::STRONG[0]);
    for line in ["--help", "-h", "help", "check --help", "generate -h"] {
        let said = room.config(line).ends_with(0);
        assert!(said.err.is_empty());
        for name in [
            "check [--json]",
            "generate [KEY] [--write-env]",
            "rotate [KEY… | --all]",
            "count",
            "JWT_REFRESH_SECRET",
            "MAIL_PASSWORD",
            "PORT",
        ] {
            assert!(said.out.contains(name), "{name}: {}", said.out);
        }
        assert!(
            !said.out.contains("9091") && !said.out.contains("8080"),
            "{}",
            said.out
        );
    }
}

#[test]
fn commands_of_the_service_get_what_stands_behind_their_name() {
    let room = Room::new(TARGET);
    room.config("count").ends_with(0);
    room.config("count --json a b").ends_with(3);
}

#[test]
fn a_secret_is_printed_when_it_is_named_and_not_otherwise() {
    let room = Room::new(TARGET);
    let said = room.config("generate").ends_with(64);
    assert!(said.out.is_empty());
    assert!(
        said.err
            .contains("missing: JWT_ACCESS_SECRET, JWT_REFRESH_SECRET"),
        "{}",
        said.err
    );
    let said = room.config("generate HEX_KEY").ends_with(0);
    assert_eq!(said.out.len(), 65);
    assert!(said.err.is_empty());
    let said = room.config("generate PAYMENT_TOKEN").ends_with(0);
    assert!(
        said.err.contains("if somebody else issues PAYMENT_TOKEN"),
        "{}",
        said.err
    );
    assert!(room.names().is_empty());
}

#[test]
fn output_that_cannot_be_written_is_told_and_a_reader_that_left_is_not() {
    let room = Room::new(TARGET);
    let said = room.shell("\"$0\" config docs > /dev/full").ends_with(74);
    assert!(
        said.err.contains("the output could not be written"),
        "{}",
        said.err
    );
    let said = room
        .shell("{ \"$0\" config template; echo $? >&2; } | true")
        .ends_with(0);
    assert_eq!(said.err, "0\n");
}
