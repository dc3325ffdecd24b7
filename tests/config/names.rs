//! Names: near-misses, unknown ones, those of others, and two fields that read one.

use secure_config::{LoadError, Report, SecretString, SecureConfig};
use tests::{STRONG, Scratch, problems, warnings};

use crate::service::Settings;

#[derive(Debug, SecureConfig)]
#[secure(prefix = "APP_")]
#[expect(dead_code, reason = "what is reported matters")]
struct Prefixed {
    jwt_secret: SecretString,
    #[secure(default = 1)]
    workers: u16,
    host: Option<String>,
    #[secure(env = "GLOBAL_LEVEL")]
    level: Option<String>,
    #[secure(nested)]
    database: tests::Database,
}

fn load(vars: &[(&str, &str)]) -> Result<(Prefixed, Report), LoadError> {
    let all = [("APP_JWT_SECRET", STRONG[0])].iter().chain(vars).copied();
    Prefixed::loader().vars(all).load_with_report()
}

fn told(vars: &[(&str, &str)]) -> Vec<String> {
    let (_, report) = load(vars).expect("all that must be is set");
    report.warnings().map(ToString::to_string).collect()
}

#[test]
fn names_are_joined_from_prefixes() {
    let names: Vec<&str> = Prefixed::schema()
        .fields()
        .iter()
        .map(|field| field.names()[0])
        .collect();
    assert_eq!(
        names,
        ["JWT_SECRET", "WORKERS", "HOST", "GLOBAL_LEVEL", "DATABASE_"]
    );
    let (prefixed, _) = load(&[("GLOBAL_LEVEL", "high"), ("APP_DATABASE_MAX_POOL_SIZE", "7")]).unwrap();
    assert_eq!(prefixed.level.as_deref(), Some("high"));
    assert_eq!(prefixed.database.max_pool_size, 7);
}

#[test]
fn a_near_miss_of_a_name_that_must_be_set_stands_in_the_problem() {
    for slip in [
        "JWT_ACCESS_SECERT",
        "JWT_ACESS_SECRET",
        "JWTACCESSSECRET",
        "jwt_access_secret",
        "JWT_ACCESS_SECRETS",
        "JWT-ACCESS-SECRET",
        "JWT_ACCESS_SECERT_FILE",
    ] {
        let vars = [
            (slip, STRONG[0]),
            ("JWT_REFRESH_SECRET", STRONG[1]),
            ("REFRESH_TOKEN_FINGERPRINT_PEPPER", STRONG[2]),
        ];
        let loaded = Settings::loader().vars(vars).load();
        assert_eq!(problems(&loaded), [("JWT_ACCESS_SECRET", "missing")], "{slip}");
        let error = loaded.expect_err(slip);
        let problem = error.problems().next().expect("there is one");
        assert_eq!(problem.message(), format!("not set; {slip} is: did you mean it?"));
    }
}

#[test]
fn a_near_miss_in_a_directory_or_in_dotenv_is_found_too() {
    let scratch = Scratch::new();
    scratch.file("secrets/app_jwt_secert", STRONG[0]);
    let loaded = Prefixed::loader()
        .vars([("X", "")])
        .secrets_dir(scratch.join("secrets"))
        .load();
    assert!(
        loaded
            .expect_err("a slip")
            .to_string()
            .contains("app_jwt_secert is: did you mean it?")
    );
    let dotenv = scratch.file("dotenv", format!("APP_JWT_SECERT={}\n", STRONG[0]));
    let loaded = Prefixed::loader().vars([("X", "")]).dotenv(dotenv).load();
    assert!(
        loaded
            .expect_err("a slip")
            .to_string()
            .contains("APP_JWT_SECERT is: did you mean it?")
    );
}

#[test]
fn a_slip_in_the_environment_does_not_overrule_in_silence() {
    let scratch = Scratch::new();
    let dotenv = scratch.file("dotenv", format!("APP_JWT_SECRET={}\nAPP_HOST=h\n", STRONG[0]));
    let told = |vars: &[(&str, &str)], secrets: bool| {
        let mut loader = Prefixed::loader().vars(vars.iter().copied()).dotenv(&dotenv);
        if secrets {
            loader = loader.secrets_dir(scratch.join("secrets"));
        }
        let (_, report) = loader.load_with_report().unwrap();
        let near = report
            .warnings()
            .filter(|warning| warning.message().contains("did you mean"));
        near.map(ToString::to_string).collect::<Vec<_>>()
    };
    for slip in [
        "APP_JWT_SECERT",
        "APP_JWT_SECRET_KEY",
        "APP_JWT_SECRETS_FILE",
        "app_jwt_secret",
    ] {
        let near = told(&[(slip, "x")], false);
        if slip == "APP_JWT_SECRET_KEY" {
            assert!(near.is_empty(), "it is another name: {near:?}");
            continue;
        }
        let [near] = &near[..] else {
            panic!("one warning of {slip}: {near:?}")
        };
        let is_told = near.starts_with(&format!(
            "{slip} is set and read by nothing; did you mean APP_JWT_SECRET?"
        ));
        assert!(
            is_told && near.contains("APP_JWT_SECRET has its value from "),
            "{near}"
        );
        assert!(near.contains("line 1"), "{near}");
    }
    // A directory comes before `.env`, too.
    scratch.file("secrets/app_jwt_secert", STRONG[1]);
    assert_eq!(told(&[("X", "")], true).len(), 1);
    // What stands behind the place that has the value overrules nothing by its author's own word.
    let slip = scratch.file("dotenv", "APP_JWT_SECERT=x\nAPP_HOST=h\n");
    let (_, report) = Prefixed::loader()
        .vars([("APP_JWT_SECRET", STRONG[0])])
        .dotenv(slip)
        .load_with_report()
        .unwrap();
    assert!(
        !report.to_string().contains("did you mean APP_JWT_SECRET?"),
        "{report}"
    );
}

