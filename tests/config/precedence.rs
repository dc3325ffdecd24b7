//! The first source that has a value wins.

use std::fs;

use secure_config::{Origin, Profile, Report, SecureConfig};
use tests::{Scratch, problems, warnings};

#[derive(Debug, SecureConfig)]
struct Settings {
    #[secure(env = ["NAME", "OLD_NAME", "OLDEST_NAME"], default = "default")]
    name: String,
}

/// The places a value can stand in, in the order in which they are asked.
const PLACES: [&str; 6] = [
    "environment",
    "file",
    "directory",
    "credentials",
    ".env",
    "default",
];

/// Loads with a value in each of these places that says which place it is.
fn load(in_places: &[&str], empty: &[&str]) -> Result<(Settings, Report), secure_config::LoadError> {
    let scratch = Scratch::new();
    let value = |place: &str| {
        if empty.contains(&place) {
            ""
        } else {
            PLACES[index(place)]
        }
    };
    let mut vars: Vec<(&str, std::ffi::OsString)> = Vec::new();
    let mut loader = Settings::loader();
    for place in in_places {
        match *place {
            "environment" => vars.push(("NAME", value(place).into())),
            "file" => vars.push(("NAME_FILE", scratch.file("named", value(place)).into())),
            "directory" => {
                scratch.file("secrets/NAME", value(place));
                loader = loader.secrets_dir(scratch.join("secrets"));
            }
            "credentials" => {
                scratch.file("credentials/name", value(place));
                vars.push(("CREDENTIALS_DIRECTORY", scratch.join("credentials").into()));
            }
            ".env" => loader = loader.dotenv(scratch.file("dotenv", format!("NAME={}\n", value(place)))),
            _ => {}
        }
    }
    loader.vars(vars).profile(Profile::Test).load_with_report()
}

fn index(place: &str) -> usize {
    PLACES
        .iter()
        .position(|known| *known == place)
        .expect("it is one of the places")
}

#[test]
fn of_every_two_places_the_first_wins() {
    for (at, first) in PLACES.iter().enumerate() {
        for second in &PLACES[at..] {
            let loaded = load(&[second, first], &[]);
            if (*first, *second) == ("environment", "file") {
                assert_eq!(problems(&loaded), [("NAME", "conflict")]);
                continue;
            }
            let (settings, report) = loaded.unwrap();
            assert_eq!(settings.name, *first, "{first} and {second}");
            assert_eq!(warnings(&report), [], "{first} and {second}");
        }
    }
}

#[test]
fn of_all_places_the_first_wins() {
    for skipped in 1..PLACES.len() {
        // Not both of the first two: they contradict each other.
        let (settings, _) = load(&PLACES[skipped..], &[]).unwrap();
        assert_eq!(settings.name, PLACES[skipped]);
    }
}

#[test]
fn an_empty_value_lets_the_next_place_speak() {
    for (at, first) in PLACES[..5].iter().enumerate() {
        for second in &PLACES[at + 1..] {
            let (settings, _) = load(&[first, second], &[first]).unwrap();
            assert_eq!(settings.name, *second, "{first} is empty, then {second}");
        }
    }
}

#[test]
fn the_newest_name_wins_in_one_place_and_an_old_one_is_warned_of() {
    let load = |vars: &[(&'static str, &'static str)]| {
        let (settings, report) = Settings::loader()
            .vars(vars.iter().copied())
            .load_with_report()
            .unwrap();
        let told: Vec<String> = report.warnings().map(ToString::to_string).collect();
        (settings.name, told)
    };
    assert_eq!(load(&[("NAME", "new")]), ("new".into(), vec![]));
    let told = "OLD_NAME is an old name (environment); use NAME".to_owned();
    assert_eq!(load(&[("OLD_NAME", "old")]), ("old".into(), vec![told]));
    let told = "OLDEST_NAME is ignored: NAME is set (environment); remove it".to_owned();
    assert_eq!(
        load(&[("OLDEST_NAME", "oldest"), ("NAME", "new")]),
        ("new".into(), vec![told])
    );
    assert_eq!(load(&[("OLD_NAME", "a"), ("OLDEST_NAME", "b")]).1.len(), 2);
    assert_eq!(load(&[("OLD_NAME", "a"), ("NAME", "")]).0, "a");
}

