//! The one way for a test to skip itself because the machine lacks something.

use std::io::Write;

/// Reports that the calling test is skipped, because the machine lacks `need`.
///
/// `need` is one word, such as a program (`git`) or a right (`root`). A test on your machine is skipped with a line on stderr, past the
/// capture of the test runner. A test in CI fails instead.
///
/// # Panics
///
/// If `CI` is set, unless `TEST_MAY_SKIP` lists `need`. Whoever sets that variable prints what it lists: see `.ci/run`.
pub fn skip(need: &str, reason: &str) {
    let thread = std::thread::current();
    // libtest names the thread of a test after the test.
    let test = thread.name().unwrap_or("a test");
    let variable = |name| std::env::var(name).unwrap_or_default();
    assert!(
        may_skip(&variable("CI"), &variable("TEST_MAY_SKIP"), need),
        "{test} needs {need}: {reason}; with CI set, a test is skipped only if TEST_MAY_SKIP lists {need}"
    );
    // Not `eprintln!`: the runner shows its output only for tests that fail.
    let _ = writeln!(std::io::stderr(), "skipped: {test} needs {need}: {reason}");
}

/// Returns whether a test may be skipped, given the values of `CI` and `TEST_MAY_SKIP`.
fn may_skip(ci: &str, allowed: &str, need: &str) -> bool {
    matches!(ci, "" | "0" | "false") || allowed.split([' ', ',']).any(|name| name == need)
}

#[test]
fn in_ci_only_listed_needs_are_skipped() {
    for ci in ["", "0", "false"] {
        assert!(may_skip(ci, "", "git"), "CI={ci}");
    }
    for ci in ["true", "1"] {
        assert!(!may_skip(ci, "", "git"), "CI={ci}");
        assert!(!may_skip(ci, "github,git-lfs", "git"), "CI={ci}");
        assert!(may_skip(ci, "root,git", "git"), "CI={ci}");
        assert!(may_skip(ci, "root git", "git"), "CI={ci}");
    }
}
