//! A service whose events a test receives: it starts as the documentation says, breaks, and ends.

use std::{error::Error, thread};

use secure_config::{Profile, SecretString, SecureConfig};
use secure_runtime::{
    log::LogSettings,
    sentry::{Sentry, SentrySettings},
};

/// What the child is told.
#[derive(Debug, SecureConfig)]
struct Settings {
    /// A secret that it says aloud.
    token: SecretString,
    /// The log.
    #[secure(nested)]
    log: LogSettings,
    /// Sentry.
    #[secure(nested, prefix = "")]
    sentry: SentrySettings,
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings = Settings::load_or_exit();
    let sentry = Sentry::start(settings.sentry, Profile::Production)?;
    let _log = sentry.init_log(settings.log)?;
    let token = settings.token.expose_secret();
    tracing::error!(internal_ref = "own-secret", "broken with {token}");
    let said = format!("gave up with {token}");
    // Another thread, which was started after Sentry.
    let _ = thread::spawn(move || panic!("{said}")).join();
    tracing::info!(?sentry, "ends");
    Ok(())
}
