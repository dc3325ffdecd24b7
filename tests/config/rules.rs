//! The rules for secrets: which one applies, and one problem for each secret.

use secure_config::{LoadError, SecretBytes, SecretString, SecretUrl, SecureConfig};
use tests::{Numbers, STRONG, base64, hex, problems, warnings};

use crate::service::{SECRETS, Settings};

/// Loads the service with these values of its three secrets.
fn load(secrets: [&str; 3]) -> Result<Settings, LoadError> {
    Settings::loader().vars(SECRETS.into_iter().zip(secrets)).load()
}

#[test]
fn sound_secrets_pass() {
    let settings = load([STRONG[0], STRONG[1], STRONG[2]]).unwrap();
    assert!(settings.jwt_access_secret.ct_eq(STRONG[0]));
    assert!(settings.jwt_refresh_secret.ct_eq(STRONG[1]));
    assert!(settings.refresh_token_fingerprint_pepper.ct_eq(STRONG[2]));
}

#[test]
fn each_rule_has_its_code() {
    for (value, code) in [
        ("", "empty"),
        ("changeme", "known_default"),
        ("Change-Me", "known_default"),
        ("change_this_secret", "known_default"),
        ("CHANGE THIS SECRET", "known_default"),
        ("${JWT_ACCESS_SECRET}", "template"),
        ("<your secret here>", "template"),
        ("{{ jwt_access_secret }}", "template"),
        ("q7Rt9bNv3sL", "too_short"),
        ("1qfhiMhXUDW9zRRI3AqTvLEGCJ2llfE", "too_short"),
        (" 1qfhiMhXUDW9zRRI3AqTvLEGCJ2llfE/W2hGe5eD2ZY=", "edge_whitespace"),
        (
            "1qfhiMhXUDW9zRRI3AqTvLEGCJ2llfE/W2hGe5eD2ZY=\n",
            "edge_whitespace",
        ),
        (
            "django-insecure-1qfhiMhXUDW9zRRI3AqTvLEGCJ2llfE",
            "insecure_prefix",
        ),
    ] {
        let loaded = load([value, STRONG[1], STRONG[2]]);
        assert_eq!(problems(&loaded), [("JWT_ACCESS_SECRET", code)], "{value:?}");
    }
}

#[test]
fn a_secret_that_must_differ_from_another_is_refused_when_it_does_not() {
    let loaded = load([STRONG[0], STRONG[0], STRONG[2]]);
    assert_eq!(problems(&loaded), [("JWT_REFRESH_SECRET", "same_as_another")]);
    assert!(
        loaded
            .expect_err("they are equal")
            .to_string()
            .contains("is the same as JWT_ACCESS_SECRET")
    );
}

#[test]
fn equal_secrets_that_were_not_declared_to_differ_are_warned_of() {
    let vars = SECRETS.into_iter().zip([STRONG[0], STRONG[1], STRONG[0]]);
    let (_, report) = Settings::loader().vars(vars).load_with_report().unwrap();
    assert_eq!(
        warnings(&report),
        [("REFRESH_TOKEN_FINGERPRINT_PEPPER", "same_as_another")]
    );
}

#[test]
fn only_secrets_that_passed_are_compared() {
    assert_eq!(
        problems(&load(["changeme", "changeme", STRONG[2]])),
        [
            ("JWT_ACCESS_SECRET", "known_default"),
            ("JWT_REFRESH_SECRET", "known_default")
        ]
    );
}

#[test]
fn all_problems_of_all_fields_are_in_one_report() {
    let vars = [
        ("JWT_ACCESS_SECRET", "change_this_secret"),
        ("REFRESH_TOKEN_FINGERPRINT_PEPPER", "short"),
        ("PORT", "80a"),
        ("LOG_LEVEL", "LOUD"),
        ("DEBUG", "true"),
        ("DATABASE_MAX_POOL_SIZE", "0"),
        ("DATABASE_URL", "localhost"),
        ("PROMETHEUS_ENABLED", "maybe"),
    ];
    assert_eq!(
        problems(&Settings::loader().vars(vars).load()),
        [
            ("JWT_ACCESS_SECRET", "known_default"),
            ("JWT_REFRESH_SECRET", "missing"),
            ("REFRESH_TOKEN_FINGERPRINT_PEPPER", "too_short"),
            ("PORT", "wrong_type"),
            ("LOG_LEVEL", "not_one_of"),
            ("DEBUG", "not_in_production"),
            ("DATABASE_URL", "wrong_type"),
            ("DATABASE_MAX_POOL_SIZE", "out_of_range"),
            ("PROMETHEUS_ENABLED", "wrong_type"),
        ]
    );
}

