//! Settings with a field of every kind.
#![allow(dead_code, reason = "they are loaded, and nothing uses them")]
#![allow(
    rustdoc::broken_intra_doc_links,
    rustdoc::redundant_explicit_links,
    reason = "the subcommand turns links of any form into text"
)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secure_config::{SecretBytes, SecretString, SecretUrl, SecureConfig};

/// Settings of a service
/// with a field of every kind.
#[derive(Debug, SecureConfig)]
#[secure(erase_env)]
pub(crate) struct Settings {
    /// Signs access tokens.
    #[secure(min_len = 32, reject = "change_this_secret")]
    pub(crate) jwt_access_secret: SecretString,
    /// Signs refresh tokens.
    #[secure(env = ["JWT_REFRESH_SECRET", "JWT_OLD_SECRET"], min_len = 32, differs_from = jwt_access_secret)]
    pub(crate) jwt_refresh_secret: SecretString,
    /// Made up in development.
    #[secure(min_len = 64, generate_in_dev)]
    pub(crate) pepper: SecretString,
    /// AES-256-GCM.
    #[secure(encoding = "hex", len = 32)]
    pub(crate) hex_key: SecretBytes,
    /// Half a key.
    #[secure(encoding = "base64", len = 16)]
    pub(crate) base64_key: SecretBytes,
    /// As JSON Web Keys spell it.
    #[secure(encoding = "base64url", min_len = 48)]
    pub(crate) base64url_key: SecretBytes,
    /// Bytes as they are.
    pub(crate) raw_key: SecretBytes,
    /// As many bits as two keys.
    #[secure(min_bits = 512)]
    pub(crate) strong_key: SecretString,
    /// No longer than an old system takes.
    #[secure(min_len = 20, max_len = 24)]
    pub(crate) admin_password: SecretString,
    /// A person types it.
    pub(crate) backup_passphrase: SecretString,
    /// Words, and many.
    #[secure(min_bits = 160)]
    pub(crate) long_passphrase: SecretString,
    /// A service of ours judges it.
    #[secure(validate = begins_with_a_letter)]
    pub(crate) judged_secret: SecretString,
    /// Keys, newest first.
    #[secure(delimiter = '-')]
    pub(crate) ring_keys: Vec<SecretString>,
    /// Issued by the payment provider.
    pub(crate) payment_token: Option<SecretString>,
    /// Where errors go.
    pub(crate) sentry_dsn: Option<SecretUrl>,

    /// Where the service listens | the pipe stays in its cell.
    #[secure(default = 8080, range = 1..=65535)]
    pub(crate) port: u16,
    /// How much is logged.
    #[secure(default = "INFO", one_of = ["DEBUG", "INFO", "WARN"])]
    pub(crate) log_level: String,
    /// Never in production.
    #[secure(default = false, in_production = false)]
    pub(crate) debug: bool,
    /// A greeting.
    #[secure(default = "it's \"quoted\" # here\\")]
    pub(crate) greeting: String,
    /// A share.
    #[secure(default = 0.5, range = 0.0..=1.0)]
    pub(crate) share: f64,
    /// How long.
    #[secure(default = "1m30s")]
    pub(crate) patience: Duration,
    /// Which.
    pub(crate) letter: Option<char>,
    /// Colder than that.
    #[secure(default = -40)]
    pub(crate) degrees: i8,
    /// Whom we ask.
    pub(crate) peers: Option<Vec<SocketAddr>>,
    /// Where.
    #[secure(default = PathBuf::from("/var/lib/demo"))]
    pub(crate) data_dir: PathBuf,
    /// How long [clients](crate::Client) may take, as [`Duration`][time] writes it and
    /// [the guide](https://example.com/guide) says; `crate::Client` is not for
    /// operators, and
    /// this goes on over several lines of the source, which are wrapped anew.
    ///
    /// # Examples
    ///
    /// ```
    /// let patience = 1;
    /// ```
    ///
    /// [time]: std::time::Duration
    #[secure(default = Duration::from_secs(30), validate = bounds::is_short)]
    pub(crate) linger: Duration,
    /// How many work.
    #[secure(default = MOST, range = LEAST..=MOST)]
    pub(crate) workers: u16,
    /// What it is called.
    #[secure(default)]
    pub(crate) tags: BTreeSet<String>,
    /// How it runs.
    #[secure(default = Mode::Safe, in_production = Mode::Safe)]
    pub(crate) mode: Mode,
    /// The mail server, if there is one.
    #[secure(nested)]
    pub(crate) mail: Option<Mail>,
    /// What stands behind a part.
    #[secure(default = 1)]
    pub(crate) last: u64,
}

/// A mail server.
#[derive(Debug, SecureConfig)]
pub(crate) struct Mail {
    /// Its name.
    pub(crate) host: String,
    /// Opens it.
    pub(crate) password: SecretString,
}

const LEAST: u16 = 2;
const MOST: u16 = 64;

/// How the service runs.
#[derive(Debug, PartialEq)]
pub(crate) enum Mode {
    Safe,
    Fast,
}

impl FromStr for Mode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "safe" => Ok(Self::Safe),
            "fast" => Ok(Self::Fast),
            _ => Err("safe and fast are the modes"),
        }
    }
}

mod bounds {
    use std::time::Duration;

    pub(super) fn is_short(linger: &Duration) -> Result<(), &'static str> {
        if *linger <= Duration::from_secs(60) {
            Ok(())
        } else {
            Err("is more than a minute")
        }
    }
}

fn begins_with_a_letter(secret: &SecretString) -> Result<(), &'static str> {
    match secret.expose_secret().bytes().next() {
        Some(byte) if byte.is_ascii_alphabetic() => Ok(()),
        _ => Err("does not begin with a letter"),
    }
}
