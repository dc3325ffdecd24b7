//! The settings of the service that most tests load: those of the first page of the documentation.

use secure_config::{SecretString, SecretUrl, SecureConfig};

/// Where the database is and how its pool behaves.
#[derive(Debug, SecureConfig)]
#[allow(dead_code, reason = "of some fields only the problems matter")]
pub(crate) struct Database {
    pub(crate) url: Option<SecretUrl>,
    #[secure(default = 50, range = 1..=1000)]
    pub(crate) max_pool_size: u32,
}

/// Settings of the demo service.
#[derive(Debug, SecureConfig)]
#[allow(dead_code, reason = "of some fields only the problems matter")]
pub(crate) struct Settings {
    /// Signs access tokens (HS256).
    #[secure(min_len = 32, reject = "change_this_secret")]
    pub(crate) jwt_access_secret: SecretString,
    /// Signs refresh tokens.
    #[secure(min_len = 32, differs_from = jwt_access_secret)]
    pub(crate) jwt_refresh_secret: SecretString,
    /// Pepper of refresh-token fingerprints.
    #[secure(min_len = 32, generate_in_dev)]
    pub(crate) refresh_token_fingerprint_pepper: SecretString,

    #[secure(default = 8080, range = 1..=65535)]
    pub(crate) port: u16,
    #[secure(default = "INFO", one_of = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"])]
    pub(crate) log_level: String,
    #[secure(default = false, in_production = false)]
    pub(crate) debug: bool,
    #[secure(nested)]
    pub(crate) database: Database,
    pub(crate) sentry_dsn: Option<SecretUrl>,
    #[secure(default = false)]
    pub(crate) prometheus_enabled: bool,
}

/// The names of its three secrets.
pub(crate) const SECRETS: [&str; 3] = [
    "JWT_ACCESS_SECRET",
    "JWT_REFRESH_SECRET",
    "REFRESH_TOKEN_FINGERPRINT_PEPPER",
];
