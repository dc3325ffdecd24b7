//! The `.env` file: every byte is kept, what is ambiguous is told by its line, and who may write it matters.

use secure_config::{LoadError, ProblemKind, Profile, Report, SecureConfig};
use tests::{Scratch, problems, warnings};

#[derive(Debug, SecureConfig)]
struct Settings {
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    d: Option<String>,
}

fn load(content: impl AsRef<[u8]>) -> Result<Settings, LoadError> {
    let scratch = Scratch::new();
    let path = scratch.file("dotenv", content);
    Settings::loader()
        .vars([("X", "")])
        .dotenv(path)
        .profile(Profile::Test)
        .load()
}

fn value_of(line: &str) -> Option<String> {
    load(line).unwrap_or_else(|error| panic!("{line}: {error}")).a
}

#[test]
fn every_byte_is_kept() {
    for (line, value) in [
        ("A=b", "b"),
        ("A = b ", "b"),
        ("export A=b", "b"),
        ("\u{feff}A=b", "b"),
        ("A=b\r\n", "b"),
        ("A=$2y$10$abcdefghijklmnopqrstuv", "$2y$10$abcdefghijklmnopqrstuv"),
        ("A=pa$word1 # comment", "pa$word1"),
        ("A=a#b", "a#b"),
        ("A='a # b'", "a # b"),
        ("A=\"a # b\" # c", "a # b"),
        ("A='$HOME ${HOME} \\n'", "$HOME ${HOME} \\n"),
        ("A=\"$HOME ${HOME} \\$\"", "$HOME ${HOME} $"),
        ("A=\"a\\nb\\tc\\\\\\\"\"", "a\nb\tc\\\""),
        (
            "A={\"key\": \"value\", \"list\": [1, 2]}",
            "{\"key\": \"value\", \"list\": [1, 2]}",
        ),
        ("A='{\"key\": \"a # b\"}'", "{\"key\": \"a # b\"}"),
        ("A=it's", "it's"),
        ("A=postgres://u:p@h/d?a=b#c", "postgres://u:p@h/d?a=b#c"),
        ("A='line 1\nline 2\n'", "line 1\nline 2\n"),
        (
            "A=\"-----BEGIN KEY-----\r\nabc\r\n-----END KEY-----\r\n\"",
            "-----BEGIN KEY-----\r\nabc\r\n-----END KEY-----\r\n",
        ),
        ("A=é…\u{1f511}", "é…\u{1f511}"),
        ("A=C:\\Users\\x", "C:\\Users\\x"),
    ] {
        assert_eq!(value_of(line).as_deref(), Some(value), "{line:?}");
    }
    for nothing in ["", "# A=b", "A=", "A= # b", "A=''", "A=\"\"", "\u{feff}"] {
        assert_eq!(value_of(nothing), None, "{nothing:?}");
    }
}

#[test]
fn a_whole_file() {
    let file = "\u{feff}# The service\r\n\r\nexport A='one'  # first\r\nB=\"two\r\nlines\"\r\n\tC = three = 3\r\nD=`4\r\n";
    let loaded = load(file);
    let error = loaded.expect_err("the last line is ambiguous");
    let told: Vec<String> = error
        .problems()
        .map(|problem| problem.message().to_owned())
        .collect();
    assert_eq!(told, ["line 7 begins with a backtick"]);

    let settings = load(file.replace('`', "")).unwrap();
    assert_eq!(settings.a.as_deref(), Some("one"));
    assert_eq!(settings.b.as_deref(), Some("two\r\nlines"));
    assert_eq!(settings.c.as_deref(), Some("three = 3"));
    assert_eq!(settings.d.as_deref(), Some("4"));
}

