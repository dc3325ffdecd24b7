//! Counts and states of the other parts, shown as metrics.

#[cfg(feature = "database")]
mod database;
#[cfg(feature = "events")]
mod events;
#[cfg(feature = "health")]
mod health;
#[cfg(feature = "limit")]
mod limit;
#[cfg(feature = "log")]
mod log;
#[cfg(feature = "reload")]
mod reload;
#[cfg(feature = "server")]
mod server;

#[cfg(feature = "limit")]
pub(super) use self::limit::Refusals;
