//! What can only be seen from outside: exit codes, streams, and the environment of a process.

use std::process::{Command, Output};

use serde_json::Value;
use tests::{STRONG, Scratch};

use crate::service::SECRETS;

/// The small service, with no environment but what it is given, in a directory of its own.
fn service(way: &str, scratch: &Scratch) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_config-target"));
    command.arg(way).current_dir(scratch.path()).env_clear();
    command
}

fn sound(way: &str, scratch: &Scratch) -> Command {
    let mut command = service(way, scratch);
    command.envs(SECRETS.into_iter().zip(STRONG));
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("it is UTF-8");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_sound_configuration_starts_in_silence() {
    let (code, stdout, stderr) = run(&mut sound("exit", &Scratch::new()));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.contains("port: 8080"), "{stdout}");
}

#[test]
fn a_refused_one_exits_with_78_and_the_report_on_stderr() {
    let scratch = Scratch::new();
    for bad in ["change_this_secret", "changeme", "${JWT_ACCESS_SECRET}"] {
        let (code, stdout, stderr) = run(sound("exit", &scratch).env("JWT_ACCESS_SECRET", bad));
        assert_eq!((code, stdout.as_str()), (Some(78), ""), "{stderr}");
        assert!(stderr.contains("configuration refused: 1 problem"), "{stderr}");
        assert!(stderr.contains("JWT_ACCESS_SECRET"), "{stderr}");
        assert!(!stderr.contains('\u{1b}'), "no terminal, no colours: {stderr:?}");
    }
}

#[test]
fn in_production_without_a_terminal_the_last_line_is_json() {
    let scratch = Scratch::new();
    let (_, _, stderr) = run(sound("exit", &scratch).env("PORT", "x"));
    let last = stderr.lines().last().expect("there is a report");
    let json: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{last}: {error}"));
    assert_eq!(json["event"], "configuration_refused");
    assert_eq!(json["problems"][0]["key"], "PORT");
    let (_, _, stderr) = run(sound("exit", &scratch).env("PORT", "x").env("APP_ENV", "staging"));
    assert!(!stderr.contains('{'), "{stderr}");
}

#[test]
fn warnings_of_a_good_start_go_to_stderr() {
    let scratch = Scratch::new();
    let (code, _, stderr) = run(sound("exit", &scratch).env("PROMETHEUS_ENABLE", "true"));
    assert_eq!(code, Some(0));
    assert!(
        stderr.starts_with("1 warning (profile: production, APP_ENV unset)"),
        "{stderr}"
    );
    assert!(stderr.contains("did you mean PROMETHEUS_ENABLED?"), "{stderr}");
    let json: Value = serde_json::from_str(stderr.lines().last().expect("there is one")).unwrap();
    assert_eq!(json["event"], "configuration_loaded");
    assert_eq!(json["warnings"][0]["key"], "PROMETHEUS_ENABLE");
}

#[test]
fn the_error_of_main_is_the_report() {
    let (code, _, stderr) = run(sound("result", &Scratch::new()).env("PORT", "x"));
    assert_eq!(code, Some(1));
    assert!(
        stderr.starts_with("Error: configuration refused: 1 problem"),
        "{stderr}"
    );
}

#[cfg(unix)]
#[test]
fn a_closed_stderr_changes_no_exit_code() {
    let scratch = Scratch::new();
    let mut shell = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_config-target");
    shell
        .args(["-c", "exec \"$0\" exit 2>&-", program])
        .current_dir(scratch.path())
        .env_clear();
    assert_eq!(shell.status().expect("sh runs").code(), Some(78));
}

#[cfg(target_os = "linux")]
#[test]
fn the_report_can_be_written_to_a_full_disk() {
    let scratch = Scratch::new();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let status = service("exit", &scratch)
        .stderr(full)
        .status()
        .expect("the program runs");
    assert_eq!(status.code(), Some(78));
}

