//! What an operator can do while the service runs.

use secure_config::SecretString;
use secure_runtime::log;
use secure_runtime::maintenance::Switch;
use secure_runtime::server::{ActionError, Admin};
use tracing_core::LevelFilter;

/// The admin listener's actions, opened by `token`.
pub fn actions(token: Option<SecretString>, maintenance: &Switch) -> std::io::Result<Admin> {
    let token = match token {
        Some(token) => token,
        None => {
            tracing::warn!("ADMIN_TOKEN is not set: the admin listener refuses everyone");
            SecretString::generate()?
        }
    };
    Ok(Admin::new(token)
        .maintenance_switch(maintenance)
        .log_level(|text| async move {
            let level: LevelFilter = text.trim().parse().map_err(|_| ActionError::new("not a level"))?;
            let log = log::handle().ok_or_else(|| ActionError::new("there is no log"))?;
            log.set_level(level)
                .map_err(|_| ActionError::new("the level cannot be set"))?;
            Ok(format!("log level is {level} for 15 minutes"))
        }))
}
