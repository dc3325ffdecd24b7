//! What the tests of several rooms share.

mod problems;
#[cfg(target_os = "linux")]
pub mod scan;
mod scratch;
mod secrets;
mod settings;

pub use problems::{problems, warnings};
pub use scratch::Scratch;
pub use secrets::STRONG;
pub use settings::{Database, Tls};
