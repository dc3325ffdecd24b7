//! Tools that a machine may lack. What a test leaves out for want of one is said, past the capture of the test runner.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What came of a tool: `None` if it is not installed, and what it said if it failed.
#[must_use]
pub fn run(program: &str, arguments: &[&str], dir: Option<&Path>, input: &str) -> Option<Result<(), String>> {
    let mut command = Command::new(program);
    command.args(arguments);
    if let Some(dir) = dir {
        command.current_dir(dir);
    }
    let spawned = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("{program}: {error}"),
    };
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Some(if output.status.success() {
        Ok(())
    } else {
        Err(said)
    })
}

/// Says on the terminal what a test could not do here.
pub fn left_out(what: &str, why: &str) {
    // Not `eprintln!`, which is shown only of a test that fails.
    let _ = writeln!(std::io::stderr(), "left out: {what}, because {why}");
}

/// Whether git is installed; says what is left out without it.
#[must_use]
pub fn has_git() -> bool {
    let has = run("git", &["--version"], None, "").is_some();
    if !has {
        // The runner calls the thread of a test by its name.
        let thread = std::thread::current();
        left_out(thread.name().unwrap_or("a test"), "git is not installed");
    }
    has
}

/// Ends a test whose checkout needs git where there is none.
#[macro_export]
macro_rules! needs_git {
    () => {
        if !$crate::tools::has_git() {
            return;
        }
    };
}
