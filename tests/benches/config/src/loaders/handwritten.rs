//! What a careful team writes by hand: std, one line a field, the secrets' length and the one known default checked.

use std::hint::black_box;
use std::time::Duration;

use super::{Level, Seconds};

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
    request_timeout: Duration,
    log_level: Level,
    metrics: bool,
    workers: Option<u16>,
    jwt_access_secret: Box<str>,
    jwt_refresh_secret: Box<str>,
    fingerprint_pepper: Box<str>,
    database: Database,
}

#[allow(dead_code)]
struct Database {
    host: String,
    port: u16,
    max_pool_size: u32,
    min_pool_size: u32,
    connect_timeout: Duration,
}

type Error = Box<dyn std::error::Error>;

fn text(name: &str) -> Result<String, Error> {
    std::env::var(name).map_err(|_| format!("{name} is not set").into())
}

fn parsed<T: std::str::FromStr>(name: &str) -> Result<T, Error> {
    text(name)?.parse().map_err(|_| format!("{name} is not valid").into())
}

fn secret(name: &str) -> Result<Box<str>, Error> {
    let text = text(name)?;
    if text.len() < 32 || text == "change_this_secret" {
        return Err(format!("{name} is too weak").into());
    }
    Ok(text.into_boxed_str())
}

fn settings() -> Result<Settings, Error> {
    Ok(Settings {
        app_name: text("APP_NAME")?,
        host: text("HOST")?,
        port: parsed("PORT")?,
        max_body_bytes: parsed("MAX_BODY_BYTES")?,
        debug: parsed("DEBUG")?,
        sample_rate: parsed("SAMPLE_RATE")?,
        cors_origins: text("CORS_ORIGINS")?.split(',').map(str::to_owned).collect(),
        region: std::env::var("REGION").ok(),
        request_timeout: parsed::<Seconds>("REQUEST_TIMEOUT")?.0,
        log_level: parsed("LOG_LEVEL")?,
        metrics: parsed("METRICS")?,
        workers: std::env::var("WORKERS").ok().map(|text| text.parse()).transpose()?,
        jwt_access_secret: secret("JWT_ACCESS_SECRET")?,
        jwt_refresh_secret: secret("JWT_REFRESH_SECRET")?,
        fingerprint_pepper: secret("FINGERPRINT_PEPPER")?,
        database: Database {
            host: text("DATABASE_HOST")?,
            port: parsed("DATABASE_PORT")?,
            max_pool_size: parsed("DATABASE_MAX_POOL_SIZE")?,
            min_pool_size: parsed("DATABASE_MIN_POOL_SIZE")?,
            connect_timeout: parsed::<Seconds>("DATABASE_CONNECT_TIMEOUT")?.0,
        },
    })
}

pub fn load() {
    black_box(settings()).expect("sound settings");
}
