//! What texts become: scalars, lists, durations, and what counts as not set.

use std::time::Duration;

use secure_config::{LoadError, ProblemKind, SecureConfig};
use tests::{Scratch, problems};

#[derive(Debug, SecureConfig)]
struct Plain {
    #[secure(default = 7, range = 1..=10)]
    number: u8,
    #[secure(default = 0.5, range = 0..=1)]
    ratio: f64,
    #[secure(default = "5s")]
    timeout: Duration,
    #[secure(default = false)]
    flag: bool,
    #[secure(default = "a")]
    text: String,
    #[secure(default = ',')]
    letter: char,
    optional: Option<u16>,
    #[secure(default = "1,2")]
    list: Vec<u8>,
    #[secure(delimiter = ';')]
    hosts: Option<Vec<String>>,
    path: Option<std::path::PathBuf>,
    #[secure(min_len = 2, max_len = 4)]
    code: Option<String>,
}

fn load(vars: &[(&str, &str)]) -> Result<Plain, LoadError> {
    Plain::loader().vars(vars.iter().copied()).load()
}

fn message(name: &str, value: &str) -> String {
    let error = load(&[(name, value)]).expect_err(value);
    assert_eq!(error.problems().len(), 1, "{error}");
    let problem = error.problems().next().expect("there is one");
    assert_eq!(problem.key(), name);
    problem.message().to_owned()
}

#[test]
fn defaults_stand_in_for_what_is_unset() {
    let plain = load(&[]).unwrap();
    assert_eq!(
        (plain.number, plain.ratio, plain.timeout),
        (7, 0.5, Duration::from_secs(5))
    );
    assert_eq!((plain.flag, plain.text.as_str(), plain.letter), (false, "a", ','));
    assert_eq!((plain.optional, plain.list), (None, vec![1, 2]));
    assert!(plain.hosts.is_none() && plain.path.is_none() && plain.code.is_none());
}

#[test]
fn empty_is_unset() {
    let names = [
        "NUMBER", "RATIO", "TIMEOUT", "FLAG", "TEXT", "LETTER", "OPTIONAL", "LIST", "HOSTS", "PATH", "CODE",
    ];
    let empty = Plain::loader().vars(names.map(|name| (name, ""))).load().unwrap();
    assert_eq!(
        (empty.number, empty.text.as_str(), empty.optional),
        (7, "a", None)
    );
    assert_eq!((empty.list, empty.hosts), (vec![1, 2], None));
}

#[test]
fn an_empty_variable_that_must_be_set_is_told_apart_from_a_missing_one() {
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct Required {
        port: u16,
        host: String,
    }
    let loaded = Required::loader().vars([("PORT", "")]).load();
    assert_eq!(problems(&loaded), [("PORT", "empty"), ("HOST", "missing")]);
}

#[test]
fn booleans_have_synonyms_in_any_case() {
    for (words, value) in [
        (["true", "True", "1", "yes", "YES", "on", "On", " true "], true),
        (["false", "FALSE", "0", "no", "No", "off", "OFF", " off"], false),
    ] {
        for word in words {
            assert_eq!(load(&[("FLAG", word)]).unwrap().flag, value, "{word:?}");
        }
    }
    for word in ["2", "t", "y", "enabled", "-1"] {
        assert_eq!(message("FLAG", word), format!("\"{word}\" is not true or false"));
    }
    assert_eq!(
        message("FLAG", "truefalse"),
        "9 characters that are not true or false"
    );
}

#[test]
fn numbers_are_trimmed_and_told_with_their_range() {
    assert_eq!(load(&[("NUMBER", " 9\t")]).unwrap().number, 9);
    assert_eq!(load(&[("NUMBER", "+9")]).unwrap().number, 9);
    assert_eq!(load(&[("OPTIONAL", "65535")]).unwrap().optional, Some(65535));
    for text in ["0", "11", "300", "-1", "two", "1.0", "0x5", "1_0", "٣"] {
        assert_eq!(
            message("NUMBER", text),
            format!("\"{text}\" is not a number from 1 to 10")
        );
    }
    assert_eq!(
        message("OPTIONAL", "65536"),
        "\"65536\" is not a number from 0 to 65535"
    );
    assert_eq!(message("RATIO", "1.01"), "\"1.01\" is not a number from 0 to 1");
    for text in ["NaN", "inf", "1e9"] {
        assert_eq!(
            message("RATIO", text),
            format!("\"{text}\" is not a number from 0 to 1")
        );
    }
    assert_eq!(
        message("RATIO", "-inf"),
        "4 characters that are not a number from 0 to 1"
    );
}

