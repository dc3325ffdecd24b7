//! What a new user does: a crate of its own, the code of the first page, and a start with this or that in the environment.
//!
//! The crate is generated beside no workspace of ours and built as cargo builds any other, without a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tests::{STRONG, Scratch};

const MANIFEST: &str = r#"
[workspace]
members = ["renamed"]
resolver = "3"

[package]
name = "outside"
version = "0.0.0"
edition = "2021"

[dependencies]
secure-config = { path = "LIBRARY" }
"#;

const RENAMED: &str = r#"
[package]
name = "renamed"
version = "0.0.0"
edition = "2024"

[dependencies]
hardened = { package = "secure-config", path = "LIBRARY" }
"#;

/// The program, built once for all tests of this run.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build)
}

fn build() -> PathBuf {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = ours.parent().expect("the tests are a member of the workspace");
    let library = root.join("secure-config");
    let written = |manifest: &str| manifest.replace("LIBRARY", library.to_str().expect("it is UTF-8"));
    let scratch = Scratch::new();
    scratch.file("Cargo.toml", written(MANIFEST));
    scratch.file("src/main.rs", include_str!("service.rs"));
    scratch.file("renamed/Cargo.toml", written(RENAMED));
    scratch.file("renamed/src/lib.rs", include_str!("renamed.rs"));
    // The versions that were fetched for the workspace are the ones that are there without a network.
    fs::copy(root.join("Cargo.lock"), scratch.join("Cargo.lock")).expect("the workspace has a lock");

    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--offline", "--workspace", "--quiet"])
        .current_dir(scratch.path());
    command.env("CARGO_TARGET_DIR", &target).env_remove("RUSTFLAGS");
    let output = command.output().expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(
        !errors.contains("--> src") && !errors.contains("--> renamed"),
        "a user is warned: {errors}"
    );
    target
        .join("debug")
        .join("outside")
        .with_extension(std::env::consts::EXE_EXTENSION)
}

/// The exit code and both streams of a start in `scratch` with these variables and no others.
fn start_in<'v>(
    scratch: &Scratch,
    vars: impl IntoIterator<Item = (&'v str, &'v str)>,
) -> (Option<i32>, String) {
    let mut command = Command::new(program());
    command.env_clear().current_dir(scratch.path()).envs(vars);
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    let said = [stdout, stderr].concat();
    (status.code(), String::from_utf8(said).expect("it is UTF-8"))
}

const SOUND: [(&str, &str); 3] = [
    ("JWT_ACCESS_SECRET", STRONG[0]),
    ("JWT_REFRESH_SECRET", STRONG[1]),
    ("REFRESH_TOKEN_FINGERPRINT_PEPPER", STRONG[2]),
];

/// A start with sound secrets and these variables besides, or in their place.
fn start(vars: &[(&str, &str)]) -> (Option<i32>, String) {
    start_in(&Scratch::new(), SOUND.iter().chain(vars).copied())
}

#[track_caller]
fn assert_refused(outcome: (Option<i32>, String), problems: &[&str]) {
    let (code, said) = outcome;
    assert_eq!(code, Some(78), "{said}");
    let count = match problems.len() {
        1 => "1 problem ".to_owned(),
        many => format!("{many} problems "),
    };
    assert!(
        said.contains(&format!("configuration refused: {count}")),
        "{said}"
    );
    for problem in problems {
        assert!(said.contains(problem), "{problem} is not in: {said}");
    }
}

#[track_caller]
fn assert_loads(outcome: (Option<i32>, String)) -> String {
    let (code, said) = outcome;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.starts_with("Settings { jwt_access_secret: SecretString([REDACTED])"),
        "{said}"
    );
    said
}

#[test]
fn with_good_values_it_loads() {
    let said = assert_loads(start(&[
        ("PORT", "9090"),
        ("DATABASE_MAX_POOL_SIZE", "7"),
        ("LOG_LEVEL", "WARN"),
    ]));
    assert!(
        said.contains("port: 9090") && said.contains("max_pool_size: 7"),
        "{said}"
    );
}

#[test]
fn with_a_secret_of_the_documentation_it_is_refused() {
    let bad = [
        "change_this_secret",
        "your_secure_random_32_plus_character_secret_here",
        "another_secure_random_32_plus_character_secret_here",
        "your_secure_random_32_plus_character_pepper_here",
    ];
    for secret in bad {
        for (name, _) in SOUND {
            assert_refused(start(&[(name, secret)]), &[name]);
        }
    }
}

#[test]
fn six_things_that_are_wrong_are_in_one_report() {
    let wrong = [
        ("JWT_ACCESS_SECRET", "changeme"),
        ("JWT_REFRESH_SECRET", "too-short-for-a-key"),
        ("PORT", "80a"),
        ("LOG_LEVEL", "LOUD"),
        ("DEBUG", "true"),
        ("DATABASE_MAX_POOL_SIZE", "0"),
    ];
    assert_refused(start(&wrong), &wrong.map(|(name, _)| name));
}

#[test]
fn a_slip_in_a_name_is_met_with_a_question() {
    let vars = [("JWT_ACCESS_SECERT", STRONG[0]), SOUND[1], SOUND[2]];
    let told = "not set; JWT_ACCESS_SECERT is: did you mean it?";
    assert_refused(start_in(&Scratch::new(), vars), &[told]);
}

#[test]
fn the_same_secret_for_both_tokens_is_refused() {
    assert_refused(
        start(&[("JWT_REFRESH_SECRET", STRONG[0])]),
        &["JWT_REFRESH_SECRET  is the same as JWT_ACCESS_SECRET"],
    );
}

#[test]
fn with_files_that_end_in_a_newline_it_loads() {
    let scratch = Scratch::new();
    let path = scratch.file("access", format!("{}\n", STRONG[0]));
    let vars = [
        ("JWT_ACCESS_SECRET_FILE", path.to_str().expect("it is UTF-8")),
        SOUND[1],
        SOUND[2],
    ];
    assert_loads(start_in(&scratch, vars));
}

#[test]
fn from_dotenv_it_loads_and_the_environment_does_not_see_it() {
    let scratch = Scratch::new();
    scratch.file(
        ".env",
        SOUND.map(|(name, value)| format!("{name}={value}\n")).concat(),
    );
    let said = assert_loads(start_in(&scratch, []));
    for (name, _) in SOUND {
        assert!(
            said.contains(&format!("std::env::var({name}).is_ok() = false")),
            "{said}"
        );
    }
}

#[test]
fn beside_a_service_called_database_in_kubernetes_it_loads() {
    let links = [
        ("DATABASE_PORT", "tcp://10.0.0.1:5432"),
        ("DATABASE_SERVICE_HOST", "10.0.0.1"),
        ("DATABASE_SERVICE_PORT", "5432"),
        ("DATABASE_PORT_5432_TCP_ADDR", "10.0.0.1"),
    ];
    let said = assert_loads(start(&links));
    assert!(!said.contains("warning"), "{said}");
}

#[test]
fn in_development_what_may_be_made_up_is() {
    let said = assert_loads(start_in(
        &Scratch::new(),
        [("APP_ENV", "development"), SOUND[0], SOUND[1]],
    ));
    assert!(
        said.contains("REFRESH_TOKEN_FINGERPRINT_PEPPER  is made up for this process"),
        "{said}"
    );
}
