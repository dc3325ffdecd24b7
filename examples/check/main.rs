//! The deploy gate: loads the settings as the service would, reports, and exits with 0 or 78.
//!
//! `cargo run -p examples --bin check`; with `--json` the report is one line of JSON on stdout.

use std::process::ExitCode;

use secure_config::{SecretString, SecretUrl, SecureConfig};

/// Where the database is and how its pool behaves.
#[derive(SecureConfig)]
#[expect(dead_code, reason = "the gate only loads them")]
struct Database {
    /// With user and password, if it needs them.
    url: Option<SecretUrl>,
    /// Connections at most.
    #[secure(default = 50, range = 1..=1000)]
    max_pool_size: u32,
}

/// Settings of the service that is to be deployed.
#[derive(SecureConfig)]
#[expect(dead_code, reason = "the gate only loads them")]
struct Settings {
    /// Signs access tokens (HS256).
    #[secure(min_len = 32, reject = "change_this_secret")]
    jwt_access_secret: SecretString,
    /// Signs refresh tokens.
    #[secure(min_len = 32, differs_from = jwt_access_secret)]
    jwt_refresh_secret: SecretString,
    /// Pepper of refresh-token fingerprints.
    #[secure(min_len = 32)]
    refresh_token_fingerprint_pepper: SecretString,
    /// Where the service listens.
    #[secure(default = 8080, range = 1..=65535)]
    port: u16,
    /// The database.
    #[secure(nested)]
    database: Database,
    /// Where errors are reported.
    sentry_dsn: Option<SecretUrl>,
}

/// `EX_CONFIG` of sysexits.h.
const REFUSED: u8 = 78;

fn main() -> ExitCode {
    let as_json = std::env::args().any(|argument| argument == "--json");
    let (report, code) = match Settings::loader().load_with_report() {
        Ok((_, report)) => (report, ExitCode::SUCCESS),
        Err(error) => (error.report().clone(), ExitCode::from(REFUSED)),
    };
    if as_json {
        println!("{}", report.to_json());
    } else {
        eprint!("{report}");
        if code == ExitCode::SUCCESS {
            println!("configuration is sound (profile: {})", report.profile());
        }
    }
    code
}