#[derive(Debug, SecureConfig)]
#[expect(dead_code, reason = "of some fields only the problems matter")]
struct Keys {
    #[secure(encoding = "hex", len = 32)]
    hex: Option<SecretBytes>,
    #[secure(encoding = "base64")]
    base64: Option<SecretBytes>,
    #[secure(encoding = "base64url", min_len = 24, max_len = 40)]
    base64url: Option<SecretBytes>,
    raw: Option<SecretBytes>,
    #[secure(max_len = 50)]
    text: Option<SecretString>,
    #[secure(delimiter = ' ')]
    list: Option<Vec<SecretString>>,
    url: Option<SecretUrl>,
}

fn key(name: &str, value: &str) -> Result<Keys, LoadError> {
    Keys::loader().vars([(name, value)]).load()
}

/// 32 random bytes, and 48, as hex.
const HEX: &str = "9f2c81d04be7a35516c8fd70b92e4ac38d15f6079be2c4a8310d7f5e96b3ca24";
const LONG_HEX: &str =
    "9f2c81d04be7a35516c8fd70b92e4ac38d15f6079be2c4a8310d7f5e96b3ca24d0418bfe72c5a9631efb0c57d82a94e6";

#[test]
fn bytes_are_counted_decoded() {
    assert_eq!(
        key("HEX", HEX).unwrap().hex.unwrap().expose_secret()[..4],
        [0x9f, 0x2c, 0x81, 0xd0]
    );
    assert_eq!(
        key("HEX", &HEX.to_uppercase())
            .unwrap()
            .hex
            .unwrap()
            .expose_secret()
            .len(),
        32
    );
    assert_eq!(problems(&key("HEX", &HEX[..62])), [("HEX", "too_short")]);
    assert_eq!(problems(&key("HEX", LONG_HEX)), [("HEX", "too_long")]);
    assert_eq!(problems(&key("HEX", &HEX[..63])), [("HEX", "wrong_type")]);
    assert_eq!(
        problems(&key("HEX", &HEX.replace('9', "x"))),
        [("HEX", "wrong_type")]
    );
    assert_eq!(
        key("BASE64", STRONG[0])
            .unwrap()
            .base64
            .unwrap()
            .expose_secret()
            .len(),
        32
    );
    assert_eq!(
        problems(&key("BASE64", &STRONG[0].replace('/', "_"))),
        [("BASE64", "wrong_type")]
    );
    let url_safe = STRONG[0].replace('/', "_").replace('=', "");
    assert_eq!(
        key("BASE64URL", &url_safe)
            .unwrap()
            .base64url
            .unwrap()
            .expose_secret()
            .len(),
        32
    );
    assert_eq!(
        problems(&key("BASE64URL", &url_safe[..24])),
        [("BASE64URL", "too_short")]
    );
    assert_eq!(
        problems(&key("BASE64URL", &(url_safe.clone() + "A" + &url_safe[..20]))),
        [("BASE64URL", "too_long")]
    );
    assert_eq!(
        key("RAW", STRONG[0]).unwrap().raw.unwrap().expose_secret(),
        STRONG[0].as_bytes()
    );
    assert_eq!(problems(&key("TEXT", LONG_HEX)), [("TEXT", "too_long")]);
}

#[test]
fn a_placeholder_is_called_one_also_where_bytes_are_due() {
    assert_eq!(problems(&key("HEX", "changeme")), [("HEX", "known_default")]);
    assert_eq!(problems(&key("HEX", "${JWT_SECRET}")), [("HEX", "template")]);
}

#[test]
fn lists_of_secrets_are_judged_one_by_one() {
    let two = format!("{} {}", STRONG[0], STRONG[1]);
    assert_eq!(key("LIST", &two).unwrap().list.unwrap().len(), 2);
    let bad = format!("{} changeme", STRONG[0]);
    assert_eq!(problems(&key("LIST", &bad)), [("LIST", "known_default")]);
}

#[test]
fn secrets_that_are_not_utf_8_are_told_so() {
    #[cfg(unix)]
    {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let bytes: Vec<u8> = (0..40_u8).map(|index| 0x80 | index.wrapping_mul(37)).collect();
        for name in ["TEXT", "URL", "LIST"] {
            let loaded = Keys::loader().vars([(name, OsStr::from_bytes(&bytes))]).load();
            assert_eq!(problems(&loaded), [(name, "not_utf8")], "{name}");
        }
    }
}

