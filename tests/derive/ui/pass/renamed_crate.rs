//! The library can stand under another path.

mod vendored {
    pub use secure_config as config;
}

use vendored::config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
#[secure(crate = vendored::config)]
struct Database {
    #[secure(default = 50, range = 1..=1000)]
    pool: u32,
}

#[derive(SecureConfig)]
#[secure(crate = "crate::vendored::config", prefix = "APP_")]
struct Settings {
    #[secure(generate_in_dev)]
    jwt_secret: SecretString,
    #[secure(nested)]
    database: Database,
}

fn main() {
    let settings = Settings::loader().vars([("APP_ENV", "dev")]).load().unwrap();
    assert_eq!(settings.database.pool, 50);
    assert!(!settings.jwt_secret.ct_eq(""));
}