#[test]
fn an_old_name_in_the_environment_wins_over_the_new_one_in_a_file() {
    let scratch = Scratch::new();
    let dotenv = scratch.file("dotenv", "NAME=new\n");
    let loader = Settings::loader()
        .vars([("OLD_NAME", "old")])
        .dotenv(dotenv)
        .profile(Profile::Test);
    let (settings, report) = loader.load_with_report().unwrap();
    assert_eq!(settings.name, "old");
    assert_eq!(warnings(&report), [("OLD_NAME", "deprecated")]);
}

#[test]
fn the_file_of_an_old_name_is_read() {
    let scratch = Scratch::new();
    let path = scratch.file("old", "from the file\n");
    let loader = Settings::loader().vars([("OLD_NAME_FILE", path)]);
    let (settings, report) = loader.load_with_report().unwrap();
    assert_eq!(settings.name, "from the file");
    assert_eq!(warnings(&report), [("OLD_NAME", "deprecated")]);
}

#[test]
fn a_conflict_is_told_in_dotenv_too() {
    let scratch = Scratch::new();
    let dotenv = scratch.file("dotenv", "NAME=a\nNAME_FILE=b\n");
    let loaded = Settings::loader().vars([("X", "")]).dotenv(dotenv).load();
    assert_eq!(problems(&loaded), [("NAME", "conflict")]);
}

#[test]
fn a_value_in_the_environment_makes_a_file_in_dotenv_irrelevant() {
    let scratch = Scratch::new();
    let dotenv = scratch.file("dotenv", "NAME_FILE=/does/not/exist\n");
    let settings = Settings::loader()
        .vars([("NAME", "a")])
        .dotenv(dotenv)
        .load()
        .unwrap();
    assert_eq!(settings.name, "a");
}

#[test]
fn several_directories_are_asked_in_their_order() {
    let scratch = Scratch::new();
    scratch.file("two/NAME", "two");
    fs::create_dir(scratch.join("one")).unwrap();
    let loader = || {
        Settings::loader()
            .vars([("X", "")])
            .secrets_dir(scratch.join("one"))
            .secrets_dir(scratch.join("two"))
    };
    assert_eq!(loader().load().unwrap().name, "two");
    scratch.file("one/name", "one");
    assert_eq!(loader().load().unwrap().name, "one");
    scratch.file("one/NAME", "ONE");
    assert_eq!(loader().load().unwrap().name, "ONE");
}

#[test]
fn the_origin_names_the_place() {
    #[derive(Debug, SecureConfig)]
    struct Number {
        #[secure(default = 1)]
        #[expect(dead_code, reason = "it is never loaded")]
        number: u8,
    }
    let scratch = Scratch::new();
    let origin = |loader: secure_config::Loader<Number>| {
        let error = loader.load().expect_err("x is no number");
        error.problems().next().expect("one").origin().cloned()
    };
    let vars = |name: &'static str, value: &std::path::Path| Number::loader().vars([(name, value)]);
    assert_eq!(origin(vars("NUMBER", "x".as_ref())), Some(Origin::Environment));
    let file = scratch.file("number", "x");
    assert_eq!(
        origin(vars("NUMBER_FILE", &file)),
        Some(Origin::File(file.as_path().into()))
    );
    let dotenv = scratch.file("dotenv", "# first\n\nNUMBER=x\n");
    let expected = Origin::Dotenv {
        path: dotenv.as_path().into(),
        line: 3,
    };
    assert_eq!(
        origin(Number::loader().vars([("X", "")]).dotenv(dotenv.clone())),
        Some(expected)
    );
}
