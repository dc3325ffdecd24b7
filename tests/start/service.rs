//! A service with every setting that the runtime has, and its start.

use std::convert::Infallible;
use std::error::Error;

use http::Response;
use hyper::service::service_fn;
use secure_config::{Check, LoadError, Profile, SecretString, SecureConfig};
use secure_runtime::audit::AuditSettings;
use secure_runtime::client::{ClientLayer, ClientSettings};
use secure_runtime::cors::{CorsPolicy, CorsSettings};
use secure_runtime::database::{DatabaseSettings, SqlxPool};
use secure_runtime::headers::{HeadersSettings, SecurityHeaders};
use secure_runtime::health::{Health, HealthSettings};
use secure_runtime::limit::{LimitSettings, Limits};
use secure_runtime::log::{self, LogOutput, LogSettings};
use secure_runtime::maintenance::{MaintenancePolicy, MaintenanceSettings, Switch};
use secure_runtime::metrics::{Metrics, MetricsSettings};
use secure_runtime::reload::ReloadSettings;
use secure_runtime::replicas::{ReplicaSettings, Valkey};
use secure_runtime::security_txt::SecurityTxtSettings;
use secure_runtime::sentry::{Sentry, SentrySettings};
use secure_runtime::server::{Admin, Server, ServerSettings, from_hyper};
use secure_runtime::stack::{SecureStack, StackSettings};
use sqlx::{Postgres, Sqlite};
use tower_layer::Layer;

#[derive(Debug, SecureConfig)]
#[secure(check = check_database(database))]
pub(crate) struct Settings {
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
    replicas: Option<ReplicaSettings>,
    #[secure(nested)]
    cors: CorsSettings,
    #[secure(nested)]
    maintenance: MaintenanceSettings,
    #[secure(nested)]
    security_txt: SecurityTxtSettings,
    #[secure(nested, prefix = "")]
    sentry: SentrySettings,
    #[secure(nested)]
    #[expect(dead_code, reason = "a reload is begun after the start")]
    reload: ReloadSettings,
    #[secure(nested)]
    database: Option<DatabaseSettings>,
    #[secure(nested)]
    #[expect(dead_code, reason = "an audit refuses nothing")]
    audit: AuditSettings,
}

impl Settings {
    /// Loads these variables; every listener takes a free port unless they say otherwise.
    pub(crate) fn load_from(
        vars: impl IntoIterator<Item = (&'static str, String)>,
        profile: Profile,
    ) -> Result<Self, LoadError> {
        let mut all = std::collections::BTreeMap::from([
            ("BIND_ADDR", "127.0.0.1".to_owned()),
            ("PORT", "0".to_owned()),
        ]);
        all.extend(vars);
        Self::loader().vars(all).profile(profile).load()
    }
}

/// This service has sqlx alone, although its build has deadpool as well.
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

/// Builds everything of the settings, up to bound listeners; what is not there, such as a database, keeps nothing from starting.
pub(crate) fn start(settings: Settings, profile: Profile) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let _layer = log::layer(settings.log, LogOutput::writer(std::io::sink()))?;
        let sentry = Sentry::start(settings.sentry, profile)?;
        let metrics = Metrics::new(&settings.metrics)?;
        let health = Health::builder()
            .settings(settings.health)
            .profile(profile)
            .start()?;
        let switch = Switch::new();
        let _watching = settings.maintenance.watch(&switch)?;
        if let Some(replicas) = &settings.replicas {
            Valkey::start(replicas).await?;
        }
        if let Some(database) = &settings.database {
            match database.url.scheme() {
                "sqlite" => drop(SqlxPool::<Sqlite>::connect_lazy(database)?),
                _ => drop(SqlxPool::<Postgres>::connect_lazy(database)?),
            }
        }
        let _stack = SecureStack::new(SecurityHeaders::html().settings(&settings.headers).build()?)
            .client(ClientLayer::from(&settings.client))
            .settings(&settings.stack)
            .metrics(metrics.layer())
            .cors(CorsPolicy::from(&settings.cors).profile(profile).build()?)
            .maintenance(
                MaintenancePolicy::new(&switch)
                    .settings(&settings.maintenance)
                    .build()?,
            )
            .security_txt(settings.security_txt.layer()?)
            .sentry(sentry.layer())
            .health(health.layer())
            .limit(Limits::from(&settings.limit).build()?);
        let server = Server::builder(settings.server)
            .profile(profile)
            .metrics(metrics.scrape().layer(from_hyper(service_fn(async |_| {
                Ok::<_, Infallible>(Response::new(String::new()))
            }))))
            .admin(Admin::new(SecretString::generate()?))
            .without_signals()
            .without_inherited()
            .bind()
            .await;
        drop(server?);
        Ok(())
    })
}
