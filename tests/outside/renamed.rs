//! A library whose author renamed the dependency, has none on serde, and denies what can be denied.
#![deny(warnings, missing_docs, unsafe_code, unreachable_pub, unused_qualifications)]
#![no_std]

extern crate alloc;

use alloc::string::String;

use hardened::{SecretString, SecureConfig};

/// Where mail goes.
#[derive(Debug, SecureConfig)]
#[secure(crate = hardened)]
pub struct Mail {
    /// The server.
    pub host: String,
    /// Its password.
    #[secure(generate_in_dev)]
    pub password: SecretString,
    /// Its port.
    #[secure(default = 587, range = 1..=65535)]
    pub port: u16,
}

/// Something that sends mail.
#[derive(Debug, SecureConfig)]
#[secure(crate = hardened, prefix = "APP_")]
pub struct Settings {
    /// Where mail goes.
    #[secure(nested)]
    pub mail: Mail,
}
