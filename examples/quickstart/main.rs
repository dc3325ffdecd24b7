//! A service's settings: three secrets, a few plain values, and a start that is refused unless all are sound.
//!
//! `APP_ENV=development cargo run -p examples --bin quickstart`

use secure_config::{SecretString, SecureConfig};

/// Settings of the demo service.
#[derive(Debug, SecureConfig)]
#[expect(dead_code, reason = "the demo only shows them")]
struct Settings {
    /// Signs access tokens (HS256).
    #[secure(min_len = 32, reject = "change_this_secret", generate_in_dev)]
    jwt_access_secret: SecretString,
    /// Signs refresh tokens.
    #[secure(min_len = 32, differs_from = jwt_access_secret, generate_in_dev)]
    jwt_refresh_secret: SecretString,
    /// Pepper of refresh-token fingerprints.
    #[secure(min_len = 32, generate_in_dev)]
    refresh_token_fingerprint_pepper: SecretString,
    /// Where the service listens.
    #[secure(default = 8080, range = 1..=65535)]
    port: u16,
    /// How much it logs.
    #[secure(default = "INFO", one_of = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"])]
    log_level: String,
    /// Whether it shows more than it should.
    #[secure(default = false, in_production = false)]
    debug: bool,
}

fn main() {
    let settings = Settings::load_or_exit();
    println!("{settings:#?}");
}
