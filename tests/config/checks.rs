//! Checks of several fields: `#[secure(check = …)]`.

use std::sync::atomic::{AtomicUsize, Ordering};

use secure_config::{Check, Origin, Profile, SecretString, SecureConfig};
use tests::{STRONG, Scratch, problems, warnings};

#[derive(Debug, SecureConfig)]
#[secure(check = Smtp::consistent, check = Smtp::deployed)]
struct Smtp {
    host: Option<String>,
    #[secure(range = 1..=65535)]
    port: Option<u16>,
    #[secure(default = "none", one_of = ["none", "tls"])]
    security: String,
    password: Option<SecretString>,
    #[secure(default = "a, b")]
    relays: Vec<String>,
}

impl Smtp {
    fn consistent(&self, check: &mut Check<'_>) {
        if self.port.is_some() && self.host.is_none() {
            check.refuse("port", "is set without a host");
        }
        for (index, relay) in self.relays.iter().enumerate() {
            if relay.len() > 1 {
                check.refuse_item("relays", index, "is longer than one letter", "shorten it");
            }
        }
    }

    fn deployed(&self, check: &mut Check<'_>) {
        if self.password.is_some() && self.security == "none" {
            if check.profile().is_deployed() {
                check.refuse_with(
                    "password",
                    "would be sent in the clear",
                    "set the security to tls",
                );
            } else {
                check.warn("password", "is sent in the clear", "set the security to tls");
            }
        }
        // The same mistake, found twice.
        if self.port.is_some() && self.host.is_none() {
            check.refuse("port", "is set without a host");
        }
    }
}

#[derive(Debug, SecureConfig)]
#[secure(check = Settings::one_way_out, check = both(name, smtp), prefix = "APP_")]
struct Settings {
    #[secure(nested)]
    smtp: Smtp,
    #[secure(nested, prefix = "SPARE_MAIL_")]
    spare: Option<Smtp>,
    #[secure(env = "SERVICE_NAME", default = "shop")]
    name: String,
    #[secure(default = 8080)]
    port: u16,
}

impl Settings {
    fn one_way_out(&self, check: &mut Check<'_>) {
        let spare = self.spare.as_ref();
        if spare.is_some_and(|spare| spare.host == self.smtp.host) {
            check.refuse("spare.host", "is the same server");
        }
        if self.name == "no-spare" {
            check.refuse("spare", "is needed for this service");
        }
    }
}

fn both(name: &str, smtp: &Smtp, check: &mut Check<'_>) {
    if smtp.host.as_deref() == Some(name) {
        check.refuse("name", "is the name of a server");
    }
}

type Vars<'v> = &'v [(&'static str, &'static str)];

fn load(vars: Vars<'_>) -> Result<Settings, secure_config::LoadError> {
    Settings::loader().vars(vars.to_vec()).load()
}

#[test]
fn sound_settings_pass() {
    let settings = load(&[
        ("APP_SMTP_PORT", "25"),
        ("APP_SMTP_HOST", "mail"),
        ("APP_SPARE_MAIL_HOST", "other"),
    ])
    .unwrap();
    assert_eq!((settings.smtp.port, settings.port), (Some(25), 8080));
    assert!(settings.spare.is_some());
}

#[test]
fn one_report_names_each_variable_in_full_with_its_origin() {
    let loaded = load(&[
        ("APP_SMTP_PORT", "25"),
        ("APP_SMTP_RELAYS", "a, bb, c, dd"),
        ("APP_SMTP_PASSWORD", STRONG[0]),
        ("APP_SPARE_MAIL_PORT", "26"),
        ("APP_PORT", "x"),
    ]);
    let error = loaded.unwrap_err();
    let lines: Vec<String> = error.problems().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "APP_SMTP_PORT is set without a host (environment)",
            "APP_SMTP_RELAYS item 2: is longer than one letter (environment); shorten it",
            "APP_SMTP_RELAYS item 4: is longer than one letter (environment); shorten it",
            "APP_SMTP_PASSWORD would be sent in the clear (environment); set the security to tls",
            "APP_SPARE_MAIL_PORT is set without a host (environment)",
            "APP_PORT \"x\" is not a number from 0 to 65535 (environment)",
        ]
    );
    let secret = error.problems().find(|problem| problem.is_about_secret());
    assert_eq!(secret.map(secure_config::Problem::key), Some("APP_SMTP_PASSWORD"));
    assert!(!error.to_string().contains(STRONG[0]));
}

