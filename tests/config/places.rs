//! Places that cannot be looked into: each is reported once, with its cause, by a check and by a start alike.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tests::{STRONG, Scratch, set_mode};

use crate::service::SECRETS;

/// The small service, in `directory`, as a user who may not search it: root is nobody then, and others take the right from themselves.
fn service(scratch: &Scratch, way: &str, directory: &Path) -> Command {
    let program = scratch.join("program");
    if !program.exists() {
        // By another process: a fork of another test's thread may have this one's descriptor open for writing for a moment.
        let copied = Command::new("cp")
            .arg(env!("CARGO_BIN_EXE_config-target"))
            .arg(&program)
            .status();
        assert!(copied.unwrap().success());
        set_mode(&program, 0o755);
    }
    let become_another = if is_root(scratch) {
        "setpriv --reuid 65534 --regid 65534 --clear-groups"
    } else {
        ""
    };
    let close = if directory.ends_with("closed") && !is_root(scratch) {
        "chmod 000 . &&"
    } else {
        ""
    };
    let mut command = Command::new("/bin/sh");
    command
        .args([
            "-c",
            &format!("cd \"$1\" && {close} exec env -u PATH -u PWD {become_another} \"$2\" \"$3\""),
            "sh",
        ])
        .args([directory.as_os_str(), program.as_os_str(), way.as_ref()])
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    command
}

/// The same with every secret in the environment.
fn sound(scratch: &Scratch, way: &str, directory: &Path) -> Command {
    let mut command = service(scratch, way, directory);
    command.envs(SECRETS.into_iter().zip(STRONG));
    command
}

/// A directory that only its owner may search: nobody, if that is not root.
fn closed(scratch: &Scratch, name: &str) -> PathBuf {
    let path = scratch.join(name);
    fs::create_dir(&path).unwrap();
    set_mode(&path, if is_root(scratch) { 0o700 } else { 0o000 });
    path
}

fn run(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command.output().expect("the program runs");
    (status.code(), String::from_utf8(stderr).expect("it is UTF-8"))
}

/// How a service starts, and what its gate does before.
const WAYS: [&str; 3] = ["exit", "live", "check"];

#[test]
fn a_working_directory_that_may_not_be_searched_is_a_warning() {
    let scratch = Scratch::new();
    let directory = closed(&scratch, "closed");
    let reopen = || set_mode(&directory, 0o700);
    for way in WAYS {
        // A user who is not root closes it behind the shell that is in it.
        reopen();
        let (code, told) = run(&mut sound(&scratch, way, &directory));
        assert_eq!(code, Some(0), "{way}: {told}");
        assert!(told.starts_with("1 warning ("), "{way}: {told}");
        let why =
            ".env  cannot be looked for: this user may not search the working directory: permission denied";
        assert!(told.contains(why), "{way}: {told}");
    }
    for way in WAYS {
        reopen();
        let (code, told) = run(&mut service(&scratch, way, &directory));
        assert_eq!(code, Some(78), "{way}: {told}");
        // What is missing may stand there.
        assert!(
            told.starts_with("configuration refused: 4 problems ("),
            "{way}: {told}"
        );
        let first = told.lines().nth(2).unwrap_or_default().trim_start();
        assert!(
            first.starts_with(".env ") && !told.contains("changes while"),
            "{way}: {told}"
        );
    }
    reopen();
}

#[test]
fn a_dotenv_that_may_not_be_read_is_a_problem_with_its_cause() {
    let scratch = Scratch::new();
    let path = scratch.file("work/.env", "PORT=1\n");
    set_mode(&path, if is_root(&scratch) { 0o600 } else { 0o000 });
    for way in WAYS {
        let (code, told) = run(&mut sound(&scratch, way, &scratch.join("work")));
        assert_eq!(code, Some(78), "{way}: {told}");
        assert!(
            told.starts_with("configuration refused: 1 problem ("),
            "{way}: {told}"
        );
        assert!(
            told.contains(".env  may not be read by this user: permission denied"),
            "{way}: {told}"
        );
    }
}

#[test]
fn a_dotenv_that_is_no_file_is_a_problem_with_its_cause() {
    let scratch = Scratch::new();
    for (name, why) in [
        ("directory", "is a directory"),
        ("circle", "Too many levels of symbolic links"),
        ("nowhere", "is a link to a file that does not exist"),
    ] {
        let directory = scratch.join(name);
        fs::create_dir(&directory).unwrap();
        set_mode(&directory, 0o755);
        let path = directory.join(".env");
        match name {
            "directory" => fs::create_dir(path).unwrap(),
            "circle" => symlink(".env", path).unwrap(),
            _ => symlink("not there", path).unwrap(),
        }
        for way in WAYS {
            let (code, told) = run(&mut sound(&scratch, way, &directory));
            assert_eq!(code, Some(78), "{way}: {told}");
            assert!(
                told.starts_with("configuration refused: 1 problem (") && told.contains(why),
                "{way}: {told}"
            );
        }
    }
}

#[test]
fn a_directory_of_secrets_that_nobody_asked_for_is_reported_once() {
    let scratch = Scratch::new();
    let secrets = closed(&scratch, "secrets");
    for way in WAYS {
        let mut command = sound(&scratch, way, scratch.path());
        let (code, told) = run(command.env("CREDENTIALS_DIRECTORY", &secrets));
        assert_eq!(code, Some(0), "{way}: {told}");
        assert!(told.starts_with("1 warning ("), "{way}: {told}");
        assert!(
            told.contains("may not be searched by this user: permission denied"),
            "{way}: {told}"
        );

        let mut command = sound(&scratch, way, scratch.path());
        command
            .env_remove(SECRETS[0])
            .env("CREDENTIALS_DIRECTORY", &secrets);
        let (code, told) = run(&mut command);
        assert_eq!(code, Some(78), "{way}: {told}");
        assert!(
            told.starts_with("configuration refused: 2 problems ("),
            "{way}: {told}"
        );
        assert!(
            told.contains("may not be searched") && told.contains(SECRETS[0]),
            "{way}: {told}"
        );
    }
    set_mode(&secrets, 0o700);
}

fn is_root(scratch: &Scratch) -> bool {
    fs::metadata(scratch.path()).unwrap().uid() == 0
}
