//! Settings that are read again: on SIGHUP, by the admin listener, and when the content of a file changes.
//!
//! [`secure_config::reload`] reads, checks and exchanges; this module says when, and tells what became of it:
//!
//! | what | by |
//! |---|---|
//! | SIGHUP and `POST /reload`, with RELOADING and READY to the service manager | [`hook`] in the server's `on_reload` |
//! | SIGHUP in a service with another server | [`Reloader::on_hangup`] |
//! | changed content of `.env`, of `X_FILE`s and of secrets directories | [`Reloader`], at an interval |
//! | `tokio::sync::watch` of the set in force | [`receiver`] |
//! | health: *degraded* while the newest set is refused | [`ReloadCheck`] |
//! | metrics: `config_reloads_total{result}` and more | `Metrics::watch_reload` |
//!
//! # Rules
//!
//! 1. A set that is refused is logged, a line for each problem, and counted; the set before stays in force. The file is not tried
//!    again before it changes, or somebody asks.
//! 2. A change is taken when two looks in a row, 200 ms apart, find the same.
//! 3. A line tells which variables changed, and which of them need a restart. None tells a value.
//! 4. Files are read outside of the runtime's own threads.
//!
//! **Caveat**: without the server or [`on_hangup`](Reloader::on_hangup) SIGHUP ends the process, as it does by default.
//!
//! # Examples
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use secure_config::SecureConfig;
//! use secure_runtime::reload::{ReloadSettings, Reloader};
//!
//! #[derive(Debug, SecureConfig)]
//! struct Settings {
//!     #[secure(default = 10)]
//!     max_sessions: u32,
//!     #[secure(nested)]
//!     reload: ReloadSettings,
//! }
//!
//! let (live, _) = Settings::loader().vars([("MAX_SESSIONS", "20")]).live()?;
//! let _reloading = Reloader::new(&live).settings(&live.read().reload).start()?;
//!
//! // In a handler: one snapshot a request.
//! assert_eq!(live.read().max_sessions, 20);
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "health")]
mod check;
#[cfg(all(feature = "server", unix))]
mod hook;
mod reloader;
mod settings;
mod tell;
mod watch;

#[cfg(feature = "health")]
pub use check::ReloadCheck;
#[cfg(all(feature = "server", unix))]
pub use hook::hook;
pub use reloader::{Reloader, Reloading};
pub use settings::ReloadSettings;
pub use tell::log_outcome;
pub use watch::receiver;