#[test]
fn what_is_ambiguous_is_told_by_its_line_number_alone() {
    for line in [
        "hunter2hunter2",
        "A hunter2hunter2",
        "A: hunter2hunter2",
        "1A=hunter2hunter2",
        "A-B=hunter2hunter2",
        "A.B=hunter2hunter2",
        "=hunter2hunter2",
        "A=\"hunter2hunter2",
        "A='hunter2hunter2",
        "A=\"hunter2\"hunter2",
        "A='hunter2''hunter2'",
        "A=\"hunter2\\hunter2\"",
        "A=`hunter2hunter2`",
        "A=hunter2hunter2\\",
        "A={\"a\": \"hunter2 # hunter2\"}",
        "A=hunter2\0hunter2",
        "export hunter2hunter2",
        "A=hunter2\\$hunter2",
        "A=hunter2$$hunter2",
        "A=\"hunter2$$hunter2\"",
        "A=$$",
        "A=hunter2\rB=hunter2",
        "A='hunter2\rhunter2'",
        "# A=hunter2\rA=hunter2",
    ] {
        let error = load(format!("# comment\n\n{line}\n")).expect_err(line);
        assert_eq!(error.problems().len(), 1, "{line}: {error}");
        let problem = error.problems().next().expect("there is one");
        assert_eq!(problem.kind(), ProblemKind::Dotenv);
        assert!(problem.message().starts_with("line 3 "), "{line}: {problem}");
        assert!(problem.remedy().is_some(), "{problem}");
        assert!(!error.to_string().contains("hunter"), "{error}");
    }
}

#[test]
fn one_dollar_is_a_plain_character() {
    for (line, value) in [
        ("A=$2y$10$abcdefghijklmnopqrstuv", "$2y$10$abcdefghijklmnopqrstuv"),
        ("A='a$$b\\$c'", "a$$b\\$c"),
        ("A=\"a\\$\\$b\"", "a$$b"),
        ("A=a\\b$", "a\\b$"),
    ] {
        assert_eq!(value_of(line).as_deref(), Some(value), "{line:?}");
    }
}

#[test]
fn line_ends_of_old_systems_are_one_error() {
    for file in [
        "A=1\rB=2\rC=3\r",
        "# A file\rA=1\rB=2",
        "A=1\n\rB=2\r",
        "\u{feff}A=1\rB=2\r",
    ] {
        let error = load(file).expect_err("each line would end up in the one before it");
        assert_eq!(error.problems().len(), 1, "{error}");
        let told = error.to_string();
        assert!(
            told.contains("has a carriage return without a line feed") && told.contains("LF or CRLF"),
            "{told}"
        );
    }
    let told = load("A=1\nB=2\nC=3\rD=4\n").expect_err("line 3").to_string();
    assert!(told.contains("line 3 has a carriage return"), "{told}");
    // Both common kinds, mixed, and one that ends the file are nothing.
    assert!(load("A=1\r\nB=2\nC='x\r\ny'\r\nD=4\r").is_ok());
}

