//! envconfig.

use std::hint::black_box;

use envconfig::Envconfig;

use super::{Level, List, Seconds};

#[derive(Envconfig)]
#[allow(dead_code)]
struct Settings {
    #[envconfig(from = "APP_NAME")]
    app_name: String,
    #[envconfig(from = "HOST")]
    host: String,
    #[envconfig(from = "PORT")]
    port: u16,
    #[envconfig(from = "MAX_BODY_BYTES")]
    max_body_bytes: u64,
    #[envconfig(from = "DEBUG")]
    debug: bool,
    #[envconfig(from = "SAMPLE_RATE")]
    sample_rate: f64,
    #[envconfig(from = "CORS_ORIGINS")]
    cors_origins: List,
    #[envconfig(from = "REGION")]
    region: Option<String>,
    #[envconfig(from = "REQUEST_TIMEOUT")]
    request_timeout: Seconds,
    #[envconfig(from = "LOG_LEVEL")]
    log_level: Level,
    #[envconfig(from = "METRICS")]
    metrics: bool,
    #[envconfig(from = "WORKERS")]
    workers: Option<u16>,
    #[envconfig(from = "JWT_ACCESS_SECRET")]
    jwt_access_secret: String,
    #[envconfig(from = "JWT_REFRESH_SECRET")]
    jwt_refresh_secret: String,
    #[envconfig(from = "FINGERPRINT_PEPPER")]
    fingerprint_pepper: String,
    #[envconfig(nested)]
    database: Database,
}

#[derive(Envconfig)]
#[allow(dead_code)]
struct Database {
    #[envconfig(from = "DATABASE_HOST")]
    host: String,
    #[envconfig(from = "DATABASE_PORT")]
    port: u16,
    #[envconfig(from = "DATABASE_MAX_POOL_SIZE")]
    max_pool_size: u32,
    #[envconfig(from = "DATABASE_MIN_POOL_SIZE")]
    min_pool_size: u32,
    #[envconfig(from = "DATABASE_CONNECT_TIMEOUT")]
    connect_timeout: Seconds,
}

pub fn load() {
    black_box(Settings::init_from_env()).expect("sound settings");
}
