//! What the service is made of, built from its settings: for serving, and for the audit that judges it.

use std::error::Error;

use secure_config::Profile;
use secure_runtime::cors::{CorsLayer, CorsPolicy};
use secure_runtime::headers::{SecurityHeaders, SecurityHeadersLayer};
use secure_runtime::health::Health;
use secure_runtime::limit::LimitLayer;
use secure_runtime::maintenance::{MaintenanceLayer, MaintenancePolicy, Switch};
use secure_runtime::metrics::Metrics;
use secure_runtime::security_txt::SecurityTxtLayer;

use crate::accounts::Accounts;
use crate::database::Database;
use crate::settings::Settings;
use crate::{limits, monitoring};

/// The parts of the service. Nothing listens yet.
#[derive(Debug)]
pub struct Parts {
    pub metrics: Metrics,
    pub limits: LimitLayer,
    pub accounts: Accounts,
    pub database: Database,
    pub health: Health,
    /// Headers of data, and of pages.
    pub headers: SecurityHeadersLayer,
    pub pages: SecurityHeadersLayer,
    pub cors: CorsLayer,
    pub switch: Switch,
    pub maintenance: MaintenanceLayer,
    pub security_txt: SecurityTxtLayer,
}

/// The policy of the settings, which is reviewed when it is built.
pub fn cors(settings: &Settings, profile: Profile) -> CorsPolicy {
    CorsPolicy::from(&settings.cors).profile(profile)
}

impl Parts {
    /// Builds the parts, and takes what they keep out of the settings.
    pub async fn build(settings: &mut Settings, profile: Profile) -> Result<Self, Box<dyn Error>> {
        // All subdomains of the demo speak https. Say so only where it is true: browsers believe it for two years.
        settings.headers.hsts_include_subdomains = true;
        let metrics = monitoring::metrics(settings)?;
        let limits = limits::layer(&settings.limit)?;
        let accounts = Accounts::new(settings.account_changes, metrics.registry())?;
        let database = Database::connect(settings.database.take()).await?;
        database.shown_by(&metrics)?;
        let health = Health::builder()
            .settings(std::mem::take(&mut settings.health))
            .profile(profile)
            .critical("signing", async || Ok::<_, std::io::Error>(()));
        let health = database.watched_by(health).start()?;
        let switch = Switch::new();
        let maintenance = MaintenancePolicy::new(&switch)
            .settings(&settings.maintenance)
            .build()?;
        let security_txt = match settings.security_txt.layer() {
            // No reason for a service to stay down.
            Err(error) if error.is_expired() => {
                tracing::error!(%error, "security.txt is not served");
                SecurityTxtLayer::none()
            }
            layer => layer?,
        };
        Ok(Self {
            headers: SecurityHeaders::api().settings(&settings.headers).build()?,
            pages: SecurityHeaders::html().settings(&settings.headers).build()?,
            cors: cors(settings, profile).build()?,
            metrics,
            limits,
            accounts,
            database,
            health,
            switch,
            maintenance,
            security_txt,
        })
    }
}
