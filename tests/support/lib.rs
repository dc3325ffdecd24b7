//! What the tests of several rooms share.

#[cfg(target_os = "linux")]
pub mod scan;
mod settings;

pub use settings::{Database, Tls};
