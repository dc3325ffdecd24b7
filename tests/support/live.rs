//! Whether a test that needs a real server can run, and word of it if not.

use std::fs::OpenOptions;
use std::io::Write;

/// The address of a server that `tests/run` started for everyone, in the variable `var`. Do not stop it: others use it.
///
/// Without it the test is left out, and says so on stderr, past libtest's capture. `suite` must stand in the list of `tests/run`, which
/// fails when nothing of a suite ran, or anything of it was left out.
#[must_use]
pub fn suite(suite: &str, test: &str, var: &str) -> Option<String> {
    let url = std::env::var(var).ok().filter(|url| !url.is_empty());
    let what = if url.is_some() { "ran" } else { "left-out" };
    note(what, suite, test);
    if url.is_none() {
        let line = format!("left out: {suite} {test} (no {var}; `tests/run` starts the server)\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    url
}

/// Tells `tests/run` that something `ran`, or was `left-out`.
pub(crate) fn note(what: &str, suite: &str, test: &str) {
    if let Some(log) = std::env::var_os("TEST_LIVE_LOG") {
        let mut log = OpenOptions::new().append(true).open(log).unwrap();
        // One write a line: tests run side by side.
        log.write_all(format!("{what} {suite} {test}\n").as_bytes())
            .unwrap();
    }
}
