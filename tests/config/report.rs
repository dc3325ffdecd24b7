//! The report: its text, its JSON, and what programs read from it.

use std::fmt::Write;

use secure_config::{LoadError, Problem, ProblemKind, Profile, SecureConfig};
use serde_json::Value;
use tests::{STRONG, Scratch, set_mode};

use crate::service::Settings;

/// A start with one problem of nearly every sort.
fn refused() -> (LoadError, Scratch) {
    let scratch = Scratch::new();
    // A path too long for its column: what stands beside it is the same wherever the directory is.
    let dotenv = scratch.file(
        "a directory with a long name/.env",
        "# the secrets\nJWT_ACCESS_SECRET=change_this_secret\nPORT=80a\nwrong line\n",
    );
    set_mode(&dotenv, 0o644);
    let vars = [
        ("JWT_REFRESH_SECRET", "${JWT_REFRESH_SECRET}"),
        ("REFRESH_TOKEN_FINGERPRINT_PEPER", STRONG[0]),
        ("LOG_LEVEL", "LOUD\u{1b}"),
        ("DEBUG", "true"),
        ("DATABASE_MAX_POOL_SIZE", "5000"),
        ("DATABASE_URL", "postgres://app:secret@db/app"),
        ("PROMETHEUS_ENABLD", "true"),
    ];
    let error = Settings::loader()
        .vars(vars)
        .dotenv(dotenv)
        .load()
        .expect_err("nearly all is wrong");
    (error, scratch)
}

/// The same report at every run: the directory of the file is named `.`.
fn settled(text: &str, scratch: &Scratch) -> String {
    let directory = scratch.join("a directory with a long name");
    text.replace(directory.to_str().expect("it is UTF-8"), ".")
}

/// Compares with a file of `golden/`, or writes it when `UPDATE_GOLDEN` is set.
fn assert_golden(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("config/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file is there");
    assert_eq!(
        text,
        golden,
        "{} differs; UPDATE_GOLDEN=1 writes it anew",
        path.display()
    );
}

#[test]
fn the_text_is_a_table_for_people() {
    let (error, scratch) = refused();
    assert_golden("refused.txt", &settled(&error.to_string(), &scratch));
    assert_eq!(format!("{error:?}"), error.to_string());
    assert_eq!(format!("{error:#?}"), error.to_string());
}

#[test]
fn the_text_of_one_problem_is_short() {
    let vars = [
        ("JWT_ACCESS_SECRET", "changeme"),
        ("JWT_REFRESH_SECRET", STRONG[1]),
        ("REFRESH_TOKEN_FINGERPRINT_PEPPER", STRONG[2]),
    ];
    let loader = Settings::loader().vars(vars).profile(Profile::Test);
    assert_golden(
        "one.txt",
        &loader.load().expect_err("it is a default").to_string(),
    );
}

#[test]
fn a_good_load_tells_its_warnings() {
    let vars = [
        ("APP_ENV", "dev"),
        ("JWT_ACCESS_SECRET", STRONG[0]),
        ("JWT_REFRESH_SECRET", STRONG[1]),
        ("PRT", "1"),
    ];
    let (_, report) = Settings::loader().vars(vars).load_with_report().unwrap();
    assert_golden("warned.txt", &report.to_string());
}

#[test]
fn there_is_nothing_to_say_of_a_good_load_without_warnings() {
    let vars = crate::service::SECRETS.into_iter().zip(STRONG);
    let (_, report) = Settings::loader().vars(vars).load_with_report().unwrap();
    assert_eq!(report.to_string(), "");
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["event"], "configuration_loaded");
}

#[test]
fn json_is_one_line_that_says_the_same() {
    let (error, scratch) = refused();
    let line = error.report().to_json();
    assert!(!line.contains('\n'));
    assert_golden("refused.json", &settled(&line, &scratch));

    let json: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(json["event"], "configuration_refused");
    assert_eq!(json["profile"], "production");
    assert_eq!(json["profile_from"], Value::Null);
    assert_says_the_same(&json["problems"], error.report().problems());
    assert_says_the_same(&json["warnings"], error.report().warnings());
}

fn assert_says_the_same<'p>(json: &Value, problems: impl ExactSizeIterator<Item = &'p Problem>) {
    let list = json.as_array().expect("it is a list");
    assert_eq!(list.len(), problems.len());
    for (value, problem) in list.iter().zip(problems) {
        assert_eq!(value["key"], problem.key());
        assert_eq!(value["code"], problem.kind().code());
        assert_eq!(value["message"], problem.message());
        assert_eq!(value["remedy"].as_str(), problem.remedy());
        let origin = problem.origin().map(ToString::to_string);
        assert_eq!(value["origin"].as_str(), origin.as_deref());
    }
}

#[test]
fn json_survives_whatever_a_value_holds() {
    let hostile = "\"\\\u{0}\u{1}\u{1f}\u{7f}\u{85}\u{2028}\u{2029}\u{202e}\u{feff}\u{e0001}é";
    let mut all = String::new();
    for value in [hostile, &hostile.repeat(3), "\\u0000", "\"}],\"x\":[{"] {
        let error = Settings::loader()
            .vars([("PORT", value)])
            .load()
            .expect_err("it is no port");
        let line = error.report().to_json();
        let json: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let port = json["problems"]
            .as_array()
            .unwrap()
            .iter()
            .find(|problem| problem["key"] == "PORT");
        write!(all, "{}", port.unwrap()["message"]).unwrap();
        assert!(line.chars().all(|character| !character.is_control()), "{line:?}");
        assert!(
            !line.contains(['\u{2028}', '\u{2029}', '\u{202e}', '\u{feff}']),
            "{line:?}"
        );
        assert!(
            !error.to_string().replace('\n', "").contains(char::is_control),
            "{error}"
        );
    }
}

#[test]
fn programs_read_problems_one_by_one() {
    let (error, _scratch) = refused();
    let access = error
        .problems()
        .find(|problem| problem.key() == "JWT_ACCESS_SECRET")
        .unwrap();
    assert!(matches!(access.kind(), ProblemKind::Weak(_)));
    assert_eq!(access.kind().code(), "known_default");
    assert_eq!(access.message(), "is a known default");
    assert_eq!(access.remedy(), Some("make one:  openssl rand -base64 32"));
    assert!(access.origin().unwrap().to_string().ends_with(".env line 2"));
    assert!(std::error::Error::source(&error).is_none());
}

#[test]
fn errors_and_settings_go_between_threads() {
    fn goes<T: Send + Sync + 'static>() {}
    goes::<LoadError>();
    goes::<secure_config::Report>();
    goes::<Settings>();
    goes::<secure_config::Loader<Settings>>();
}

#[test]
fn debug_of_settings_hides_what_is_secret() {
    let vars = crate::service::SECRETS.into_iter().zip(STRONG);
    let url = format!(
        "postgres://app:{}@db.example.com:5432/app?key=value",
        &STRONG[3][..20]
    );
    let settings = Settings::loader()
        .vars(vars.chain([("DATABASE_URL", url.as_str())]))
        .load()
        .unwrap();
    assert_eq!(
        format!("{settings:?}"),
        "Settings { jwt_access_secret: SecretString([REDACTED]), jwt_refresh_secret: SecretString([REDACTED]), \
         refresh_token_fingerprint_pepper: SecretString([REDACTED]), port: 8080, log_level: \"INFO\", debug: false, \
         database: Database { url: Some(SecretUrl(postgres://db.example.com)), max_pool_size: 50 }, sentry_dsn: None, \
         prometheus_enabled: false }"
    );
}