#[test]
fn wide_encodings_are_one_error() {
    let text = "JWT_SECRET=k7Jm\r\nA=1\r\nB=2\r\nC=3\r\n";
    let wide = |mark: bool, big: bool| -> Vec<u8> {
        let mark = mark.then_some('\u{feff}');
        let units: Vec<u16> = mark
            .into_iter()
            .chain(text.chars())
            .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
            .collect();
        units
            .iter()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let of_four: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    for file in [
        wide(true, false),
        wide(true, true),
        wide(false, false),
        wide(false, true),
        of_four,
    ] {
        let error = load(file).expect_err("it is not UTF-8");
        assert_eq!(error.problems().len(), 1, "{error}");
        let problem = error.problems().next().expect("there is one");
        assert_eq!(problem.message(), "line 1 begins text in UTF-16 or UTF-32");
        assert_eq!(problem.remedy(), Some("save the file as UTF-8"));
    }
}

#[test]
fn a_name_that_stands_twice_is_told_at_its_second_line() {
    let error = load("A=1\nB=2\nA=3\n").expect_err("A stands twice");
    let told: Vec<_> = error.problems().map(|problem| problem.message()).collect();
    assert_eq!(told, ["line 3 sets a name that an earlier line sets"]);
}

#[test]
fn the_lines_behind_a_mistake_are_read() {
    let loaded = load("A=\"open\nwrong\nB=2\nC='also open\n");
    let error = loaded.expect_err("three lines are wrong");
    let told: Vec<_> = error.problems().map(|problem| problem.message()).collect();
    assert_eq!(
        told,
        [
            "line 1 opens a quote that nothing closes",
            "line 2 is not NAME=value",
            "line 4 opens a quote that nothing closes",
        ]
    );
}

#[test]
fn it_is_optional_where_it_is_not_named() {
    let scratch = Scratch::new();
    let missing = scratch.join("missing");
    let loaded = Settings::loader().vars([("A", "1")]).dotenv(&missing).load();
    assert_eq!(problems(&loaded), [(missing.to_str().unwrap(), "unreadable")]);
    assert!(Settings::loader().vars([("A", "1")]).no_dotenv().load().is_ok());
}

#[test]
fn it_chooses_no_profile() {
    let scratch = Scratch::new();
    let path = scratch.file("dotenv", "APP_ENV=development\nA=1\n");
    let (_, report) = Settings::loader()
        .vars([("X", "")])
        .dotenv(path)
        .load_with_report()
        .unwrap();
    assert_eq!(report.profile(), Profile::Production);
    assert!(warnings(&report).contains(&("APP_ENV", "profile")), "{report}");
}

#[cfg(unix)]
mod access {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

    use super::*;

    /// Loads in this profile with a file of this mode.
    fn load(profile: Profile, mode: u32) -> Result<(Settings, Report), LoadError> {
        let scratch = Scratch::new();
        let path = scratch.file("dotenv", "A=1\n");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("the file is ours");
        Settings::loader()
            .vars([("X", "")])
            .dotenv(path)
            .profile(profile)
            .load_with_report()
    }

    fn codes(profile: Profile, mode: u32) -> (usize, usize) {
        let count = |loaded: &Result<_, LoadError>| problems(loaded).len();
        let loaded = load(profile, mode);
        if let Err(error) = &loaded {
            assert!(
                error
                    .problems()
                    .all(|problem| problem.kind() == ProblemKind::Permissions)
            );
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
        let warned = loaded.as_ref().map_or(0, |(_, report)| {
            report
                .warnings()
                .filter(|warning| warning.kind() == ProblemKind::Permissions)
                .count()
        });
        (count(&loaded), warned)
    }

    #[test]
    fn in_production_others_must_not_write_it_and_better_not_read_it() {
        for (mode, expected) in [
            (0o600, (0, 0)),
            (0o400, (0, 0)),
            (0o640, (0, 1)),
            (0o604, (0, 1)),
            (0o644, (0, 1)),
            (0o620, (1, 0)),
            (0o602, (1, 0)),
            (0o666, (1, 0)),
            (0o777, (1, 0)),
        ] {
            assert_eq!(codes(Profile::Production, mode), expected, "{mode:o}");
        }
    }

    #[test]
    fn elsewhere_nobody_asks() {
        for profile in [Profile::Development, Profile::Test, Profile::Staging] {
            assert_eq!(codes(profile, 0o666), (0, 0), "{profile}");
        }
    }

    #[test]
    fn in_production_it_must_not_belong_to_another_user() {
        let scratch = Scratch::new();
        let path = scratch.file("dotenv", "A=1\n");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let load = |profile| {
            let loader = Settings::loader().vars([("X", "")]).dotenv(&path);
            loader.profile(profile).load()
        };
        let another = fs::metadata(&path).unwrap().uid() + 1;
        // Only root can give a file away; anyone else may keep to the file being their own.
        if chown(&path, Some(another), None).is_err() {
            assert!(load(Profile::Production).is_ok());
            return;
        }
        assert_eq!(
            problems(&load(Profile::Production)),
            [(path.to_str().unwrap(), "permissions")]
        );
        assert!(load(Profile::Staging).is_ok());
    }

    #[test]
    fn a_link_is_judged_by_the_file_it_leads_to() {
        let scratch = Scratch::new();
        let path = scratch.file("real", "A=1\n");
        fs::set_permissions(&path, Permissions::from_mode(0o622)).unwrap();
        symlink("real", scratch.join("link")).unwrap();
        let loaded = Settings::loader()
            .vars([("X", "")])
            .dotenv(scratch.join("link"))
            .load();
        assert_eq!(problems(&loaded).len(), 1);
    }

    #[test]
    fn mounted_secret_files_may_be_read_by_all() {
        let scratch = Scratch::new();
        let path = scratch.file("a", "1");
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        let (settings, report) = Settings::loader()
            .vars([("A_FILE", path)])
            .load_with_report()
            .unwrap();
        assert_eq!(settings.a.as_deref(), Some("1"));
        assert_eq!(warnings(&report), []);
    }
}