#[test]
fn a_url_must_be_absolute() {
    for (url, code) in [
        ("localhost:5432/app", Some("wrong_type")),
        ("cache:6379", Some("wrong_type")),
        ("db.example.com/app", Some("wrong_type")),
        ("postgres://u:1qfhiMhXUDW9zRRI@db/app", None),
        ("postgres://u:a b@db/app", Some("wrong_type")),
        ("postgres://u:50%@db/app", Some("wrong_type")),
        ("postgres://u:pa/ss@db/app", Some("wrong_type")),
        ("postgres://u:${PASSWORD}@db/app", Some("template")),
        ("https://<key>@o1.ingest.sentry.io/1", Some("template")),
        ("postgres:///app", None),
        ("postgresql://", None),
        ("postgres://u@db/app?password=changeme", Some("known_default")),
        ("postgres://u@db/app?password=1qfhiMhXUDW9zRRI", None),
        ("postgres://u:1qfhiMhXUDW9zRRI@${DB_HOST}/app", Some("template")),
        ("postgres://u:Summer2024!!@db/app", Some("predictable")),
        ("op://production/database/url", Some("reference")),
        (
            "ENC[AES256_GCM,data:kq==,iv:Jx=,tag:aa==,type:str]",
            Some("encrypted"),
        ),
        ("\"postgres://u:1qfhiMhXUDW9zRRI@db/app\"", Some("wrapped")),
        (
            "DATABASE_URL=postgres://u:1qfhiMhXUDW9zRRI@db/app",
            Some("assignment"),
        ),
    ] {
        let expected: Vec<_> = code.map(|code| ("URL", code)).into_iter().collect();
        assert_eq!(problems(&key("URL", url)), expected, "{url}");
    }
}

#[test]
fn what_the_remedies_make_passes_without_a_warning() {
    let mut numbers = Numbers::new(1);
    for _ in 0..2_000 {
        let bytes = numbers.bytes(32);
        let hex = hex(&bytes);
        let vars = [
            ("HEX", hex.clone()),
            ("BASE64", base64(&bytes)),
            (
                "BASE64URL",
                base64(&bytes)
                    .replace('+', "-")
                    .replace('/', "_")
                    .replace('=', ""),
            ),
            ("RAW", hex),
            ("TEXT", base64(&numbers.bytes(32))),
        ];
        let loaded = Keys::loader().vars(vars.clone()).load_with_report();
        let (_, report) = loaded.unwrap_or_else(|error| panic!("{vars:?}: {error}"));
        let told: Vec<_> = report
            .warnings()
            .filter(|warning| warning.kind().code() != "same_as_another")
            .collect();
        assert!(told.is_empty(), "{vars:?}: {told:?}");
    }
}

#[test]
fn a_value_that_is_more_than_its_limit_is_refused_wherever_the_limit_stands() {
    /// A pool.
    #[derive(Debug, SecureConfig)]
    struct Pool {
        #[secure(default = 10, at_most = most)]
        least: u32,
        #[secure(default = 50)]
        most: u32,
        #[secure(at_most = longest)]
        idle: Option<std::time::Duration>,
        longest: Option<std::time::Duration>,
    }
    #[derive(Debug, SecureConfig)]
    struct Settings {
        #[secure(nested)]
        pool: Pool,
    }
    let load = |vars: &[(&'static str, &'static str)]| Settings::loader().vars(vars.to_vec()).load();

    assert!(load(&[]).is_ok());
    assert!(load(&[("POOL_LEAST", "50")]).is_ok(), "as much is not more");
    assert!(load(&[("POOL_IDLE", "1h")]).is_ok(), "there is no limit");
    let sound = load(&[("POOL_LONGEST", "1h"), ("POOL_MOST", "10")]).unwrap().pool;
    assert_eq!((sound.least, sound.most, sound.idle), (10, 10, None));
    assert!(sound.longest.is_some());

    let refused = load(&[("POOL_LEAST", "51"), ("POOL_IDLE", "61m"), ("POOL_LONGEST", "1h")]);
    let both = [("POOL_LEAST", "out_of_range"), ("POOL_IDLE", "out_of_range")];
    assert_eq!(problems(&refused), both);
    let report = refused.unwrap_err().to_string();
    assert!(report.contains("POOL_LEAST  is more than POOL_MOST"), "{report}");
    assert!(report.contains("lower it, or raise POOL_MOST"), "{report}");
    assert!(report.contains("environment"), "{report}");

    // The one that was not set is the one that is too large, and the report says so.
    let report = load(&[("POOL_MOST", "5")]).unwrap_err().to_string();
    assert!(
        report.contains("POOL_LEAST  is more than POOL_MOST") && report.contains("default"),
        "{report}"
    );

    // What was refused by another rule is not compared.
    assert_eq!(
        problems(&load(&[("POOL_MOST", "many")])),
        [("POOL_MOST", "wrong_type")]
    );
}
