//! confique.

use std::hint::black_box;

use confique::Config;

use super::{Level, Seconds};

fn list(text: &str) -> Result<Vec<String>, std::convert::Infallible> {
    Ok(text.split(',').map(str::to_owned).collect())
}

#[derive(Config)]
#[allow(dead_code)]
struct Settings {
    #[config(env = "APP_NAME")]
    app_name: String,
    #[config(env = "HOST")]
    host: String,
    #[config(env = "PORT")]
    port: u16,
    #[config(env = "MAX_BODY_BYTES")]
    max_body_bytes: u64,
    #[config(env = "DEBUG")]
    debug: bool,
    #[config(env = "SAMPLE_RATE")]
    sample_rate: f64,
    #[config(env = "CORS_ORIGINS", parse_env = list)]
    cors_origins: Vec<String>,
    #[config(env = "REGION")]
    region: Option<String>,
    #[config(env = "REQUEST_TIMEOUT")]
    request_timeout: Seconds,
    #[config(env = "LOG_LEVEL")]
    log_level: Level,
    #[config(env = "METRICS")]
    metrics: bool,
    #[config(env = "WORKERS")]
    workers: Option<u16>,
    #[config(env = "JWT_ACCESS_SECRET")]
    jwt_access_secret: String,
    #[config(env = "JWT_REFRESH_SECRET")]
    jwt_refresh_secret: String,
    #[config(env = "FINGERPRINT_PEPPER")]
    fingerprint_pepper: String,
    #[config(nested)]
    database: Database,
}

#[derive(Config)]
#[allow(dead_code)]
struct Database {
    #[config(env = "DATABASE_HOST")]
    host: String,
    #[config(env = "DATABASE_PORT")]
    port: u16,
    #[config(env = "DATABASE_MAX_POOL_SIZE")]
    max_pool_size: u32,
    #[config(env = "DATABASE_MIN_POOL_SIZE")]
    min_pool_size: u32,
    #[config(env = "DATABASE_CONNECT_TIMEOUT")]
    connect_timeout: Seconds,
}

pub fn load() {
    black_box(Settings::builder().env().load()).expect("sound settings");
}
