use secure_config::{SecretString, SecretUrl, SecureConfig};

/// Where the database is and how its pool behaves.
#[derive(Debug, SecureConfig)]
pub struct Database {
    pub url: Option<SecretUrl>,
    #[secure(default = 50, range = 1..=1000)]
    pub max_pool_size: u32,
}

/// Settings of the demo service.
#[derive(Debug, SecureConfig)]
pub struct Settings {
    /// Signs access tokens (HS256).
    #[secure(min_len = 32, reject = "change_this_secret")]
    pub jwt_access_secret: SecretString,
    /// Signs refresh tokens.
    #[secure(min_len = 32, differs_from = jwt_access_secret)]
    pub jwt_refresh_secret: SecretString,
    /// Pepper of refresh-token fingerprints.
    #[secure(min_len = 32, generate_in_dev)]   // made up per process, in the development profile only
    pub refresh_token_fingerprint_pepper: SecretString,

    #[secure(default = 8080, range = 1..=65535)]
    pub port: u16,
    #[secure(default = "INFO", one_of = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"])]
    pub log_level: String,
    #[secure(default = false, in_production = false)]
    pub debug: bool,
    #[secure(nested)]                          // DATABASE_URL, DATABASE_MAX_POOL_SIZE
    pub database: Database,
    pub sentry_dsn: Option<SecretUrl>,
    #[secure(default = false)]
    pub prometheus_enabled: bool,
}

fn main() {
    let settings = Settings::load_or_exit();   // a report on stderr and exit code 78 (EX_CONFIG) when refused
    println!("{settings:?}");
    for name in ["JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET", "REFRESH_TOKEN_FINGERPRINT_PEPPER"] {
        println!("std::env::var({name}).is_ok() = {}", std::env::var(name).is_ok());
    }
}
