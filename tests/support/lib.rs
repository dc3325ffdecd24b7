//! What the tests of several rooms share.

mod settings;

pub use settings::{Database, Tls};
