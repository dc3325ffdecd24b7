//! What the tests of several rooms share.

pub mod lines;
pub mod loopback;
mod settings;

pub use settings::{Database, Tls};
