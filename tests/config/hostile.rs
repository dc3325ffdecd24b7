//! Files that are none: a clear problem, at once, and never a wait.

use std::path::Path;
use std::time::{Duration, Instant};

use secure_config::{LoadError, SecretString, SecureConfig};
use tests::{STRONG, Scratch, problems};

#[derive(Debug, SecureConfig)]
#[expect(dead_code, reason = "it is never loaded")]
struct Settings {
    jwt_secret: SecretString,
}

/// Long enough for a busy machine, and far less than a read that blocks.
const AT_ONCE: Duration = Duration::from_secs(5);

fn load(path: &Path) -> LoadError {
    let start = Instant::now();
    let error = Settings::loader()
        .vars([("JWT_SECRET_FILE", path)])
        .load()
        .expect_err("it is no file");
    assert!(
        start.elapsed() < AT_ONCE,
        "{} took {:?}",
        path.display(),
        start.elapsed()
    );
    error
}

/// The one message that reading `path` as a secret gives, in every place where a file may stand.
fn message(path: &Path) -> String {
    let error = load(path);
    assert_eq!(
        problems(&Err::<(), _>(error.clone())),
        [("JWT_SECRET", "unreadable")]
    );

    let directory = path.parent().expect("it is somewhere");
    if path.file_name().is_some_and(|name| name == "jwt_secret") {
        let loaded = Settings::loader().vars([("X", "")]).secrets_dir(directory).load();
        assert_eq!(problems(&loaded), [("JWT_SECRET", "unreadable")]);
    }
    let loaded = Settings::loader()
        .vars([("JWT_SECRET", STRONG[0])])
        .dotenv(path)
        .load();
    assert_eq!(
        problems(&loaded),
        [(path.to_str().expect("it is UTF-8"), "unreadable")]
    );

    let problem = error.problems().next().expect("there is one");
    problem.message().to_owned()
}

/// Whether it can be opened is the system's; what is said of it is one of two things, and names it.
#[cfg(unix)]
fn is_no_regular_file(path: &Path) {
    let message = message(path);
    let reasons = ["is not a regular file", "could not be read: "];
    assert!(
        reasons.iter().any(|reason| message.starts_with(&format!(
            "cannot be read: JWT_SECRET_FILE names a file that {reason}"
        ))),
        "{message}"
    );
    assert!(message.contains(path.to_str().expect("it is UTF-8")), "{message}");
}

#[test]
fn a_missing_file() {
    let scratch = Scratch::new();
    let path = scratch.join("missing");
    assert_eq!(
        message(&path),
        format!(
            "cannot be read: JWT_SECRET_FILE names a file that does not exist: {}",
            path.display()
        )
    );
    let path = scratch.file("a file", "").join("below it");
    assert!(message(&path).starts_with("cannot be read: JWT_SECRET_FILE names a file that does not exist"));
}

#[test]
fn a_directory() {
    let scratch = Scratch::new();
    let path = scratch.join("jwt_secret");
    std::fs::create_dir(&path).unwrap();
    assert_eq!(
        message(&path),
        format!(
            "cannot be read: JWT_SECRET_FILE names a file that is a directory: {}",
            path.display()
        )
    );
}

#[cfg(unix)]
#[test]
fn a_dangling_link() {
    let scratch = Scratch::new();
    let path = scratch.join("jwt_secret");
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    assert!(message(&path).starts_with(
        "cannot be read: JWT_SECRET_FILE names a file that is a link to a file that does not exist"
    ));
}

#[cfg(unix)]
#[test]
fn links_in_a_circle() {
    let scratch = Scratch::new();
    let path = scratch.join("jwt_secret");
    std::os::unix::fs::symlink("jwt_secret", &path).unwrap();
    assert!(
        message(&path).starts_with("cannot be read: JWT_SECRET_FILE names a file that could not be read"),
        "{}",
        message(&path)
    );
}

#[cfg(unix)]
#[test]
fn a_socket() {
    let scratch = Scratch::new();
    let path = scratch.join("jwt_secret");
    let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
    // A socket cannot be opened at all: the system says so, in words that differ.
    is_no_regular_file(&path);
}

#[cfg(unix)]
#[test]
fn devices_that_never_end() {
    for path in ["/dev/zero", "/dev/urandom", "/dev/null"] {
        assert_eq!(
            message(Path::new(path)),
            format!("cannot be read: JWT_SECRET_FILE names a file that is not a regular file: {path}")
        );
    }
    // A terminal there is none here, and it must not become ours.
    is_no_regular_file(Path::new("/dev/tty"));
}

#[test]
fn a_hundred_megabytes_that_take_no_room() {
    let scratch = Scratch::new();
    let path = scratch.join("jwt_secret");
    std::fs::File::create(&path)
        .unwrap()
        .set_len(100_000_000)
        .unwrap();
    assert_eq!(
        message(&path),
        format!(
            "cannot be read: JWT_SECRET_FILE names a file that is larger than 1 MiB: {}",
            path.display()
        )
    );
}

#[cfg(target_os = "linux")]
#[test]
fn files_of_proc_say_that_they_are_empty() {
    // It is regular, it says it has no bytes, and it has some: words that end in NUL.
    let error = load(Path::new("/proc/self/cmdline"));
    assert_eq!(problems(&Err::<(), _>(error)), [("JWT_SECRET", "invalid")]);
    // Reading from its start fails: nothing is mapped there.
    assert!(
        message(Path::new("/proc/self/mem"))
            .starts_with("cannot be read: JWT_SECRET_FILE names a file that could not be read")
    );
}

#[test]
fn a_name_with_a_nul_or_too_long_for_a_file() {
    for name in ["/tmp/a\0b".to_owned(), format!("/tmp/{}", "a".repeat(100_000))] {
        let loaded = Settings::loader().vars([("JWT_SECRET_FILE", name)]).load();
        assert_eq!(problems(&loaded), [("JWT_SECRET", "unreadable")]);
    }
}

/// Root may read everything, so the child becomes nobody.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;
    let scratch = Scratch::new();
    let path = scratch.file("jwt_secret", STRONG[0]);
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    if fs::metadata(&path).unwrap().uid() != 0 {
        assert_eq!(
            message(&path),
            format!(
                "cannot be read: JWT_SECRET_FILE names a file that may not be read by this user: permission denied: {}",
                path.display()
            )
        );
        return;
    }
    fs::set_permissions(scratch.path(), Permissions::from_mode(0o755)).unwrap();
    let program = scratch.join("program");
    fs::copy(env!("CARGO_BIN_EXE_config-target"), &program).unwrap();
    let output = std::process::Command::new(program)
        .arg("exit")
        .current_dir(scratch.path())
        .env_clear()
        .env("JWT_ACCESS_SECRET_FILE", &path)
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .expect("root may become nobody");
    let report = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(78), "{report}");
    assert!(
        report.contains(
            "JWT_ACCESS_SECRET_FILE names a file that may not be read by this user: permission denied: /"
        ),
        "{report}"
    );
}
