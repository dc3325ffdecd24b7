//! What the tests of several rooms share.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::exhaustive_structs,
    clippy::return_self_not_must_use,
    reason = "what fails here fails the test that uses it"
)]

pub mod example;
pub mod exposition;
pub mod json;
pub mod lines;
pub mod live;
pub mod loopback;
pub mod markdown;
#[cfg(unix)]
pub mod openbao;
mod problems;
pub mod program;
mod random;
#[cfg(target_os = "linux")]
pub mod scan;
mod scratch;
mod search;
mod secrets;
#[cfg(target_os = "linux")]
pub mod servers;
mod settings;
mod skip;
pub mod tools;
#[cfg(unix)]
pub mod valkey;

pub use problems::{problems, warnings};
pub use random::{Numbers, base64, hex};
pub use scratch::{Scratch, set_mode};
pub use search::Search;
pub use secrets::STRONG;
pub use settings::{Database, Tls};
pub use skip::skip;

/// The code of the README, which must compile as it is printed.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The code of the way from other libraries.
#[cfg(doctest)]
#[doc = include_str!("../../docs/MIGRATE.md")]
pub struct Migrate;
