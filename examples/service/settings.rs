//! What the service needs to know, and what it refuses to start with.

use std::str::FromStr;
use std::time::Duration;

use secure_config::{Loader, SecretString, SecureConfig};
use secure_runtime::audit::AuditSettings;
use secure_runtime::client::ClientSettings;
use secure_runtime::cors::CorsSettings;
use secure_runtime::database::DatabaseSettings;
use secure_runtime::headers::HeadersSettings;
use secure_runtime::health::HealthSettings;
use secure_runtime::limit::{LimitSettings, Quota};
use secure_runtime::log::LogSettings;
use secure_runtime::maintenance::MaintenanceSettings;
use secure_runtime::metrics::MetricsSettings;
use secure_runtime::reload::ReloadSettings;
use secure_runtime::replicas::ReplicaSettings;
use secure_runtime::security_txt::SecurityTxtSettings;
use secure_runtime::sentry::SentrySettings;
use secure_runtime::server::ServerSettings;
use secure_runtime::stack::StackSettings;

/// Loads the settings from where the operator keeps them, which may be a vault that `VAULT_ADDR` names.
pub fn loader() -> Loader<Settings> {
    Settings::loader().vault_from_env()
}

/// Settings of the demo service. The secrets of tokens and what stands beside them are read again while it runs.
#[derive(Debug, SecureConfig)]
#[secure(erase_env)]
pub struct Settings {
    /// Signs access tokens (HS256).
    #[secure(min_len = 32, reject = "change_this_secret", generate_in_dev)]
    pub jwt_access_secret: SecretString,
    /// Signs refresh tokens.
    #[secure(min_len = 32, differs_from = jwt_access_secret, generate_in_dev)]
    pub jwt_refresh_secret: SecretString,
    /// Pepper of refresh-token fingerprints.
    #[secure(min_len = 32, generate_in_dev)]
    pub refresh_token_fingerprint_pepper: SecretString,
    /// How long an access token is valid.
    #[secure(default = "15m")]
    pub access_token_lifetime: Duration,
    /// How long a refresh token is valid.
    #[secure(default = "24h")]
    pub refresh_token_lifetime: Duration,
    /// How long a key verifies once another one signs.
    #[secure(default = "24h", needs_restart)]
    pub key_grace: Duration,
    /// Opens the admin listener. Without it that refuses everyone.
    #[secure(min_len = 32)]
    pub admin_token: Option<SecretString>,

    /// When the settings are read again.
    #[secure(nested)]
    pub reload: ReloadSettings,
    /// The server that all replicas share, if there are several.
    #[secure(nested, prefix = "", needs_restart)]
    pub replicas: Option<ReplicaSettings>,
    /// The log.
    #[secure(nested, needs_restart)]
    pub log: LogSettings,
    /// Where errors and traces go, if anywhere.
    #[secure(nested, prefix = "", needs_restart)]
    pub sentry: SentrySettings,
    /// Addresses, certificates, timeouts and limits.
    #[secure(nested, prefix = "", needs_restart)]
    pub server: ServerSettings,
    /// Who is believed about the client's address.
    #[secure(nested, prefix = "", needs_restart)]
    pub client: ClientSettings,
    /// Security headers.
    #[secure(nested, needs_restart)]
    pub headers: HeadersSettings,
    /// Bounds of a request.
    #[secure(nested, prefix = "", needs_restart)]
    pub stack: StackSettings,
    /// Pages of other origins that may call.
    #[secure(nested, needs_restart)]
    pub cors: CorsSettings,
    /// The file that shuts the service, and who is let in then.
    #[secure(nested, needs_restart)]
    pub maintenance: MaintenanceSettings,
    /// Whom to tell of a vulnerability.
    #[secure(nested, needs_restart)]
    pub security_txt: SecurityTxtSettings,
    /// The database; one in memory if nothing is said.
    #[secure(nested, needs_restart)]
    pub database: Option<DatabaseSettings>,
    /// Health checks.
    #[secure(nested, needs_restart)]
    pub health: HealthSettings,
    /// Metrics.
    #[secure(nested, needs_restart)]
    pub metrics: MetricsSettings,
    /// What only the operator knows of the deployment.
    #[secure(nested, prefix = "", needs_restart)]
    pub audit: AuditSettings,
    /// How often clients may call.
    #[secure(nested, needs_restart)]
    pub limit: LimitSettings,
    /// How often an account may change its token.
    #[secure(default = "10 per hour", parse = Quota::from_str, needs_restart)]
    pub account_changes: Quota,
}
