//! All settings that the runtime has, as a service nests them.

use secure_config::SecureConfig;
use secure_runtime::audit::AuditSettings;
use secure_runtime::client::ClientSettings;
use secure_runtime::cors::CorsSettings;
use secure_runtime::database::DatabaseSettings;
use secure_runtime::headers::HeadersSettings;
use secure_runtime::health::HealthSettings;
use secure_runtime::limit::LimitSettings;
use secure_runtime::log::LogSettings;
use secure_runtime::maintenance::MaintenanceSettings;
use secure_runtime::metrics::MetricsSettings;
use secure_runtime::reload::ReloadSettings;
use secure_runtime::replicas::ReplicaSettings;
use secure_runtime::security_txt::SecurityTxtSettings;
use secure_runtime::sentry::SentrySettings;
use secure_runtime::server::ServerSettings;
use secure_runtime::stack::StackSettings;

/// Nobody loads it: it is there for its schema.
#[derive(SecureConfig)]
#[expect(dead_code, reason = "its schema is all that is asked for")]
pub(crate) struct Everything {
    #[secure(nested)]
    log: LogSettings,
    #[secure(nested, prefix = "")]
    server: ServerSettings,
    #[secure(nested, prefix = "")]
    client: ClientSettings,
    #[secure(nested)]
    headers: HeadersSettings,
    #[secure(nested, prefix = "")]
    stack: StackSettings,
    #[secure(nested)]
    health: HealthSettings,
    #[secure(nested)]
    metrics: MetricsSettings,
    #[secure(nested)]
    limit: LimitSettings,
    #[secure(nested)]
    replicas: ReplicaSettings,
    #[secure(nested)]
    cors: CorsSettings,
    #[secure(nested)]
    maintenance: MaintenanceSettings,
    #[secure(nested)]
    security_txt: SecurityTxtSettings,
    #[secure(nested, prefix = "")]
    sentry: SentrySettings,
    #[secure(nested)]
    reload: ReloadSettings,
    #[secure(nested)]
    database: DatabaseSettings,
    #[secure(nested)]
    audit: AuditSettings,
}
