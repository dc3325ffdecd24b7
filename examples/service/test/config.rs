//! What the service answers before it starts.

use std::process::{Command, Output};

use tests::Scratch;

/// A shell that does `script` in `room`, with an empty environment and the service as `$0`.
fn shell(room: &Scratch, script: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_service")]);
    let Output {
        status,
        stdout,
        stderr,
    } = command.current_dir(room.path()).env_clear().output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn three_commands_lead_from_nothing_to_a_sound_configuration() {
    let room = Scratch::new();
    let script =
        "\"$0\" config template --write && \"$0\" config generate --write-env && \"$0\" config check";
    let (code, out, err) = shell(&room, script);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(
        out,
        "configuration is sound (profile: production, APP_ENV unset)\n"
    );
    // As the README prints it.
    let made = "JWT_ACCESS_SECRET, JWT_REFRESH_SECRET, REFRESH_TOKEN_FINGERPRINT_PEPPER";
    assert_eq!(err, format!(".env.example is written\nwritten to .env: {made}\n"));
}

#[test]
fn without_a_configuration_the_gate_is_shut() {
    let (code, out, err) = shell(&Scratch::new(), "\"$0\" config check");
    assert_eq!((code, out.as_str()), (Some(78), ""));
    assert!(err.starts_with("configuration refused: 3 problems"), "{err}");
}

#[test]
fn an_unknown_argument_is_refused_with_a_usage_line() {
    let (code, out, err) = shell(&Scratch::new(), "\"$0\" --port 80");
    assert_eq!((code, out.as_str()), (Some(64), ""));
    assert_eq!(
        err,
        "the service takes no such argument\nusage: service [config <command> | healthcheck]\n"
    );
    let (code, out, err) = shell(&Scratch::new(), "\"$0\" --help");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for line in [
        "usage: service [config <command> | healthcheck]",
        "  config <command>                service config --help says more",
        "  healthcheck                     ask whether the service is ready: exit code 0 or 1; instead of curl",
    ] {
        assert!(out.lines().any(|said| said == line), "{out}");
    }
}
