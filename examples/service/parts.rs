//! What the service is made of, built from its settings: for serving, and for the audit that judges it.

use std::error::Error;

use secure_config::Profile;
use secure_config::reload::Live;
use secure_runtime::cors::{CorsLayer, CorsPolicy};
use secure_runtime::headers::{SecurityHeaders, SecurityHeadersLayer};
use secure_runtime::health::Health;
use secure_runtime::limit::LimitLayer;
use secure_runtime::maintenance::{MaintenanceLayer, MaintenancePolicy, Switch};
use secure_runtime::metrics::Metrics;
use secure_runtime::reload::ReloadCheck;
use secure_runtime::replicas::Valkey;
use secure_runtime::security_txt::SecurityTxtLayer;

use crate::accounts::Accounts;
use crate::database::Database;
use crate::keys::Keys;
use crate::replicas::Quotas;
use crate::settings::Settings;
use crate::{limits, monitoring, replicas};

/// The parts of the service. Nothing listens yet.
#[derive(Debug)]
pub struct Parts {
    pub metrics: Metrics,
    pub limits: LimitLayer,
    pub accounts: Accounts,
    pub database: Database,
    /// What signs and verifies tokens.
    pub keys: Keys,
    /// The server that all replicas share, if there are several.
    pub valkey: Option<Valkey>,
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
    /// Builds the parts. They share the secrets that they keep with the settings.
    pub async fn build(live: &Live<Settings>, profile: Profile) -> Result<Self, Box<dyn Error>> {
        let settings = &*live.current();
        // All subdomains of the demo speak https. Say so only where it is true: browsers believe it for two years.
        let mut headers = settings.headers.clone();
        headers.hsts_include_subdomains = true;
        let metrics = monitoring::metrics(settings)?;
        let keys = Keys::following(live)?;
        let valkey = replicas::connect(settings.replicas.as_ref()).await?;
        let limits = limits::layer(&settings.limit, valkey.is_some())?;
        let quotas = Quotas::new(valkey.as_ref(), settings.account_changes, &metrics)?;
        let database = Database::connect(settings.database.as_ref()).await?;
        let logout = database.stored_logout().await;
        if let Some(instant) = logout.map_err(|error| -> Box<dyn Error> { error })? {
            keys.log_out_before(instant);
        }
        let accounts = Accounts::new(live, &keys, &database, quotas, metrics.registry())?;
        database.shown_by(&metrics)?;
        let health = Health::builder()
            .settings(settings.health.share())
            .profile(profile)
            .optional("settings", ReloadCheck::new(live));
        let health = replicas::watched_by(valkey.as_ref(), database.watched_by(health)).start()?;
        let switch = Switch::new();
        let maintenance = MaintenancePolicy::new(&switch)
            .settings(&settings.maintenance)
            .build()?;
        let security_txt = settings.security_txt.layer()?;
        Ok(Self {
            headers: SecurityHeaders::api().settings(&headers).build()?,
            pages: SecurityHeaders::html().settings(&headers).build()?,
            cors: cors(settings, profile).build()?,
            metrics,
            limits,
            accounts,
            database,
            keys,
            valkey,
            health,
            switch,
            maintenance,
            security_txt,
        })
    }
}
