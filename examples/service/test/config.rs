//! What the service answers before it starts.

use std::process::{Command, Output};

use tests::Scratch;

/// A shell that does `script` in `room`, with an empty environment and the service as `$0`.
fn shell(room: &Scratch, script: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_service")]);
    let Output {
        status,
        stdout,
        stderr,
    } = command.current_dir(room.path()).env_clear().output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn three_commands_lead_from_nothing_to_a_sound_configuration() {
    let room = Scratch::new();
    let script =
        "\"$0\" config template --write && \"$0\" config generate --write-env && \"$0\" config check";
    let (code, out, err) = shell(&room, script);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(
        out,
        "configuration is sound (profile: production, APP_ENV unset)\n"
    );
    // As the README prints it.
    let made = "JWT_ACCESS_SECRET, JWT_REFRESH_SECRET, REFRESH_TOKEN_FINGERPRINT_PEPPER";
    assert_eq!(err, format!(".env.example is written\nwritten to .env: {made}\n"));
}

#[test]
fn without_a_configuration_the_gate_is_shut() {
    let (code, out, err) = shell(&Scratch::new(), "\"$0\" config check");
    assert_eq!((code, out.as_str()), (Some(78), ""));
    assert!(err.starts_with("configuration refused: 3 problems"), "{err}");
}

#[test]
fn an_unknown_argument_is_refused_with_a_usage_line() {
    let (code, out, err) = shell(&Scratch::new(), "\"$0\" --port 80");
    assert_eq!((code, out.as_str()), (Some(64), ""));
    assert_eq!(
        err,
        "the service takes no such argument\nusage: service [config <command> | healthcheck]\n"
    );
    let (code, out, err) = shell(&Scratch::new(), "\"$0\" --help");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for line in [
        "usage: service [config <command> | healthcheck]",
        "  config <command>                service config --help says more",
        "  healthcheck                     ask whether the service is ready: exit code 0 or 1; instead of curl",
    ] {
        assert!(out.lines().any(|said| said == line), "{out}");
    }
}

/// Secrets that pass.
const SECRETS: [(&str, &str); 3] = [
    ("JWT_ACCESS_SECRET", tests::STRONG[0]),
    ("JWT_REFRESH_SECRET", tests::STRONG[1]),
    ("REFRESH_TOKEN_FINGERPRINT_PEPPER", tests::STRONG[2]),
];

/// Checks the settings, and starts the service with them: what each reports, without the line for programs.
fn check_and_start(vars: &[(&str, &str)]) -> [(Option<i32>, String); 2] {
    let room = Scratch::new();
    [&["config", "check"][..], &[]].map(|args| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_service"));
        let fixed = [
            ("BIND_ADDR", "127.0.0.1"),
            ("PORT", "0"),
            ("APP_ENV", "production"),
        ];
        command.args(args).current_dir(room.path()).env_clear();
        command.envs(SECRETS).envs(fixed).envs(vars.iter().copied());
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('{')).collect();
        (output.status.code(), lines.join("\n"))
    })
}

#[test]
fn check_and_start_refuse_the_same_settings_in_one_report() {
    let broken = [
        ("CORS_ORIGINS", "https://a.example/"),
        ("HSTS_PRELOAD", "true"),
        ("SENTRY_DSN", "https://sentry.example/42"),
        ("REDIRECT_PORT", "80"),
        ("TLS_KEY_PATH", "/nowhere/key.pem"),
        ("ADMIN_ADDR", "0.0.0.0"),
        ("DATABASE_URL", "mysql://db.example/app"),
    ];
    let [check, start] = check_and_start(&broken);
    assert_eq!(check, start);
    let (code, report) = check;
    assert_eq!(code, Some(78), "{report}");
    assert!(
        report.starts_with("configuration refused: 7 problems"),
        "{report}"
    );
    for (name, _) in broken {
        // Of a key without its certificate, the certificate is missing.
        let name = if name == "TLS_KEY_PATH" {
            "TLS_CERT_PATH"
        } else {
            name
        };
        assert!(report.contains(&format!("\n  {name} ")), "{name} in {report}");
    }
}

#[test]
fn each_of_them_is_refused_by_itself() {
    for (name, value) in [
        ("CORS_ORIGINS", "ftp://a.example"),
        ("TLS_CERT_PATH", "/nowhere/cert.pem"),
        ("METRICS_PORT", "-1"),
        (
            "DATABASE_URL",
            "postgres://db.example/app?channel_binding=require",
        ),
        ("MAINTENANCE_DIR", "/nowhere"),
        ("SECURITY_TXT_CONTACT", "mailto:security@example.com"),
        ("ACCOUNT_CHANGES", "many"),
        ("RESERVED_CONNECTIONS", "0"),
    ] {
        let [check, start] = check_and_start(&[(name, value)]);
        assert_eq!(check, start, "{name}");
        assert_eq!(check.0, Some(78), "{name}: {}", check.1);
        assert!(
            check.1.starts_with("configuration refused: 1 problem "),
            "{name}: {}",
            check.1
        );
    }
}

#[test]
fn a_quota_that_replicas_cannot_share_is_refused_where_there_are_some() {
    let quota = ("ACCOUNT_CHANGES", "20000 per hour");
    let valkey = [
        ("VALKEY_URL", "redis://127.0.0.1:1"),
        ("VALKEY_KEY_SECRET", tests::STRONG[3]),
        ("VALKEY_ON_OUTAGE", "open"),
        quota,
    ];
    let [check, start] = check_and_start(&valkey);
    assert_eq!(check, start);
    assert!(
        check.1.contains("ACCOUNT_CHANGES  a shared window allows"),
        "{}",
        check.1
    );
    let room = Scratch::new();
    let mut alone = Command::new(env!("CARGO_BIN_EXE_service"));
    alone
        .args(["config", "check"])
        .current_dir(room.path())
        .env_clear()
        .envs(SECRETS)
        .envs([quota]);
    assert!(alone.status().unwrap().success());
}
