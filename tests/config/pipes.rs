//! Pipes in place of files: what a password manager or a shell hands over. Read once, to the end, and never for ever.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use secure_config::{ProblemKind, SecretString, SecureConfig};
use tests::{STRONG, Scratch, problems};

#[derive(Debug, SecureConfig)]
struct Settings {
    jwt_secret: SecretString,
    #[secure(nested)]
    mail: Option<Mail>,
}

#[derive(Debug, SecureConfig)]
struct Mail {
    password: SecretString,
    host: Option<String>,
}

fn fifo(scratch: &Scratch, name: &str) -> PathBuf {
    let path = scratch.join(name);
    let made = Command::new("mkfifo").arg("-m").arg("600").arg(&path).status();
    assert!(made.expect("every Unix has mkfifo").success());
    path
}

/// Writes `content` for the next reader.
fn write(path: &Path, content: &str) -> thread::JoinHandle<()> {
    let (path, content) = (path.to_owned(), content.to_owned());
    thread::spawn(move || {
        let mut file = File::options().write(true).open(path).expect("it is there");
        file.write_all(content.as_bytes()).expect("somebody reads");
    })
}

#[test]
fn a_dotenv_of_a_password_manager() {
    let scratch = Scratch::new();
    let path = fifo(&scratch, ".env");
    let writer = write(
        &path,
        &format!("JWT_SECRET={}\nMAIL_PASSWORD=\"{}\"\n", STRONG[0], STRONG[1]),
    );
    let settings = Settings::loader().vars([("X", "")]).dotenv(&path).load().unwrap();
    assert!(settings.jwt_secret.ct_eq(STRONG[0]));
    let mail = settings.mail.expect("it is set");
    assert!(mail.password.ct_eq(STRONG[1]) && mail.host.is_none());
    writer.join().unwrap();
}

#[test]
fn a_value_that_is_asked_for_twice_is_read_once() {
    let scratch = Scratch::new();
    let (first, second) = (fifo(&scratch, "first"), fifo(&scratch, "second"));
    let writers = [
        write(&first, STRONG[0]),
        write(&second, &format!("{}\n", STRONG[1])),
    ];
    // Whether there is mail at all is asked before its password.
    let vars = [("JWT_SECRET_FILE", &first), ("MAIL_PASSWORD_FILE", &second)];
    let settings = Settings::loader().vars(vars).load().unwrap();
    assert!(settings.jwt_secret.ct_eq(STRONG[0]));
    assert!(settings.mail.expect("it is set").password.ct_eq(STRONG[1]));
    for writer in writers {
        writer.join().unwrap();
    }
}

#[test]
fn a_writer_that_never_comes_is_not_waited_for_for_ever() {
    let scratch = Scratch::new();
    let (first, second) = (fifo(&scratch, "first"), fifo(&scratch, "second"));
    let vars = [("JWT_SECRET_FILE", &first), ("MAIL_PASSWORD_FILE", &second)];
    let error = Settings::loader().vars(vars).load().unwrap_err();
    let told: Vec<_> = error.problems().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{error}");
    for (told, name) in told.iter().zip(["JWT_SECRET_FILE", "MAIL_PASSWORD_FILE"]) {
        let why = format!("{name} names a file that is a pipe, and nothing was written to it within 10 s");
        assert!(told.contains(&why), "{told}");
    }
}

#[test]
fn a_writer_that_never_ends_is_not_waited_for_for_ever() {
    let scratch = Scratch::new();
    let path = fifo(&scratch, "open");
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let target = path.clone();
    let writer = thread::spawn(move || {
        let mut file = File::options().write(true).open(target).unwrap();
        file.write_all(b"k7Jm").unwrap();
        let _ = wait.recv();
    });
    let error = Settings::loader()
        .vars([("JWT_SECRET_FILE", &path)])
        .load()
        .unwrap_err();
    drop(done);
    writer.join().unwrap();
    let told = error.to_string();
    assert!(
        told.contains("is a pipe, and was not written to its end within 10 s"),
        "{told}"
    );
    assert!(!told.contains("k7Jm"), "{told}");
}

#[test]
fn more_than_a_mebibyte_is_too_much() {
    let scratch = Scratch::new();
    let path = fifo(&scratch, "large");
    let target = path.clone();
    let writer = thread::spawn(move || {
        let mut file = File::options().write(true).open(target).unwrap();
        // The reader goes away in the middle.
        let _ = file.write_all(&vec![b'x'; (1 << 20) + 4096]);
    });
    let loaded = Settings::loader().vars([("JWT_SECRET_FILE", &path)]).load();
    writer.join().unwrap();
    assert_eq!(problems(&loaded), [("JWT_SECRET", "unreadable")]);
    assert!(loaded.unwrap_err().to_string().contains("is larger than 1 MiB"));
}

#[test]
fn live_settings_keep_what_a_pipe_gave() {
    let scratch = Scratch::new();
    let path = fifo(&scratch, "secret");
    let password = scratch.file("password", STRONG[1]);
    let writer = write(&path, STRONG[0]);
    let vars = [("JWT_SECRET_FILE", &path), ("MAIL_PASSWORD_FILE", &password)];
    let (live, _) = Settings::loader().vars(vars).live().unwrap();
    writer.join().unwrap();
    // Nobody writes any more: neither a look nor a reload may wait for it.
    assert!(matches!(live.poll(), secure_config::reload::Polled::Unchanged));
    fs::write(&password, STRONG[2]).unwrap();
    live.reload().unwrap();
    assert!(live.read().jwt_secret.ct_eq(STRONG[0]));
    // A file that takes its place is read.
    fs::remove_file(&path).unwrap();
    scratch.file("secret", STRONG[3]);
    live.reload().unwrap();
    assert!(live.read().jwt_secret.ct_eq(STRONG[3]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_descriptor_of_the_shell() {
    let scratch = Scratch::new();
    let run = |script: &str| {
        Command::new("bash")
            .args(["-c", script, env!("CARGO_BIN_EXE_config-target")])
            .args([STRONG[0], STRONG[1], STRONG[2]])
            .current_dir(scratch.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output()
            .expect("there is a bash")
    };
    let output = run(
        "JWT_ACCESS_SECRET_FILE=/dev/fd/9 JWT_REFRESH_SECRET=$2 REFRESH_TOKEN_FINGERPRINT_PEPPER=$3 exec \"$0\" exit 9< <(printf %s \"$1\")",
    );
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
}

#[test]
fn a_pipe_that_others_may_write_is_refused_as_a_file_is() {
    let scratch = Scratch::new();
    let path = fifo(&scratch, "open to all");
    tests::set_mode(&path, 0o622);
    let writer = write(&path, STRONG[0]);
    let loaded = Settings::loader().vars([("JWT_SECRET_FILE", &path)]).load();
    writer.join().unwrap();
    let error = loaded.unwrap_err();
    assert_eq!(
        error.problems().next().expect("one").kind(),
        ProblemKind::Permissions
    );
}
