//! secure-config.

use std::hint::black_box;
use std::time::Duration;

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
