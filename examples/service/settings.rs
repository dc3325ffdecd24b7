//! What the service needs to know, and what it refuses to start with.

use std::str::FromStr;

use secure_config::{SecretString, SecureConfig};
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
use secure_runtime::security_txt::SecurityTxtSettings;
use secure_runtime::sentry::SentrySettings;
use secure_runtime::server::ServerSettings;
use secure_runtime::stack::StackSettings;

/// Settings of the demo service.
#[derive(Debug, SecureConfig)]
#[secure(erase_env)]
#[expect(
    dead_code,
    reason = "the demo has no accounts, and so signs nothing with its keys"
)]
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
    /// Opens the admin listener. Without it that refuses everyone.
    #[secure(min_len = 32)]
    pub admin_token: Option<SecretString>,

    /// The log.
    #[secure(nested)]
    pub log: LogSettings,
    /// Where errors and traces go, if anywhere.
    #[secure(nested, prefix = "")]
    pub sentry: SentrySettings,
    /// Addresses, certificates, timeouts and limits.
    #[secure(nested, prefix = "")]
    pub server: ServerSettings,
    /// Who is believed about the client's address.
    #[secure(nested, prefix = "")]
    pub client: ClientSettings,
    /// Security headers.
    #[secure(nested)]
    pub headers: HeadersSettings,
    /// Bounds of a request.
    #[secure(nested, prefix = "")]
    pub stack: StackSettings,
    /// Pages of other origins that may call.
    #[secure(nested)]
    pub cors: CorsSettings,
    /// The file that shuts the service, and who is let in then.
    #[secure(nested)]
    pub maintenance: MaintenanceSettings,
    /// Whom to tell of a vulnerability.
    #[secure(nested)]
    pub security_txt: SecurityTxtSettings,
    /// The database; one in memory if nothing is said.
    #[secure(nested)]
    pub database: Option<DatabaseSettings>,
    /// Health checks.
    #[secure(nested)]
    pub health: HealthSettings,
    /// Metrics.
    #[secure(nested)]
    pub metrics: MetricsSettings,
    /// What only the operator knows of the deployment.
    #[secure(nested, prefix = "")]
    pub audit: AuditSettings,
    /// How often clients may call.
    #[secure(nested)]
    pub limit: LimitSettings,
    /// How often an account may change its token.
    #[secure(default = "10 per hour", parse = Quota::from_str)]
    pub account_changes: Quota,
}
