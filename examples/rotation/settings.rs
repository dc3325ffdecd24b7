//! What the service needs to know; the key and the times are read again while it runs.

use std::path::PathBuf;
use std::time::Duration;

use secure_config::{SecretString, SecureConfig};
use secure_runtime::log::LogSettings;
use secure_runtime::reload::ReloadSettings;
use secure_runtime::server::ServerSettings;

/// Settings of the demo service.
#[derive(Debug, SecureConfig)]
#[secure(erase_env)]
pub struct Settings {
    /// Signs access tokens (HS256). To rotate it, write it into a file and name that by `TOKEN_KEY_FILE`.
    #[secure(min_len = 32, generate_in_dev)]
    pub token_key: SecretString,
    /// How long a token is valid.
    #[secure(default = "1h")]
    pub token_lifetime: Duration,
    /// How long a key verifies once another one signs.
    #[secure(default = "1h", needs_restart)]
    pub token_grace: Duration,
    /// Where the instant of the last forced logout is kept.
    #[secure(default = "./not-before", needs_restart)]
    pub logout_file: PathBuf,
    /// Opens the admin listener. Without it that refuses everyone.
    #[secure(min_len = 32, needs_restart)]
    pub admin_token: Option<SecretString>,

    /// When the settings are read again.
    #[secure(nested)]
    pub reload: ReloadSettings,
    /// The log.
    #[secure(nested, needs_restart)]
    pub log: LogSettings,
    /// Addresses, certificates, timeouts and limits.
    #[secure(nested, prefix = "", needs_restart)]
    pub server: ServerSettings,
}
