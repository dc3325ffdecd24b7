//! Whether the newest settings were refused, as a health check.

use secure_config::reload::Live;

use crate::health::{BoxError, Check, Outcome};

/// A health check that is *degraded* while the newest settings are refused: what is in force works, and is not what the operator wrote.
///
/// The figures are numbers: `version`, `refused` (so far), `problems` (of the newest set), `pending_restart`. What is wrong stands in the log.
///
/// ```
/// # use secure_config::SecureConfig;
/// # #[derive(SecureConfig)]
/// # struct Settings { #[secure(default = 10)] pool: u32 }
/// use secure_runtime::health::Health;
/// use secure_runtime::reload::ReloadCheck;
///
/// let (live, _) = Settings::loader().vars([("POOL", "5")]).live()?;
/// let health = Health::builder().optional("settings", ReloadCheck::new(&live));
/// # drop(health);
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Debug)]
pub struct ReloadCheck<T>(Live<T>);

impl<T> ReloadCheck<T> {
    /// The check of these settings.
    #[must_use]
    pub fn new(live: &Live<T>) -> Self {
        Self(live.clone())
    }
}

impl<T: Send + Sync + 'static> Check for ReloadCheck<T> {
    async fn run(&self) -> Result<Outcome, BoxError> {
        let status = self.0.status();
        let outcome = match &status.refusal {
            Some(refusal) => Outcome::degraded().with("problems", refusal.problems().len()),
            None => Outcome::healthy(),
        };
        Ok(outcome
            .with("version", status.version)
            .with("refused", status.refused)
            .with("pending_restart", status.pending_restart.len()))
    }
}
