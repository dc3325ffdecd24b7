//! What an operator can do while the service runs.

use secure_config::SecretString;
use secure_runtime::log;
use secure_runtime::server::{ActionError, Admin};
use tracing_core::LevelFilter;

use crate::incident::Incident;

/// The admin listener's actions, opened by the token of the settings in force.
pub fn actions(incident: Incident) -> std::io::Result<Admin> {
    let live = incident.live.clone();
    if live.read().admin_token.is_none() {
        tracing::warn!("ADMIN_TOKEN is not set: the admin listener refuses everyone");
    }
    // Admin wants one to begin with; nobody knows this one.
    let admin = Admin::new(SecretString::generate()?).follow(&live, |settings| settings.admin_token.as_ref());
    Ok(incident.commands(admin).log_level(|text| async move {
        let level: LevelFilter = text.trim().parse().map_err(|_| ActionError::new("not a level"))?;
        let log = log::handle().ok_or_else(|| ActionError::new("there is no log"))?;
        log.set_level(level)
            .map_err(|_| ActionError::new("the level cannot be set"))?;
        Ok(format!("log level is {level} for 15 minutes"))
    }))
}
