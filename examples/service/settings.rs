//! What the service needs to know, and what it refuses to start with.

use std::str::FromStr;
use std::time::Duration;

use secure_config::{Check, Loader, SecretString, SecureConfig};
use secure_runtime::audit::AuditSettings;
use secure_runtime::client::ClientSettings;
use secure_runtime::cors::CorsSettings;
use secure_runtime::database::{DatabaseSettings, SqlxPool};
use secure_runtime::headers::HeadersSettings;
use secure_runtime::health::HealthSettings;
use secure_runtime::limit::{LimitSettings, Quota};
use secure_runtime::log::LogSettings;
use secure_runtime::maintenance::MaintenanceSettings;
use secure_runtime::metrics::MetricsSettings;
use secure_runtime::reload::ReloadSettings;
use secure_runtime::replicas::{ReplicaSettings, SharedLimiter};
use secure_runtime::security_txt::SecurityTxtSettings;
use secure_runtime::sentry::SentrySettings;
use secure_runtime::server::{BindAddr, ServerSettings};
use secure_runtime::stack::StackSettings;
use sqlx::{Postgres, Sqlite};

/// Loads the settings from where the operator keeps them, which may be a vault that `VAULT_ADDR` names.
pub fn loader() -> Loader<Settings> {
    Settings::loader().vault_from_env()
}

/// Settings of the demo service. The secrets of tokens and what stands beside them are read again while it runs.
#[derive(Debug, SecureConfig)]
#[secure(erase_env)]
#[secure(check = check_database(database), check = check_changes(replicas, account_changes), check = check_admin(server, admin_token))]
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

/// Refuses a quota that replicas cannot share.
fn check_changes(replicas: &Option<ReplicaSettings>, quota: &Quota, check: &mut Check<'_>) {
    if let (Some(_), Err(error)) = (replicas, SharedLimiter::check_quota(*quota)) {
        check.refuse("account_changes", error.reason());
    }
}

/// Warns of an admin listener that refuses everyone. A reload may bring the token.
fn check_admin(server: &ServerSettings, token: &Option<SecretString>, check: &mut Check<'_>) {
    let has_listener = server.admin_port.is_some() || matches!(server.admin_addr, Some(BindAddr::Unix(_)));
    if has_listener && token.is_none() && !check.is_reload() {
        let remedy = "set it, or leave ADMIN_PORT out";
        check.warn(
            "admin_token",
            "is not set, so the admin listener refuses everyone",
            remedy,
        );
    }
}

/// Refuses an address that the driver for its scheme cannot read.
fn check_database(settings: &Option<DatabaseSettings>, check: &mut Check<'_>) {
    let Some(DatabaseSettings { url, .. }) = settings else {
        return;
    };
    let checked = match url.scheme() {
        "sqlite" => SqlxPool::<Sqlite>::check_url(url),
        _ => SqlxPool::<Postgres>::check_url(url),
    };
    if let Err(flaw) = checked {
        check.refuse_with("database.url", flaw.reason(), flaw.remedy());
    }
}
