//! What the tests of several rooms share.

pub mod lines;
pub mod loopback;
#[cfg(target_os = "linux")]
pub mod scan;
mod settings;

pub use settings::{Database, Tls};
