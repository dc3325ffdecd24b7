//! A folder with a checkout, and an environment with which nothing is wrong, in pieces that a test can break.

use std::collections::BTreeSet;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::Value;
use tests::{STRONG, Scratch};

/// The key of the project in its address at Sentry.
const DSN: &str = "https://3f9a1c0e5b7d4826a0e1f2c3d4b5a697@sentry.example.com/42";

/// A folder with a checkout, and an environment with which nothing is wrong.
pub(super) struct Place {
    pub(super) room: Scratch,
    pub(super) vars: Vec<(&'static str, String)>,
}

impl Place {
    pub(super) fn sound() -> Self {
        let room = Scratch::new();
        let status = Command::new("git")
            .args(["init", "-q"])
            .current_dir(room.path())
            .status();
        assert!(status.expect("git is installed").success());
        room.file(".gitignore", "/.env\n");
        room.file("Cargo.toml", "[workspace]\n");
        room.file("deny.toml", "");
        room.file(".github/workflows/ci.yml", "- run: cargo deny check\n");
        let dotenv = room.file(".env", "");
        set_permissions(dotenv, Permissions::from_mode(0o600)).unwrap();
        let place = |name: &str| room.join(name).to_str().unwrap().to_owned();
        let vars = vec![
            ("JWT_ACCESS_SECRET", STRONG[0].to_owned()),
            ("JWT_REFRESH_SECRET", STRONG[1].to_owned()),
            ("REFRESH_TOKEN_FINGERPRINT_PEPPER", STRONG[2].to_owned()),
            ("ADMIN_TOKEN", STRONG[3].to_owned()),
            ("HEALTH_TOKEN", STRONG[4].to_owned()),
            ("SENTRY_DSN", DSN.to_owned()),
            (
                "DATABASE_URL",
                format!("sqlite://{}?mode=rwc", place("service.db")),
            ),
            ("LIMIT_CLIENT", "100/s burst 200".to_owned()),
            ("LOG_FORMAT", "json".to_owned()),
            ("METRICS_PORT", "0".to_owned()),
            ("PORT", "0".to_owned()),
            ("PROMETHEUS_ENABLED", "true".to_owned()),
            ("PUBLIC_HOST", "localhost".to_owned()),
            ("SECRETS_ROTATED_AT", "2026-01-01".to_owned()),
            ("SECRETS_ROTATION", "36500d".to_owned()),
            ("TLS_CA_PATH", place("ca.pem")),
            ("TLS_CERT_PATH", place("cert.pem")),
            ("TLS_KEY_PATH", place("key.pem")),
        ];
        let sound = Self { room, vars };
        sound.certificate(60);
        sound.cargo_deny("exit 0");
        sound
    }

    /// Puts a certificate for localhost there that lasts for so many days.
    pub(super) fn certificate(&self, days: u64) {
        let mut authority = CertificateParams::new([]).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        self.room
            .file("ca.pem", authority.self_signed(&authority_key).unwrap().pem());
        let mut leaf = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let (year, month, day) = date_in(days);
        leaf.not_after = rcgen::date_time_ymd(year, month, day);
        let key = KeyPair::generate().unwrap();
        let leaf = leaf
            .signed_by(&key, &Issuer::new(authority, authority_key))
            .unwrap();
        self.room.file("cert.pem", leaf.pem());
        self.room.file("key.pem", key.serialize_pem());
    }

    /// Puts a program there that stands for cargo-deny and says what `script` does.
    pub(super) fn cargo_deny(&self, script: &str) {
        let program = self.room.file("bin/cargo-deny", format!("#!/bin/sh\n{script}\n"));
        set_permissions(program, Permissions::from_mode(0o755)).unwrap();
    }

    pub(super) fn set(&mut self, name: &'static str, value: &str) {
        self.unset(name);
        self.vars.push((name, value.to_owned()));
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.vars.retain(|(known, _)| *known != name);
    }

    pub(super) fn output(&self, arguments: &[&str]) -> Output {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.room.join("bin").display());
        Command::new(env!("CARGO_BIN_EXE_service"))
            .args(["config", "audit"])
            .args(arguments)
            .current_dir(self.room.path())
            .env_clear()
            .env("PATH", path)
            .envs(self.vars.iter().map(|(name, value)| (*name, value.as_str())))
            .output()
            .unwrap()
    }

    /// The exit code, and the ids of the items that came out so.
    pub(super) fn having(&self, outcome: &str) -> (i32, BTreeSet<String>) {
        let output = self.output(&["--json"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let json: Value = serde_json::from_str(&text).unwrap();
        let items = json["items"].as_array().unwrap().iter();
        let ids = items
            .filter(|item| item["outcome"] == outcome)
            .map(|item| item["id"].as_str().unwrap().to_owned());
        (output.status.code().unwrap(), ids.collect())
    }
}

/// A day of the calendar so many days from now.
pub(super) fn date_in(days: u64) -> (i32, u8, u8) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut left = seconds / (24 * 60 * 60) + days;
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while left >= 365 + u64::from(is_leap(year)) {
        left -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (
        i32::try_from(year).unwrap(),
        month,
        u8::try_from(left + 1).unwrap(),
    )
}
