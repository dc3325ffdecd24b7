//! `service config audit`, as a process: each item that its environment can break is broken alone.

mod place;

use std::collections::BTreeSet;
use std::fs::{Permissions, remove_file, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use secure_runtime::audit::entries;
use tests::STRONG;
use tests::example::Example;
use tests::json::Json;

use place::{Place, date_in};

/// What fails of every debug build, such as the one that a test is.
fn always() -> BTreeSet<String> {
    let failed = cfg!(debug_assertions).then(|| "release-build".to_owned());
    failed.into_iter().collect()
}

type Break = fn(&mut Place);

/// The item that fails, and what breaks it.
const FLIPS: [(&str, Break); 31] = [
    ("configuration", |place| place.set("PORT", "80a")),
    ("configuration", |place| place.set("TLS_TERMINATED_BY", "cloud")),
    ("secrets-changed", |place| {
        place.set("JWT_ACCESS_SECRET", "change_this_secret")
    }),
    ("secrets-changed", |place| place.unset("JWT_REFRESH_SECRET")),
    ("secrets-strong", |place| {
        place.set("JWT_ACCESS_SECRET", "k7Qz0pXw2m")
    }),
    ("secrets-distinct", |place| {
        place.set("JWT_REFRESH_SECRET", STRONG[0])
    }),
    ("env-file", |place| {
        set_permissions(place.room.join(".env"), Permissions::from_mode(0o644)).unwrap();
    }),
    ("env-ignored", |place| {
        remove_file(place.room.join(".gitignore")).unwrap()
    }),
    ("production-profile", |place| place.set("APP_ENV", "development")),
    ("debug-off", |place| place.set("LOG_LEVEL", "debug")),
    ("debug-off", |place| place.set("RUST_LOG", "hyper=trace")),
    ("service-builds", |place| {
        place.set("DATABASE_URL", "sqlite:///nowhere/at/all.db")
    }),
    ("hsts", |place| place.set("HSTS_MAX_AGE", "1d")),
    ("https", |place| {
        place.unset("TLS_CERT_PATH");
        place.unset("TLS_KEY_PATH");
    }),
    ("certificate", |place| place.set("PUBLIC_HOST", "other.example")),
    ("certificate", |place| {
        place.room.file("ca.pem", "");
    }),
    ("cors-reviewed", |place| place.set("CORS_CREDENTIALS", "true")),
    ("cors-reviewed", |place| {
        place.set("CORS_ORIGINS", "http://app.example.com")
    }),
    ("rate-limits", |place| place.unset("LIMIT_CLIENT")),
    ("admin-private", |place| {
        place.set("ADMIN_PORT", "0");
        place.set("ADMIN_ADDR", "0.0.0.0");
        place.set("ADMIN_EXPOSED", "true");
    }),
    ("json-logs", |place| place.set("LOG_FORMAT", "text")),
    ("error-tracking", |place| place.unset("SENTRY_DSN")),
    ("database-pool", |place| place.unset("DATABASE_URL")),
    ("metrics", |place| place.unset("PROMETHEUS_ENABLED")),
    ("metrics", |place| place.unset("METRICS_PORT")),
    ("dependencies-audited", |place| {
        remove_file(place.room.join("deny.toml")).unwrap()
    }),
    ("dependencies-audited", |place| place.cargo_deny("exit 2")),
    ("dependencies-audited", |place| {
        place.cargo_deny("case \"$*\" in *advisories) echo 'advisories FAILED' >&2; exit 1;; esac");
    }),
    ("code-scanning", |place| {
        remove_file(place.room.join(".github/workflows/ci.yml")).unwrap()
    }),
    ("rotate-secrets", |place| place.set("SECRETS_ROTATION", "1d")),
    ("renew-certificates", |place| place.certificate(10)),
];

/// What no variable can break: it is in the program. The room `audit` of the tests breaks these by the library.
const IN_THE_PROGRAM: [&str; 7] = [
    "core-dumps-off",
    "csp",
    "frontend-console",
    "health-checks",
    "release-build",
    "secrets-erased",
    "security-headers",
];

#[test]
fn a_sound_place_is_clean() {
    tests::needs!("git");
    let place = Place::sound();
    let (code, failed) = place.having("fail");
    assert_eq!(failed, always());
    assert_eq!(code, i32::from(cfg!(debug_assertions)));
    // Where memory cannot be locked, or a measure is refused, a look is due.
    let warned = place.having("warn").1;
    assert!(
        warned
            .iter()
            .all(|id| matches!(id.as_str(), "secrets-erased" | "core-dumps-off")),
        "{warned:?}"
    );
    let manual: BTreeSet<String> = entries()
        .filter(|entry| !entry.is_automatic())
        .map(|entry| entry.id().to_owned())
        .collect();
    assert_eq!(place.having("manual").1, manual);
}

#[test]
fn each_item_is_broken_alone() {
    tests::needs!("git");
    for (n, (id, breaks)) in FLIPS.into_iter().enumerate() {
        let mut place = Place::sound();
        breaks(&mut place);
        let (code, failed) = place.having("fail");
        let mut want = always();
        want.insert(id.to_owned());
        assert_eq!(failed, want, "flip {n} of {id}");
        let is_refusal = id.starts_with("configuration")
            || matches!(
                id,
                "secrets-changed" | "secrets-strong" | "secrets-distinct" | "cors-reviewed"
            );
        assert_eq!(code, if is_refusal { 78 } else { 1 }, "{id}");
    }
    let broken: BTreeSet<&str> = FLIPS.iter().map(|(id, _)| *id).chain(IN_THE_PROGRAM).collect();
    let automatic: BTreeSet<&str> = entries()
        .filter(|entry| entry.is_automatic())
        .map(|entry| entry.id())
        .collect();
    assert_eq!(broken, automatic);
}

#[test]
fn a_proxy_is_a_way_to_pass() {
    tests::needs!("git");
    let mut place = Place::sound();
    for name in ["TLS_CERT_PATH", "TLS_KEY_PATH", "TLS_CA_PATH"] {
        place.unset(name);
    }
    place.set("TLS_TERMINATED_BY", "proxy");
    place.set("TRUSTED_PROXIES", "10.0.0.0/8");
    assert_eq!(place.having("fail").1, always());
    place.unset("TRUSTED_PROXIES");
    let mut want = always();
    want.insert("hsts".to_owned());
    assert_eq!(place.having("fail").1, want);
    place.set("HSTS_ALWAYS", "true");
    assert_eq!(place.having("fail").1, always());
}

#[test]
fn where_there_is_no_source_the_source_is_not_judged() {
    tests::needs!("git");
    let place = Place::sound();
    for name in ["Cargo.toml", "deny.toml", ".gitignore"] {
        remove_file(place.room.join(name)).unwrap();
    }
    std::fs::remove_dir_all(place.room.join(".git")).unwrap();
    assert_eq!(place.having("fail").1, always());
    let manual = place.having("manual").1;
    for id in [
        "env-ignored",
        "dependencies-audited",
        "frontend-console",
        "code-scanning",
    ] {
        assert!(manual.contains(id), "{id} in {manual:?}");
    }
}

#[test]
fn without_advisories_at_hand_it_says_so() {
    tests::needs!("git");
    let place = Place::sound();
    place.cargo_deny("case \"$*\" in *advisories) echo 'no database' >&2; exit 1;; esac");
    assert_eq!(place.having("fail").1, always());
    assert!(place.having("warn").1.contains("dependencies-audited"));
}

#[test]
fn debug_output_in_the_checkout_deserves_a_look() {
    tests::needs!("git");
    let place = Place::sound();
    place.room.file("static/app.js", "console.log(1)\n");
    assert_eq!(place.having("fail").1, always());
    assert!(place.having("warn").1.contains("frontend-console"));
}

#[test]
fn a_waiver_deserves_a_look_and_what_is_made_up_fails() {
    tests::needs!("git");
    let mut place = Place::sound();
    place.set("JWT_ACCESS_SECRET", "k7Qz0pXw2mB4vN8tR1sL");
    let (year, month, day) = date_in(30);
    let waiver = format!("JWT_ACCESS_SECRET:too_short until {year:04}-{month:02}-{day:02}");
    place.set("SECURE_CONFIG_WAIVE", &waiver);
    assert_eq!(place.having("fail").1, always());
    assert!(place.having("warn").1.contains("secrets-strong"));

    let mut place = Place::sound();
    place.set("APP_ENV", "development");
    place.unset("JWT_ACCESS_SECRET");
    let mut want = always();
    want.extend(["production-profile", "secrets-changed"].map(str::to_owned));
    assert_eq!(place.having("fail"), (1, want));
}

#[test]
fn every_form_comes_from_the_command_and_none_holds_a_secret() {
    tests::needs!("git");
    let mut secrets: Vec<&str> = STRONG[..5].to_vec();
    secrets.push("3f9a1c0e5b7d4826a0e1f2c3d4b5a697");
    let mut refused = Place::sound();
    refused.set("JWT_ACCESS_SECRET", "Zz9Qm2vTz8");
    secrets.push("Zz9Qm2vTz8");
    let mut unbuilt = Place::sound();
    unbuilt.set("DATABASE_URL", "postgres://app:8pXv0rVbQm3K7tYs@127.0.0.1:1/app");
    secrets.push("8pXv0rVbQm3K7tYs");
    for place in [Place::sound(), refused, unbuilt] {
        for arguments in [&[][..], &["--json"], &["--sarif"]] {
            let output = place.output(arguments);
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            for secret in &secrets {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
            match arguments {
                [] => assert!(text.starts_with("deployment checklist: "), "{text}"),
                ["--json"] => assert!(Json::parse(text.trim_end()).unwrap().get("items").is_some()),
                _ => assert_eq!(
                    Json::parse(text.trim_end()).unwrap().get("version"),
                    Some(&Json::Text("2.1.0".to_owned()))
                ),
            }
        }
    }
}

#[test]
fn the_command_is_named_and_a_wrong_argument_is_not_echoed() {
    tests::needs!("git");
    let place = Place::sound();
    for arguments in [&["Zz9Qm2vTz81LcRw4H"][..], &["--json", "--sarif"], &["--yaml"]] {
        let output = place.output(arguments);
        assert_eq!(output.status.code(), Some(64));
        assert!(output.stdout.is_empty());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            said,
            "audit takes no such argument\nusage: audit [--json | --sarif]\n"
        );
    }
    assert!(place.output(&["--help"]).stdout.starts_with(b"usage: audit"));
    let help = Command::new(env!("CARGO_BIN_EXE_service"))
        .args(["config", "--help"])
        .env_clear()
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.lines().any(|line| line.starts_with("  audit ")), "{help}");
}

/// In production a start tells once of each item that fails, by what is served; elsewhere it is silent.
#[test]
fn a_start_in_production_tells_what_fails() {
    tests::needs!("git");
    let said = |profile: &str| {
        let mut place = Place::sound();
        place.set("APP_ENV", profile);
        place.unset("SENTRY_DSN");
        place.unset("PROMETHEUS_ENABLED");
        let vars: Vec<(&str, &str)> = place
            .vars
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let service = Example::start(env!("CARGO_BIN_EXE_service"), &vars, 2);
        let text = |line: &Json, key| line.get(key).and_then(Json::as_str).map(str::to_owned);
        let lines = service.lines();
        let of_audit = lines
            .iter()
            .filter(|line| text(line, "target").as_deref() == Some("secure_runtime::audit"));
        of_audit
            .map(|line| text(line, "item").unwrap())
            .collect::<Vec<_>>()
    };
    let mut want: Vec<String> = always().into_iter().collect();
    want.extend(["error-tracking", "metrics"].map(str::to_owned));
    assert_eq!(said("production"), want);
    assert_eq!(said("development"), [""; 0]);
}