#[test]
fn names_that_are_read_are_no_near_misses() {
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "what is reported matters")]
    struct Alike {
        api_key_one: SecretString,
        api_key_two: Option<SecretString>,
        api_key_ten: SecretString,
    }
    let loaded = Alike::loader()
        .vars([("API_KEY_ONE", STRONG[0]), ("API_KEY_TWO", STRONG[1])])
        .load();
    let error = loaded.expect_err("one is missing");
    assert_eq!(
        error.problems().next().expect("there is one").message(),
        "not set"
    );
}

#[test]
fn a_near_miss_of_a_name_that_may_be_left_out_is_a_warning() {
    assert_eq!(
        told(&[("APP_WORKES", "3")]),
        ["APP_WORKES is set and read by nothing; did you mean APP_WORKERS?"]
    );
    assert_eq!(
        told(&[("APP_HOTS", "h")]),
        ["APP_HOTS is set and read by nothing; did you mean APP_HOST?"]
    );
    assert_eq!(
        told(&[("APP_HOST", "h"), ("APP_WORKERS", "2"), ("GLOBAL_LEVEL", "x")]),
        Vec::<String>::new()
    );
}

#[test]
fn an_unknown_name_with_the_own_prefix_is_a_warning() {
    assert_eq!(
        told(&[("APP_COMPLETELY_DIFFERENT", "x")]),
        ["APP_COMPLETELY_DIFFERENT is set and read by nothing; remove or rename it"]
    );
    assert_eq!(told(&[("OTHER_COMPLETELY_DIFFERENT", "x")]), Vec::<String>::new());
}

#[test]
fn names_of_others_are_left_alone() {
    let known = [
        ("APP_ENV", "production"),
        ("APP_JWT_SECRET_FILE", ""),
        ("APP_SERVICE_HOST", "10.0.0.1"),
        ("APP_SERVICE_PORT", "80"),
        ("APP_PORT", "tcp://10.0.0.1:80"),
        ("APP_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("APP_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("PATH", "/bin"),
        ("HOSTNAME", "pod"),
        ("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
    ];
    assert_eq!(told(&known), Vec::<String>::new());
}

/// What Kubernetes puts into every pod of a namespace with a service called `database`.
const LINKS: [(&str, &str); 7] = [
    ("DATABASE_SERVICE_HOST", "10.0.0.1"),
    ("DATABASE_SERVICE_PORT", "5432"),
    ("DATABASE_PORT", "tcp://10.0.0.1:5432"),
    ("DATABASE_PORT_5432_TCP", "tcp://10.0.0.1:5432"),
    ("DATABASE_PORT_5432_TCP_PROTO", "tcp"),
    ("DATABASE_PORT_5432_TCP_PORT", "5432"),
    ("DATABASE_PORT_5432_TCP_ADDR", "10.0.0.1"),
];

#[test]
fn service_links_of_kubernetes_disturb_nothing() {
    let secrets = crate::service::SECRETS.iter().copied().zip(STRONG);
    let (settings, report) = Settings::loader()
        .vars(secrets.chain(LINKS))
        .load_with_report()
        .unwrap();
    assert_eq!((settings.port, settings.database.max_pool_size), (8080, 50));
    assert_eq!(warnings(&report), []);
}

#[test]
fn a_service_link_that_takes_a_declared_name_is_called_one() {
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct Database {
        #[secure(default = 5432)]
        port: u16,
    }
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct Service {
        #[secure(nested)]
        database: Database,
    }
    let error = Service::loader()
        .vars(LINKS)
        .load()
        .expect_err("the link takes the name");
    let problem = error.problems().next().expect("there is one");
    assert_eq!(problem.key(), "DATABASE_PORT");
    assert_eq!(
        problem.message(),
        "a service link of Kubernetes is not a number from 0 to 65535"
    );
    assert!(
        problem
            .remedy()
            .is_some_and(|remedy| remedy.contains("enableServiceLinks: false")),
        "{problem}"
    );
}

#[test]
fn two_fields_that_read_one_name_are_told_at_every_load() {
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct Inner {
        b_c: Option<u16>,
    }
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct Middle {
        c: Option<u16>,
    }
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct Outer {
        #[secure(nested)]
        a: Inner,
        #[secure(nested)]
        a_b: Middle,
    }
    let loaded = Outer::loader().vars([("X", "")]).load();
    assert_eq!(problems(&loaded), [("A_B_C", "duplicate_name")]);

    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct Stated {
        port: Option<u16>,
        #[secure(env = "PORT")]
        listen: Option<u16>,
    }
    assert_eq!(
        problems(&Stated::loader().vars([("X", "")]).load()),
        [("PORT", "duplicate_name")]
    );

    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "it is never loaded")]
    struct OfFile {
        #[secure(nested)]
        a: Inner,
        #[secure(env = "A_B_C_FILE")]
        path: Option<String>,
    }
    assert_eq!(
        problems(&OfFile::loader().vars([("X", "")]).load()),
        [("A_B_C_FILE", "duplicate_name")]
    );
}

#[test]
fn names_from_outside_cannot_command_a_terminal() {
    let slip = "APP_JWT_\u{1b}SECRE\u{202e}T";
    let loaded = Prefixed::loader()
        .vars([(slip, STRONG[0]), ("APP_\u{1b}]0;evil\u{7}", "x")])
        .load();
    let report = loaded.expect_err("it is a slip").to_string();
    assert!(report.contains("APP_JWT_"), "{report}");
    assert!(!report.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{report:?}");
}
