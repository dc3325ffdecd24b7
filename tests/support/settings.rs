//! Configurations of a crate that others nest theirs in.

use std::path::PathBuf;

use secure_config::{SecretUrl, SecureConfig};

/// Where the database is and how its pool behaves.
#[derive(Debug, SecureConfig)]
#[non_exhaustive]
pub struct Database {
    /// With user and password, if it needs them.
    pub url: Option<SecretUrl>,
    /// Connections at most.
    #[secure(default = 50, range = 1..=1000)]
    pub max_pool_size: u32,
    /// How connections are secured.
    #[secure(nested)]
    pub tls: Tls,
}

/// How connections are secured.
#[derive(Debug, SecureConfig)]
#[non_exhaustive]
pub struct Tls {
    /// The chain, as PEM.
    pub certificate: Option<PathBuf>,
}
