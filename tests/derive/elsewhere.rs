//! Settings of another crate, for structs that nest them.
#![allow(clippy::exhaustive_structs, reason = "a test needs no room to grow")]

#[path = "../support/secrets.rs"]
mod secrets;
#[path = "../support/settings.rs"]
mod settings;

pub use secrets::STRONG;
pub use settings::{Database, Tls};
