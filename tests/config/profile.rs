//! How the profile is chosen, and what it relaxes.

use secure_config::{LoadError, Profile, Report, SecretString, SecretUrl, SecureConfig};
use tests::{STRONG, problems, warnings};

#[derive(Debug, SecureConfig)]
struct Settings {
    #[secure(generate_in_dev)]
    jwt_secret: SecretString,
    #[secure(default = false, in_production = false)]
    debug: bool,
    database_url: Option<SecretUrl>,
    #[secure(kind = "token")]
    stripe_key: Option<SecretString>,
}

fn load(vars: &[(&str, &str)]) -> Result<(Settings, Report), LoadError> {
    Settings::loader().vars(vars.iter().copied()).load_with_report()
}

/// The profile that these variables choose, and what chose it, as the report says it.
fn chosen(vars: &[(&str, &str)]) -> (Profile, Option<&'static str>) {
    let all: Vec<_> = vars.iter().copied().chain([("JWT_SECRET", STRONG[0])]).collect();
    let (_, report) = load(&all).expect("all that must be is set");
    (report.profile(), report.profile_variable())
}

#[test]
fn the_first_variable_that_is_set_chooses() {
    assert_eq!(chosen(&[]), (Profile::Production, None));
    assert_eq!(chosen(&[("APP_ENV", "")]), (Profile::Production, None));
    assert_eq!(chosen(&[("APP_ENV", "test")]), (Profile::Test, Some("APP_ENV")));
    assert_eq!(
        chosen(&[("NODE_ENV", "staging")]),
        (Profile::Staging, Some("NODE_ENV"))
    );
    assert_eq!(
        chosen(&[("RUST_ENV", "development")]),
        (Profile::Development, Some("RUST_ENV"))
    );
    assert_eq!(
        chosen(&[("APP_ENV", " "), ("RUST_ENV", "dev")]),
        (Profile::Development, Some("RUST_ENV"))
    );
    assert_eq!(
        chosen(&[("RUST_ENV", "dev"), ("APP_ENV", "dev")]),
        (Profile::Development, Some("APP_ENV"))
    );
}

#[test]
fn names_have_aliases_in_any_case() {
    for (name, profile) in [
        ("development", Profile::Development),
        ("dev", Profile::Development),
        ("DEV", Profile::Development),
        ("Test", Profile::Test),
        ("stage", Profile::Staging),
        ("STAGING", Profile::Staging),
        ("prod", Profile::Production),
        ("local", Profile::Development),
        ("testing", Profile::Test),
        (" production\n", Profile::Production),
    ] {
        assert_eq!(chosen(&[("APP_ENV", name)]).0, profile, "{name}");
    }
}

#[test]
fn what_is_unclear_is_a_problem_and_relaxes_nothing() {
    let unclear = load(&[("APP_ENV", "developement")]);
    assert_eq!(
        problems(&unclear),
        [("APP_ENV", "profile"), ("JWT_SECRET", "missing")]
    );
    let error = unclear.expect_err("it is misspelt");
    assert_eq!(error.report().profile(), Profile::Production);
    assert!(error.to_string().contains(
        "12 characters that are not development, test, staging or production; did you mean development?"
    ));
    let remedy = error.problems().next().and_then(|problem| problem.remedy());
    for word in [
        "development",
        "dev",
        "local",
        "test",
        "testing",
        "staging",
        "stage",
        "production",
        "prod",
    ] {
        assert!(
            remedy.is_some_and(|remedy| remedy.contains(word)),
            "{word}: {remedy:?}"
        );
    }
    // The value of another tool beside ours: which of the two to change.
    let beside = load(&[("APP_ENV", "prod"), ("RUST_ENV", "local")]).expect_err("it is not ours");
    let remedy = beside.problems().next().and_then(|problem| problem.remedy());
    assert!(
        remedy.is_some_and(|remedy| remedy.ends_with("or unset it and set APP_ENV")),
        "{remedy:?}"
    );

    let contradiction = load(&[("APP_ENV", "dev"), ("NODE_ENV", "production")]);
    assert_eq!(
        problems(&contradiction),
        [("NODE_ENV", "profile"), ("JWT_SECRET", "missing")]
    );
}

#[test]
fn the_program_may_say_it_whatever_the_environment_says() {
    let loader = Settings::loader()
        .vars([("APP_ENV", "nonsense")])
        .profile(Profile::Development);
    let (_, report) = loader.load_with_report().unwrap();
    assert_eq!(
        (report.profile(), report.profile_variable()),
        (Profile::Development, None)
    );
}