/// `script` gives the program a terminal; the tests that need one fail where it is missing.
#[cfg(target_os = "linux")]
#[test]
fn colours_are_for_terminals_that_want_them() {
    let on_terminal = |no_color: Option<&str>| {
        let scratch = Scratch::new();
        let program = env!("CARGO_BIN_EXE_config-target");
        let mut script = Command::new("script");
        script
            .args([
                "--quiet",
                "--return",
                "--command",
                &format!("'{program}' exit"),
                "/dev/null",
            ])
            .current_dir(scratch.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("SHELL", "/bin/sh");
        if let Some(value) = no_color {
            script.env("NO_COLOR", value);
        }
        let output = script
            .stdin(std::process::Stdio::null())
            .output()
            .expect("util-linux has script");
        assert_eq!(output.status.code(), Some(78));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(on_terminal(None).contains("\u{1b}[1;31mconfiguration refused"));
    assert!(
        on_terminal(Some("")).contains("\u{1b}["),
        "an empty one is none: https://no-color.org"
    );
    assert!(!on_terminal(Some("1")).contains('\u{1b}'));
    assert!(
        !on_terminal(None).contains("configuration_refused"),
        "JSON is for programs"
    );
}

#[test]
fn dotenv_of_the_working_directory_is_read_and_never_exported() {
    let scratch = Scratch::new();
    let lines: Vec<String> = SECRETS
        .iter()
        .zip(STRONG)
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    scratch.file(".env", lines.concat());
    let (code, stdout, stderr) = run(&mut service("exit", &scratch));
    assert_eq!(code, Some(0), "{stderr}");
    for name in SECRETS {
        assert!(stdout.contains(&format!("{name} is unset")), "{stdout}");
    }
    // One of a parent is not.
    std::fs::create_dir(scratch.join("below")).unwrap();
    let (code, _, _) = run(service("exit", &scratch).current_dir(scratch.join("below")));
    assert_eq!(code, Some(78));
}

#[cfg(unix)]
#[test]
fn other_variables_that_are_not_utf_8_disturb_nothing() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let scratch = Scratch::new();
    let mut command = sound("exit", &scratch);
    command.env("OTHER", OsStr::from_bytes(b"caf\xe9"));
    command.env(OsStr::from_bytes(b"N\xffME"), OsStr::from_bytes(b"\xff"));
    command.env("PORTS", OsStr::from_bytes(b"\xff"));
    let (code, _, stderr) = run(&mut command);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("did you mean PORT?"), "{stderr}");
    let (code, _, stderr) = run(sound("exit", &Scratch::new()).env("PORT", OsStr::from_bytes(b"80\xff")));
    assert_eq!(code, Some(78));
    assert!(stderr.contains("is not UTF-8"), "{stderr}");
}

#[cfg(target_os = "linux")]
#[test]
fn erased_secrets_are_gone_from_the_environment() {
    let (code, stdout, stderr) = run(&mut sound("erase", &Scratch::new()));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    for name in SECRETS {
        assert!(!stdout.contains(&format!("{name} is set")), "{stdout}");
    }
}

#[test]
fn with_another_thread_nothing_is_erased_and_a_warning_says_so() {
    let (code, stdout, stderr) = run(&mut sound("threads", &Scratch::new()));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("are not erased: "), "{stderr}");
    assert!(stderr.contains("load before any thread starts"), "{stderr}");
    for name in SECRETS {
        assert!(stdout.contains(&format!("{name} is set")), "{stdout}");
    }
}

/// Kubernetes' file; where it is not there, nothing must make it.
#[cfg(unix)]
#[test]
fn the_termination_log_is_not_made_where_it_is_not() {
    use std::path::Path;

    let log = Path::new("/dev/termination-log");
    let before = log.exists();
    let (code, _, _) = run(&mut service("exit", &Scratch::new()));
    assert_eq!(code, Some(78));
    assert_eq!(log.exists(), before);
}
