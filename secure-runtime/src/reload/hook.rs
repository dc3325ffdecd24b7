//! The settings' part in a reload of the server.

use std::future::Future;

use secure_config::SecureConfig;
use secure_config::reload::Live;

use super::{log_outcome, tell};
use crate::server::ReloadError;

/// What the server does with these settings at a reload: for [`Builder::on_reload`](crate::server::Builder::on_reload).
///
/// So SIGHUP and `POST /reload` on the admin listener read them again, between RELOADING and READY to the service manager, and the
/// operator is told which variables changed, or every problem.
///
/// ```no_run
/// # use secure_config::SecureConfig;
/// # use secure_runtime::server::{Server, ServerSettings};
/// # #[derive(SecureConfig)]
/// # struct Settings { #[secure(default = 10)] max_sessions: u32 }
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let (live, _) = Settings::loader().live_or_exit();
/// let server = Server::builder(ServerSettings::default()).on_reload(secure_runtime::reload::hook(&live));
/// # drop(server);
/// # Ok(())
/// # }
/// ```
pub fn hook<T>(
    live: &Live<T>,
) -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = Result<String, ReloadError>> + Send>>
+ Send
+ Sync
+ 'static
+ use<T>
where
    T: SecureConfig + Send + Sync + 'static,
{
    let live = live.clone();
    move || {
        let live = live.clone();
        Box::pin(async move {
            let reload = move || {
                let outcome = live.reload();
                log_outcome(&outcome);
                tell::line(&outcome)
            };
            match tokio::task::spawn_blocking(reload).await {
                Ok(line) => line.map_err(ReloadError::new),
                Err(_) => Err(ReloadError::new("the settings could not be read")),
            }
        })
    }
}