#[test]
fn the_kind_of_a_number_problem_tells_a_slip_from_a_wrong_choice() {
    let kind = |text| {
        load(&[("NUMBER", text)])
            .expect_err(text)
            .problems()
            .next()
            .expect("one")
            .kind()
    };
    assert_eq!(kind("11"), ProblemKind::OutOfRange);
    assert_eq!(kind("99999999999999"), ProblemKind::OutOfRange);
    assert_eq!(kind("1a"), ProblemKind::WrongType);
}

#[test]
fn durations_are_read_as_people_write_them() {
    for (text, duration) in [
        ("0", Duration::ZERO),
        ("250ms", Duration::from_millis(250)),
        (" 1h30m ", Duration::from_secs(5400)),
        ("1.5s", Duration::from_millis(1500)),
        ("2d", Duration::from_secs(172_800)),
        ("3us", Duration::from_micros(3)),
        ("9ns", Duration::from_nanos(9)),
    ] {
        assert_eq!(load(&[("TIMEOUT", text)]).unwrap().timeout, duration, "{text}");
    }
    for text in ["5", "5 s", "-5s", "5sec", "1.5", "∞"] {
        let told = format!("\"{text}\" is not a duration such as 250ms, 5s or 1h30m");
        assert_eq!(message("TIMEOUT", text), told);
    }
    let told = "4 characters that are not a duration such as 250ms, 5s or 1h30m";
    assert_eq!(message("TIMEOUT", "1s1h"), told);
}

#[test]
fn lists_are_trimmed_and_have_no_empty_items() {
    assert_eq!(load(&[("LIST", " 3 ,, 4,")]).unwrap().list, [3, 4]);
    assert!(load(&[("LIST", " , ")]).unwrap().list.is_empty());
    let hosts = load(&[("HOSTS", "a, b; c d ;")]).unwrap().hosts;
    assert_eq!(hosts, Some(vec!["a, b".to_owned(), "c d".to_owned()]));
    assert_eq!(
        message("LIST", "1,x,3"),
        "item 2: \"x\" is not a number from 0 to 255"
    );
    assert_eq!(
        message("LIST", "1,,hunter2,3"),
        "item 2: 7 characters that are not a number from 0 to 255",
        "what is empty is no item"
    );
}

