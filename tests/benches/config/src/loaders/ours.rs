//! secure-config.

use std::hint::black_box;
use std::time::Duration;

use secure_config::gate::{Policy, judge as judge_secret};
use secure_config::{SecretString, SecureConfig};

use super::Level;

#[derive(SecureConfig)]
#[allow(dead_code)]
struct Settings {
    app_name: String,
    host: String,
    #[secure(range = 1..=65535)]
    port: u16,
    max_body_bytes: u64,
    debug: bool,
    #[secure(range = 0.0..=1.0)]
    sample_rate: f64,
    cors_origins: Vec<String>,
    region: Option<String>,
    request_timeout: Duration,
    log_level: Level,
    metrics: bool,
    workers: Option<u16>,
    #[secure(min_len = 32, reject = "change_this_secret")]
    jwt_access_secret: SecretString,
    #[secure(min_len = 32, differs_from = jwt_access_secret)]
    jwt_refresh_secret: SecretString,
    #[secure(min_len = 32)]
    fingerprint_pepper: SecretString,
    #[secure(nested)]
    database: Database,
}

#[derive(SecureConfig)]
#[allow(dead_code)]
struct Database {
    host: String,
    port: u16,
    #[secure(range = 1..=1000)]
    max_pool_size: u32,
    min_pool_size: u32,
    connect_timeout: Duration,
}

pub fn load() {
    black_box(Settings::load()).expect("sound settings");
}

/// Judges the three secrets as a load does.
pub fn judge() {
    for name in ["JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET", "FINGERPRINT_PEPPER"] {
        let secret = secret_of(name);
        let verdict = judge_secret(black_box(secret.as_bytes()), &Policy::key().refuse_test_keys());
        assert!(!black_box(verdict).is_refused());
    }
}

/// Kept from one run to the next, so that reading it is no part of what is measured.
fn secret_of(name: &'static str) -> &'static str {
    let (_, secret) = crate::VARIABLES.iter().find(|(variable, _)| *variable == name).expect("a variable");
    secret
}