#[test]
fn secrets_are_made_up_in_development_only() {
    let (settings, report) = load(&[("APP_ENV", "dev")]).unwrap();
    assert!(settings.jwt_secret.expose_secret().len() >= 32);
    assert_eq!(warnings(&report), [("JWT_SECRET", "generated")]);
    let (another, _) = load(&[("APP_ENV", "dev")]).unwrap();
    assert!(!another.jwt_secret.ct_eq(settings.jwt_secret.expose_secret()));
    for profile in ["test", "staging", "production"] {
        assert_eq!(
            problems(&load(&[("APP_ENV", profile)])),
            [("JWT_SECRET", "missing")],
            "{profile}"
        );
    }
    // One that is set is judged all the same.
    let weak = load(&[("APP_ENV", "dev"), ("JWT_SECRET", "changeme")]);
    assert_eq!(problems(&weak), [("JWT_SECRET", "known_default")]);
}

#[test]
fn what_is_made_up_fits_its_rules() {
    use secure_config::SecretBytes;

    #[derive(Debug, SecureConfig)]
    struct Generated {
        #[secure(generate_in_dev, encoding = "hex", len = 48)]
        hex: SecretBytes,
        #[secure(generate_in_dev, encoding = "base64", len = 16)]
        base64: SecretBytes,
        #[secure(generate_in_dev, encoding = "base64url")]
        base64url: SecretBytes,
        #[secure(generate_in_dev, min_len = 100)]
        long: SecretString,
        #[secure(generate_in_dev, max_len = 40)]
        bounded: SecretString,
        #[secure(generate_in_dev)]
        raw: SecretBytes,
    }
    let generated = Generated::loader().vars([("APP_ENV", "dev")]).load().unwrap();
    assert_eq!(generated.hex.expose_secret().len(), 48);
    assert_eq!(generated.base64.expose_secret().len(), 16);
    assert_eq!(generated.base64url.expose_secret().len(), 32);
    assert!(generated.long.expose_secret().len() >= 100);
    assert!(generated.bounded.expose_secret().len() <= 40);
    assert!(generated.raw.expose_secret().len() >= 32);
}

#[test]
fn in_production_is_checked_there_alone() {
    let load = |profile, debug| {
        let vars = [("APP_ENV", profile), ("DEBUG", debug), ("JWT_SECRET", STRONG[0])];
        load(&vars).map(|(settings, _)| settings.debug)
    };
    assert_eq!(
        problems(&load("production", "true")),
        [("DEBUG", "not_in_production")]
    );
    assert!(!load("production", "false").unwrap());
    for profile in ["development", "test", "staging"] {
        assert!(load(profile, "true").unwrap(), "{profile}");
    }
}

#[test]
fn a_weak_password_in_a_url_is_refused_where_others_reach_the_service() {
    let load = |profile| {
        let url = "postgres://postgres:postgres@localhost/app";
        load(&[
            ("APP_ENV", profile),
            ("DATABASE_URL", url),
            ("JWT_SECRET", STRONG[0]),
        ])
    };
    for profile in ["staging", "production"] {
        assert_eq!(
            problems(&load(profile)),
            [("DATABASE_URL", "known_default")],
            "{profile}"
        );
    }
    for profile in ["development", "test"] {
        let (settings, report) = load(profile).unwrap();
        assert!(settings.database_url.is_some());
        assert_eq!(
            warnings(&report),
            [("DATABASE_URL", "known_default")],
            "{profile}"
        );
    }
}

#[test]
fn test_keys_of_vendors_are_refused_in_production() {
    let load = |profile| {
        let key = "sk_test_51HxQ2eLkdIwHu7ixRkPz9mWv";
        load(&[
            ("APP_ENV", profile),
            ("STRIPE_KEY", key),
            ("JWT_SECRET", STRONG[0]),
        ])
        .map(|(settings, _)| settings.stripe_key.is_some())
    };
    assert_eq!(problems(&load("production")), [("STRIPE_KEY", "insecure_prefix")]);
    assert!(load("staging").unwrap());
}

#[test]
fn secrets_are_judged_alike_in_every_profile() {
    for profile in ["development", "test", "staging", "production"] {
        for weak in ["changeme", "${JWT_SECRET}", "short"] {
            let loaded = load(&[("APP_ENV", profile), ("JWT_SECRET", weak)]);
            assert_eq!(problems(&loaded).len(), 1, "{profile} {weak}");
        }
    }
}
