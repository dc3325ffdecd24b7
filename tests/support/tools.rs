//! Programs that a machine may lack.

use std::{
    io::{ErrorKind, Write},
    path::Path,
    process::{Command, Stdio},
};

use crate::skip::skip;

/// Runs a program with `input` on its standard input.
///
/// # Errors
///
/// If the program fails; the error is its output.
pub fn run(program: &str, arguments: &[&str], dir: Option<&Path>, input: &str) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(arguments);
    if let Some(dir) = dir {
        command.current_dir(dir);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    if output.status.success() {
        return Ok(());
    }
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Err(stdout + &stderr)
}

/// Returns whether a program is installed; if it is not, the test is [skipped](skip).
#[must_use]
pub fn has(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match found {
        Ok(_) => true,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            skip(program, "it is not installed");
            false
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

/// Returns whether this process is root's; if it is not, the test is [skipped](skip).
#[cfg(unix)]
#[must_use]
pub fn is_root(reason: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        skip("root", reason);
    }
    is_root
}

/// Returns from a test, skipped, if a program is not installed.
#[macro_export]
macro_rules! needs {
    ($($program:literal),+ $(,)?) => {
        if $(!$crate::tools::has($program))||+ {
            return;
        }
    };
}
