//! envy, the nested struct by a prefix of its own.

use std::hint::black_box;

use serde::Deserialize;

use super::{Level, Seconds};

#[derive(Deserialize)]
#[allow(dead_code)]
struct Settings {
    app_name: String,
    host: String,
    port: u16,
    max_body_bytes: u64,
    debug: bool,
    sample_rate: f64,
    cors_origins: Vec<String>,
    region: Option<String>,
    request_timeout: Seconds,
    log_level: Level,
    metrics: bool,
    workers: Option<u16>,
    jwt_access_secret: String,
    jwt_refresh_secret: String,
    fingerprint_pepper: String,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Database {
    host: String,
    port: u16,
    max_pool_size: u32,
    min_pool_size: u32,
    connect_timeout: Seconds,
}

pub fn load() {
    black_box(envy::from_env::<Settings>()).expect("sound settings");
    black_box(envy::prefixed("DATABASE_").from_env::<Database>()).expect("sound settings");
}
