//! The `.env` file: what is written in any of its ways is read, and nothing makes the parser panic, wait or quote.

use proptest::prelude::*;
use secure_config::{LoadError, ProblemKind, Profile, SecureConfig};
use tests::Scratch;

#[derive(Debug, PartialEq, SecureConfig)]
struct Five {
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    d: Option<String>,
    e: Option<String>,
}

fn load(content: &[u8]) -> Result<Five, LoadError> {
    let scratch = Scratch::new();
    let path = scratch.file("dotenv", content);
    Five::loader()
        .vars([("X", "")])
        .dotenv(path)
        .profile(Profile::Test)
        .load()
}

/// How a value is written.
#[derive(Clone, Copy, Debug)]
enum Style {
    Plain,
    Single,
    Double,
}

/// The value in this style, or in another where that has no way to spell it.
fn written(value: &str, style: Style) -> String {
    match style {
        Style::Single if !value.contains('\'') => format!("'{value}'"),
        Style::Plain if is_plain(value) => value.to_owned(),
        _ => {
            let mut quoted = String::from("\"");
            for character in value.chars() {
                match character {
                    '\\' | '"' | '$' => quoted.extend(['\\', character]),
                    '\t' => quoted.push_str("\\t"),
                    '\r' => quoted.push_str("\\r"),
                    _ => quoted.push(character),
                }
            }
            quoted + "\""
        }
    }
}

/// Whether a value can stand without quotes.
fn is_plain(value: &str) -> bool {
    let is_blank = |character: char| matches!(character, ' ' | '\t');
    !value.contains(['\n', '\r', '#', '\'', '"', '`'])
        && !["$$", "\\$"].iter().any(|pair| value.contains(pair))
        && !value.starts_with(is_blank)
        && !value.ends_with(is_blank)
        && !value.ends_with('\\')
}

/// A text that a value may be: anything but NUL, with a liking for what means something to the parser.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}",
        "[#'\"`$\\\\ \t\n=a]{0,20}",
        "\\PC{0,20}",
        "[A-Za-z0-9+/=]{44}",
        "(\\$2y\\$10\\$)[./A-Za-z0-9]{20}",
        "\\{\"[a-z]{1,5}\": \"[a-z# ]{0,9}\"\\}",
    ]
}

/// What may stand between two entries.
fn between() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("\n".to_owned()),
        Just("  \t\n".to_owned()),
        "# [ -~]{0,20}\n"
    ]
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Plain), Just(Style::Single), Just(Style::Double)]
}

/// A file, and the five values in it.
fn file() -> impl Strategy<Value = (String, Vec<String>)> {
    let entry = (value(), style(), between(), any::<[bool; 3]>());
    (prop::collection::vec(entry, 5), any::<bool>()).prop_map(|(entries, mark)| {
        let mut file = String::from(if mark { "\u{feff}" } else { "" });
        for ((value, style, between, [export, blanks, comment]), name) in entries.iter().zip('A'..) {
            file.push_str(between);
            file.push_str(if *export { "export  " } else { "" });
            let equals = if *blanks { "\t= " } else { "=" };
            let comment = if *comment { " # it's a comment" } else { "" };
            // Without quotes, an apostrophe in a comment behind it is nothing to the value: it has none itself.
            file.push_str(&format!("{name}{equals}{}{comment}\n", written(value, *style)));
        }
        (file, entries.into_iter().map(|(value, ..)| value).collect())
    })
}

/// An empty value is none.
fn set(value: &str) -> Option<String> {
    Some(value.to_owned()).filter(|value| !value.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_written_is_read((file, values) in file()) {
        let five = load(file.as_bytes()).map_err(|error| TestCaseError::fail(format!("{file:?}: {error}")))?;
        let read = [five.a, five.b, five.c, five.d, five.e];
        let expected: Vec<_> = values.iter().map(|value| set(value)).collect();
        prop_assert_eq!(&read[..], &expected[..], "{:?}", file);
    }

    #[test]
    fn lines_may_end_as_they_do_elsewhere((file, values) in file()) {
        // A line end inside of quotes belongs to the value.
        if values.iter().all(|value| !value.contains('\n')) {
            let (unix, windows) = (load(file.as_bytes()), load(file.replace('\n', "\r\n").as_bytes()));
            prop_assert_eq!(unix.unwrap(), windows.unwrap());
        }
    }

    #[test]
    fn nothing_makes_it_panic_or_quote(content in prop::collection::vec(any::<u8>(), 0..300)) {
        check_any(&content)?;
    }

    #[test]
    fn nothing_of_what_means_something_does(content in "[AB=#'\"`\\\\$ \t\r\nx\u{feff}\0]{0,60}") {
        check_any(content.as_bytes())?;
    }
}

/// Whatever the file is, it is read, or each mistake is told by a line that it has.
fn check_any(content: &[u8]) -> Result<(), TestCaseError> {
    let lines = content.split(|&byte| byte == b'\n').count();
    let Err(error) = load(content) else { return Ok(()) };
    prop_assert!(error.problems().count() > 0);
    for problem in error.problems() {
        if problem.kind() != ProblemKind::Dotenv {
            prop_assert_eq!(problem.kind(), ProblemKind::NotUtf8, "{}", problem);
            continue;
        }
        let rest = problem.message().strip_prefix("line ").unwrap_or_default();
        let number: usize = rest.split(' ').next().unwrap_or_default().parse().unwrap_or(0);
        prop_assert!((1..=lines).contains(&number), "{problem} of {lines} lines");
        prop_assert!(problem.remedy().is_some());
    }
    Ok(())
}