#[test]
fn a_check_waits_for_what_it_reads() {
    // The port is no number: what the other checks of that struct would say is not known yet.
    let loaded = load(&[
        ("APP_SMTP_PORT", "x"),
        ("APP_SMTP_RELAYS", "aa"),
        ("SERVICE_NAME", "no-spare"),
    ]);
    assert_eq!(problems(&loaded), [("APP_SMTP_PORT", "wrong_type")]);
    // One that names fields needs these alone.
    let loaded = load(&[
        ("APP_PORT", "x"),
        ("APP_SMTP_HOST", "shop"),
        ("SERVICE_NAME", "shop"),
    ]);
    assert_eq!(
        problems(&loaded),
        [("APP_PORT", "wrong_type"), ("SERVICE_NAME", "invalid")]
    );
}

#[test]
fn an_outer_check_names_fields_of_nested_structs_and_structs_as_a_whole() {
    let loaded = load(&[("APP_SMTP_HOST", "mail"), ("APP_SPARE_MAIL_HOST", "mail")]);
    assert_eq!(problems(&loaded), [("APP_SPARE_MAIL_HOST", "invalid")]);
    let loaded = load(&[("SERVICE_NAME", "no-spare")]);
    assert_eq!(problems(&loaded), [("APP_SPARE_MAIL_*", "invalid")]);
}

#[test]
fn rules_differ_by_profile() {
    let vars = [("APP_SMTP_PASSWORD", STRONG[0])];
    let loader = || Settings::loader().vars(vars);
    let loaded = loader().profile(Profile::Staging).load();
    assert_eq!(problems(&loaded), [("APP_SMTP_PASSWORD", "invalid")]);
    let (_, report) = loader().profile(Profile::Test).load_with_report().unwrap();
    assert_eq!(warnings(&report), [("APP_SMTP_PASSWORD", "invalid")]);
}

#[test]
fn the_origin_is_the_place_of_the_value() {
    let scratch = Scratch::new();
    let file = scratch.file("port", "25\n");
    let dotenv = scratch.file(".env", "APP_SMTP_RELAYS=aa\n");
    let loaded = Settings::loader()
        .vars([("APP_SMTP_PORT_FILE", file.display().to_string())])
        .dotenv(&dotenv)
        .load();
    let error = loaded.unwrap_err();
    let origins: Vec<_> = error
        .problems()
        .map(|problem| problem.origin().cloned())
        .collect();
    let relays = Origin::Dotenv {
        path: dotenv.as_path().into(),
        line: 1,
    };
    assert_eq!(origins, [Some(Origin::File(file.as_path().into())), Some(relays)]);
}

#[test]
fn a_refused_secret_is_not_compared() {
    #[derive(SecureConfig)]
    #[secure(check = |this: &Keys, check: &mut Check<'_>| if this.old.ct_eq(STRONG[0]) { check.refuse("old", "is retired") })]
    struct Keys {
        old: SecretString,
        #[secure(differs_from = old)]
        new: SecretString,
    }
    let loaded = Keys::loader()
        .vars([("OLD", STRONG[0]), ("NEW", STRONG[0])])
        .load();
    assert_eq!(problems(&loaded), [("OLD", "invalid")]);
    let keys = Keys::loader()
        .vars([("OLD", STRONG[1]), ("NEW", STRONG[0])])
        .load()
        .unwrap();
    assert!(keys.new.ct_eq(STRONG[0]));
}

#[test]
fn each_check_runs_once() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    #[derive(SecureConfig)]
    #[secure(check = counted)]
    struct Counted {
        #[secure(default = 1)]
        one: u8,
    }
    fn counted(this: &Counted, _: &mut Check<'_>) {
        RUNS.fetch_add(usize::from(this.one), Ordering::Relaxed);
    }
    Counted::loader().vars([("", ""); 0]).load().unwrap();
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
}

#[derive(SecureConfig)]
#[secure(check = |_: &Misnamed, check: &mut Check<'_>| check.refuse("prot", "is odd"))]
struct Misnamed {
    #[secure(default = 1)]
    #[expect(dead_code, reason = "the check alone matters")]
    port: u8,
}

#[cfg(debug_assertions)]
#[test]
#[should_panic = "a check of Misnamed names `prot`, which is not a field of it"]
fn a_test_finds_a_check_that_names_no_field() {
    let _ = Misnamed::loader().vars([("", ""); 0]).load();
}

#[cfg(not(debug_assertions))]
#[test]
fn a_check_that_names_no_field_refuses_all_the_same() {
    let loaded = Misnamed::loader().vars([("", ""); 0]).load();
    assert_eq!(problems(&loaded), [("Misnamed", "invalid")]);
}