#[test]
fn a_list_of_another_language_is_refused_with_the_way_to_write_it() {
    for (name, text) in [
        ("LIST", "[1,2]"),
        ("LIST", "[]"),
        ("HOSTS", r#"["a";"b"]"#),
        ("HOSTS", r#"["a"]"#),
        ("HOSTS", "['a'; 'b']"),
        ("HOSTS", "[a; b]"),
    ] {
        assert_eq!(message(name, text), "is written as a list of JSON", "{text}");
    }
    for (name, text) in [
        ("LIST", r#""1","2""#),
        ("HOSTS", r#""a;b""#),
        ("HOSTS", "'a;b'"),
        ("HOSTS", r#"a; "b""#),
    ] {
        assert_eq!(message(name, text), "has quotes around its items", "{text}");
    }
    let error = load(&[("HOSTS", r#"["a"]"#)]).unwrap_err();
    assert_eq!(
        error.problems().next().and_then(|problem| problem.remedy()),
        Some("write the items without brackets and quotes, such as a; b")
    );
    // What is the items' own stays theirs.
    for text in [
        "[::1]:80; [::1]:81",
        "[::1]",
        "'self'; 'none'",
        "[a-z]; x",
        "it's",
    ] {
        let hosts = load(&[("HOSTS", text)]).unwrap().hosts.unwrap();
        assert_eq!(hosts.join("; "), text);
    }
}

#[test]
fn a_path_is_one_of_those_allowed() {
    use std::path::PathBuf;
    #[derive(Debug, SecureConfig)]
    struct Allowed {
        #[secure(env = "P", one_of = ["/a", "/b"])]
        path: PathBuf,
    }
    let load = |path| Allowed::loader().vars([("P", path)]).load();
    assert_eq!(load("/b").unwrap().path, PathBuf::from("/b"));
    assert_eq!(problems(&load("/c")), [("P", "not_one_of")]);
}

#[test]
fn a_list_is_bounded() {
    let many = "1,".repeat(10_001);
    assert_eq!(message("LIST", &many), "has more than 10000 items");
    let most = "1,".repeat(10_000);
    assert_eq!(load(&[("LIST", &most)]).unwrap().list.len(), 10_000);
}

#[test]
fn the_length_of_a_text_is_counted_in_bytes() {
    assert_eq!(message("CODE", "a"), "is shorter than 2 bytes");
    assert_eq!(message("CODE", "abcde"), "is longer than 4 bytes");
    assert_eq!(message("CODE", "ééé"), "is longer than 4 bytes");
    assert_eq!(load(&[("CODE", "éé")]).unwrap().code.as_deref(), Some("éé"));
    assert_eq!(message("LETTER", "ab"), "\"ab\" is not one character");
    assert_eq!(load(&[("LETTER", "é")]).unwrap().letter, 'é');
}

#[test]
fn a_plain_value_is_quoted_only_where_its_shape_protects_nothing() {
    assert_eq!(
        message("NUMBER", "\u{1b}[\u{202e}"),
        r#""\u{1b}[\u{202e}" is not a number from 1 to 10"#
    );
    for secret in [
        "hunter2",
        "swordfish",
        "abcdefghijklmno",
        "Tr0ub4dor&3",
        "482915",
        "4111111111111111",
        "correct horse",
    ] {
        for name in ["NUMBER", "RATIO", "TIMEOUT", "FLAG", "LETTER", "OPTIONAL", "LIST"] {
            let Err(error) = load(&[(name, secret)]) else {
                continue;
            };
            let told = format!("{error}{error:?}{}", error.report().to_json());
            assert!(!told.contains(secret), "{told}");
            assert!(told.contains(&format!("{} ", secret.len())), "its length: {told}");
        }
    }
}

#[test]
fn quotes_that_were_kept_are_named() {
    for (name, value) in [
        ("NUMBER", "\"8\""),
        ("RATIO", "'0.5'"),
        ("FLAG", "\"true\""),
        ("TIMEOUT", "'5s'"),
        ("OPTIONAL", "\"8080\""),
    ] {
        let error = load(&[(name, value)]).expect_err(value);
        let remedy = error
            .problems()
            .next()
            .expect("one")
            .remedy()
            .expect("there is one");
        assert!(remedy.contains("remove the quotes"), "{error}");
    }
    // A text takes them, and its operator is warned.
    let loader = Plain::loader().vars([("TEXT", "\"a\""), ("PATH", "'/tmp'"), ("LETTER", "\"")]);
    let (plain, report) = loader.load_with_report().unwrap();
    assert_eq!((plain.text.as_str(), plain.letter), ("\"a\"", '"'));
    let told: Vec<_> = report
        .warnings()
        .filter(|warning| warning.message().contains("quotes"))
        .map(|warning| warning.key())
        .collect();
    assert_eq!(told, ["TEXT", "PATH"]);
}

#[test]
fn a_variable_set_to_nothing_is_a_warning_where_something_else_counts() {
    let names = ["NUMBER", "RATIO", "TIMEOUT", "FLAG", "TEXT", "LETTER", "LIST"];
    let without_default = ["OPTIONAL", "HOSTS", "PATH", "CODE"];
    let empty = names.into_iter().chain(without_default).map(|name| (name, ""));
    let (_, report) = Plain::loader().vars(empty).load_with_report().unwrap();
    let told: Vec<_> = report
        .warnings()
        .filter(|warning| warning.kind() == ProblemKind::Empty)
        .collect();
    let keys: Vec<_> = told.iter().map(|warning| warning.key()).collect();
    assert_eq!(keys, names, "an option that is set to nothing is none");
    for warning in told {
        assert_eq!(warning.message(), "is set to nothing: its default counts");
        assert_eq!(warning.origin(), Some(&secure_config::Origin::Environment));
    }

    let scratch = Scratch::new();
    let dotenv = scratch.file("dotenv", "OPTIONAL=1\n");
    let loader = Plain::loader().vars([("OPTIONAL", "")]).dotenv(&dotenv);
    let (plain, report) = loader.load_with_report().unwrap();
    assert_eq!(plain.optional, Some(1));
    let told = report
        .warnings()
        .find(|warning| warning.kind() == ProblemKind::Empty);
    let told = told.expect("what is set to nothing overrules nothing").message();
    assert!(
        told.starts_with("is set to nothing: the value of ") && told.ends_with("line 1 counts"),
        "{told}"
    );
}

#[test]
fn the_reason_of_a_parser_is_shown_unless_it_may_quote_the_value() {
    use secure_config::ValueError;

    fn fixed(_: &str) -> Result<u8, &'static str> {
        Err("the address has bits set beyond the prefix")
    }
    fn item(_: &str) -> Result<u8, ValueError> {
        Err(ValueError::new("is not an address").in_item(3))
    }
    fn quoting(text: &str) -> Result<u8, String> {
        Err(format!("what is {text:?}?"))
    }
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "they are never loaded")]
    struct Parsed {
        #[secure(parse = fixed)]
        fixed: Option<u8>,
        #[secure(parse = item)]
        item: Option<u8>,
        #[secure(parse = str::parse)]
        tiny: Option<u8>,
        #[secure(parse = quoting)]
        quoting: Option<u8>,
    }
    let told = |name: &str, value: &str| {
        let error = Parsed::loader().vars([(name, value)]).load().unwrap_err();
        error.problems().next().expect("one").message().to_owned()
    };
    // It looks like a secret, and it is long.
    let secret = "k7Jm+Qx2ZpB9vTn4LcWs8/".repeat(9);
    let count = secret.len();
    assert_eq!(
        told("FIXED", &secret),
        format!("{count} characters that are not valid: the address has bits set beyond the prefix")
    );
    assert_eq!(
        told("ITEM", &secret),
        format!("{count} characters that are not valid, item 3: is not an address")
    );
    assert_eq!(
        told("TINY", &secret),
        format!("{count} characters that are not valid: invalid digit found in string")
    );
    assert_eq!(
        told("QUOTING", &secret),
        format!("{count} characters that are not valid")
    );
    assert_eq!(
        told("QUOTING", "none"),
        "\"none\" is not valid: what is \"none\"?"
    );
}

#[cfg(unix)]
#[test]
fn only_paths_may_be_other_than_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let bytes = OsStr::from_bytes(b"/tmp/caf\xe9");
    let plain = Plain::loader().vars([("PATH", bytes)]).load().unwrap();
    assert_eq!(plain.path.as_deref(), Some(bytes.as_ref()));
    for name in ["TEXT", "NUMBER", "FLAG", "TIMEOUT", "LIST", "HOSTS", "LETTER"] {
        let loaded = Plain::loader().vars([(name, bytes)]).load();
        assert_eq!(problems(&loaded), [(name, "not_utf8")]);
    }
}

#[test]
fn a_text_default_that_does_not_parse_is_told_at_every_load() {
    #[derive(Debug, SecureConfig)]
    struct Wrong {
        #[secure(default = "soon")]
        #[expect(dead_code, reason = "it is never loaded")]
        timeout: Duration,
    }
    let loaded = Wrong::loader().vars([("OTHER", "x")]).load();
    assert_eq!(problems(&loaded), [("TIMEOUT", "wrong_type")]);
    let error = loaded.expect_err("the default is wrong");
    assert_eq!(
        error
            .problems()
            .next()
            .expect("one")
            .origin()
            .expect("one")
            .to_string(),
        "default"
    );
}

#[test]
fn a_type_that_no_text_makes_is_told_at_every_load() {
    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "it is never made")]
    struct Point {
        x: u8,
        y: u8,
    }
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct Unreadable {
        set: Option<Point>,
        unset: Option<Point>,
    }
    let error = Unreadable::loader().vars([("SET", "1,2")]).load().unwrap_err();
    let told: Vec<_> = error
        .problems()
        .map(|problem| (problem.key(), problem.message()))
        .collect();
    let message = "is of the type Point, which no text makes";
    assert_eq!(told, [("SET", message), ("UNSET", message)]);
    let remedy = error.problems().next().and_then(|problem| problem.remedy());
    assert!(
        remedy.is_some_and(|remedy| remedy.contains("#[secure(parse = …)]")),
        "{remedy:?}"
    );
}
