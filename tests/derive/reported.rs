//! The comparison for compilers other than the one that wrote the `.stderr` files: our messages, and the places of all errors.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, id};

/// Set for the process that has trybuild write the compiler's output into a copy of the cases: the directory of the copy.
const COPY: &str = "TESTS_DERIVE_COPY";

/// Compiles the cases of `ui/fail` as the test `test` does, and compares what this compiler reports with what the files expect.
pub(crate) fn compare(test: &str) {
    if let Some(copy) = env::var_os(COPY) {
        return trybuild::TestCases::new().compile_fail(Path::new(&copy).join("*/*.rs"));
    }
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ui-{}", id()));
    let cases = copy_cases(&copy);
    // trybuild takes the wish to overwrite from the environment alone.
    let output = Command::new(env::current_exe().expect("a test has a path"))
        .args(["--exact", test])
        .env(COPY, &copy)
        .env("TRYBUILD", "overwrite")
        .output()
        .expect("a test can be run");
    let log = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{log}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut differences = Vec::new();
    for case in &cases {
        let read =
            |root: &Path| fs::read_to_string(root.join(case).with_extension("stderr")).unwrap_or_default();
        let (expected, actual) = (read(Path::new("ui/fail")), read(&copy));
        if !is_reported(&expected, &actual) {
            differences.push(format!("{case}\nexpected:\n{expected}\nactual:\n{actual}"));
        }
    }
    fs::remove_dir_all(&copy).expect("it was made above");
    assert!(!cases.is_empty());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Copies the cases without what they expect, and returns their paths below `ui/fail`.
fn copy_cases(copy: &Path) -> Vec<String> {
    let mut cases = Vec::new();
    for group in fs::read_dir("ui/fail")
        .expect("tests run in their package")
        .flatten()
    {
        fs::create_dir_all(copy.join(group.file_name())).expect("the target directory is writable");
        for file in fs::read_dir(group.path())
            .expect("a group is a directory")
            .flatten()
        {
            let path = file.path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let case = path.strip_prefix("ui/fail").expect("it was listed there");
                fs::copy(&path, copy.join(case)).expect("the target directory is writable");
                cases.push(case.to_str().expect("our names are ASCII").to_owned());
            }
        }
    }
    cases
}

/// The first line of an error and where it points.
#[derive(Debug, PartialEq)]
struct Error<'t> {
    /// Such as `[E0277]`; empty for those that the derive makes.
    code: &'t str,
    message: &'t str,
    /// `LINE:COLUMN`.
    place: &'t str,
}

fn errors(text: &str) -> Vec<Error<'_>> {
    let mut lines = text.lines();
    let mut errors = Vec::new();
    while let Some(line) = lines.next() {
        let Some((code, message)) = line.strip_prefix("error").and_then(|rest| rest.split_once(": ")) else {
            continue;
        };
        let arrow = lines.find_map(|line| line.trim_start().strip_prefix("--> "));
        let place = arrow.and_then(|place| place.split_once(".rs:"));
        errors.push(Error {
            code,
            message,
            place: place.map_or("", |(_, place)| place),
        });
    }
    errors
}

/// Whether `actual` has each error of `expected`: of those that the derive makes, no other and at the same place; of those that the
/// compiler makes, the same code on the same line, with our words where a constant panics.
fn is_reported(expected: &str, actual: &str) -> bool {
    let (expected, actual_errors) = (errors(expected), errors(actual));
    let own = |errors: &[Error<'_>]| errors.iter().filter(|error| error.code.is_empty()).count();
    let line = |error: &Error<'_>| error.place.split(':').next().map(str::to_owned);
    !expected.is_empty()
        && own(&expected) == own(&actual_errors)
        && expected.iter().all(
            |error| match error.message.strip_prefix("evaluation panicked: ") {
                _ if error.code.is_empty() => actual_errors.contains(error),
                panicked => {
                    panicked.is_none_or(|message| actual.contains(message))
                        && actual_errors
                            .iter()
                            .any(|other| other.code == error.code && line(other) == line(error))
                }
            },
        )
}

#[test]
fn our_words_and_all_places_count() {
    let text = "error: `len` is exact\n --> ui/fail/a.rs:5:42\n  |\n\nerror[E0080]: evaluation panicked: ours\n --> ui/fail/a.rs:7:1\n";
    let other = "error[E0080]: evaluation of constant value failed\n --> $DIR/a.rs:7:9\n | the evaluated program panicked at 'ours'\n\
                 error: `len` is exact\n --> $DIR/a.rs:5:42\n";
    assert!(is_reported(text, text) && is_reported(text, other));
    for (from, to) in [
        ("exact", "wrong"),
        ("5:42", "5:41"),
        ("ours", "theirs"),
        ("7:9", "8:9"),
        ("E0080", "E0277"),
    ] {
        assert!(!is_reported(text, &other.replace(from, to)), "{from} became {to}");
    }
    assert!(!is_reported(
        text,
        &format!("{other}error: another\n --> $DIR/a.rs:1:1\n")
    ));
    assert!(!is_reported("", ""));
}
