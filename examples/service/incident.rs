//! What an operator does when something has happened: exchange the secrets, log everyone out, shut the service.
//!
//! The procedures are in `docs/INCIDENT.md`. Each is a command of the admin listener, which tells what became of it and never a secret.

use std::sync::Arc;

use secure_config::cli::Cli;
use secure_config::reload::Live;
use secure_runtime::maintenance::{Cause, Notice, Switch};
use secure_runtime::reload::log_outcome;
use secure_runtime::replicas::Valkey;
use secure_runtime::server::{ActionError, Admin};

use crate::database::Database;
use crate::keys::Keys;
use crate::settings::{self, Settings};

/// What the commands act on.
#[derive(Debug)]
pub struct Incident {
    pub live: Live<Settings>,
    pub keys: Keys,
    pub database: Database,
    pub valkey: Option<Valkey>,
    pub switch: Switch,
}

impl Incident {
    /// `POST /rotate`, `POST /logout-everyone` and `POST /maintenance`.
    pub fn commands(self, admin: Admin) -> Admin {
        let incident = Arc::new(self);
        let (rotating, leaving) = (Arc::clone(&incident), Arc::clone(&incident));
        let admin = admin
            .action("rotate", move |names| {
                let incident = Arc::clone(&rotating);
                async move {
                    // It reads and writes files.
                    let rotated = tokio::task::spawn_blocking(move || incident.rotate(&names)).await;
                    rotated.unwrap_or_else(|_| Err(ActionError::new("the secrets could not be replaced")))
                }
            })
            .action("logout-everyone", move |_| {
                let incident = Arc::clone(&leaving);
                async move { incident.log_out_everyone().await }
            });
        if incident.valkey.is_none() {
            return admin.maintenance_switch(&incident.switch);
        }
        admin.action("maintenance", move |command| {
            let incident = Arc::clone(&incident);
            async move { incident.maintain(command.trim()).await }
        })
    }

    /// Replaces secrets in `.env`, and has them read: the body names them, or says `all`.
    fn rotate(&self, names: &str) -> Result<String, ActionError> {
        let names: Vec<&str> = names.split_whitespace().collect();
        let keys = match names[..] {
            [] => return Err(ActionError::new("the body must name secrets, or say all")),
            ["all"] => &[],
            _ => &names[..],
        };
        let rotated = Cli::<Settings>::new().loader(settings::loader).rotate(keys);
        let rotated = rotated.map_err(|error| ActionError::new(error.to_string()))?;
        if rotated.written().is_empty() {
            return Err(ActionError::new(rotated.to_string()));
        }
        let outcome = self.live.reload();
        log_outcome(&outcome);
        match outcome {
            Ok(reloaded) => Ok(format!("{rotated}\n{reloaded}")),
            Err(error) => {
                let count = error.problems().len();
                Err(ActionError::new(format!(
                    "{rotated}\nbut the new settings are refused, and those before stay in force: {count} problems, which the log names"
                )))
            }
        }
    }

    /// Voids every token that was issued before: here first, which cannot fail, then on the other replicas, then beyond the next start.
    async fn log_out_everyone(&self) -> Result<String, ActionError> {
        let mut instant = self.keys.log_out_everyone();
        let mut failed = Vec::new();
        match &self.valkey {
            None => {}
            Some(valkey) => match valkey.log_out_everyone().await {
                Ok(shared) => {
                    self.keys.log_out_before(shared);
                    instant = instant.max(shared);
                }
                Err(error) => failed.push(format!("the other replicas were not told: {error}")),
            },
        }
        if let Err(error) = self.database.store_logout(instant).await {
            tracing::error!(
                error = &*error as &(dyn std::error::Error + 'static),
                "the instant of the logout cannot be stored"
            );
            failed.push("the next start forgets it: the database did not take it".to_owned());
        }
        if failed.is_empty() {
            tracing::warn!("everyone is logged out");
            Ok("everyone is logged out".to_owned())
        } else {
            let failed = failed.join("; ");
            Err(ActionError::new(format!(
                "everyone is logged out of this process, but {failed}"
            )))
        }
    }

    /// Turns the switch of all replicas.
    async fn maintain(&self, command: &str) -> Result<String, ActionError> {
        let (word, notice) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        // It is understood before anyone is told, and done here whether the others can be told or not.
        let failed = |error: &dyn std::fmt::Display| ActionError::new(error.to_string());
        let told = match (word, &self.valkey) {
            ("on", Some(valkey)) => {
                let here: Notice = notice.trim().parse().map_err(|error| failed(&error))?;
                self.switch.turn_on(Cause::Shared, here);
                valkey.shut(notice.trim()).await
            }
            ("off", Some(valkey)) if notice.is_empty() => {
                self.switch.turn_off(Cause::Admin);
                let told = valkey.open().await;
                if told.is_ok() {
                    self.switch.turn_off(Cause::Shared);
                }
                told
            }
            _ => {
                return self
                    .switch
                    .command(Cause::Admin, command)
                    .map_err(|error| failed(&error));
            }
        };
        match told {
            Ok(()) => Ok(format!("{}, on every replica within a second", self.switch)),
            Err(error) => Err(ActionError::new(format!(
                "{}, but the other replicas were not told: {error}",
                self.switch
            ))),
        }
    }
}
