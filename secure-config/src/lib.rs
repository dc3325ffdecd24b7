//! Typed configuration that refuses to start on a default, placeholder, weak or missing secret.
//!
//! A struct says what a service needs; [`load_or_exit`](SecureConfig::load_or_exit) reads it from the environment, checks all of it, and
//! either gives the settings or ends the process with every problem in one report and exit code 78.
//!
//! ```no_run
//! use secure_config::{SecretString, SecureConfig};
//!
//! #[derive(Debug, SecureConfig)]
//! struct Settings {
//!     /// Signs access tokens (HS256).
//!     jwt_access_secret: SecretString,
//!     /// Signs refresh tokens.
//!     #[secure(differs_from = jwt_access_secret)]
//!     jwt_refresh_secret: SecretString,
//!     #[secure(default = 8080, range = 1..=65535)]
//!     port: u16,
//! }
//!
//! let settings = Settings::load_or_exit();
//! ```
//!
//! What the refusal looks like, and that it shows no secret:
//!
//! ```
//! # use secure_config::{SecretString, SecureConfig};
//! # #[derive(Debug, SecureConfig)]
//! # struct Settings {
//! #     jwt_access_secret: SecretString,
//! #     #[secure(default = 8080, range = 1..=65535)]
//! #     port: u16,
//! # }
//! let refused = Settings::loader().vars([("JWT_ACCESS_SECRET", "change_this_secret"), ("PORT", "80a")]).load().unwrap_err();
//! assert_eq!(refused.to_string(), r#"configuration refused: 2 problems (profile: production, APP_ENV unset)
//!
//!   JWT_ACCESS_SECRET  is a known default                     environment
//!                      make one:  openssl rand -base64 32
//!   PORT               "80a" is not a number from 1 to 65535  environment
//! "#);
//! ```
//!
//! # Where to look
//!
//! - The [derive](derive@SecureConfig): types and attributes of fields.
//! - [`Check`]: rules over several settings, in the same report.
//! - [`Loader`]: the sources and their order, and tests without environment variables.
//! - [`Profile`]: what development, test, staging and production relax.
//! - [`SecretString`], [`SecretBytes`], [`SecretUrl`]: secrets in use.
//! - [`gate`]: how a bad secret is told from a random one.
//! - [`LoadError`] and [`Report`]: what was found.
//! - `cli` (a feature): the `config` subcommand that every service can have.
//! - The module `reload`, a feature: settings that are read again while the service runs, and rings of keys.
//! - [Memory](_documentation::memory): how many copies of a secret there are, where, and where that promise ends.
//!
//! # Crate features
//!
//! - **`derive`** (default): the macro.
//! - **`cli`**: the `config` subcommand of a service: check, template, docs, schema, generate, rotate, explain.
//! - **`reload`**: settings that are read again while the service runs. **`keyring`**: the same, and rings of signing keys.
//! - **`vault`**: secrets of OpenBao and HashiCorp Vault as a source.
//! - **`tracing`**: the warnings of a load go to `tracing`, too.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
mod check;
#[cfg(feature = "cli")]
#[cfg_attr(docsrs, doc(cfg(feature = "cli")))]
pub mod cli;
mod code;
pub mod gate;
#[cfg(feature = "keyring")]
pub mod keyring;
mod loader;
mod loading;
mod memory;
mod origin;
mod probe;
mod problem;
mod profile;
mod random;
mod raw;
mod redact;
#[cfg(feature = "reload")]
pub mod reload;
mod report;
mod schema;
mod secret;
mod source;
mod value;
#[cfg(feature = "vault")]
pub mod vault;
mod waiver;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

/// What fuzz targets reach that users do not; it is there under `--cfg fuzzing` alone.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod __fuzzing {
    pub use crate::memory::fuzz::run as arena;
}

/// Longer texts.
#[cfg(doc)]
pub mod _documentation {
    #[doc = include_str!("../docs/memory.md")]
    pub mod memory {}
}

pub use loader::Loader;
pub use loading::Check;
pub use origin::Origin;
pub use problem::{Problem, ProblemKind};
pub use profile::Profile;
pub use redact::redact;
pub use report::{LoadError, Report};
pub use secret::{InvalidUrl, SecretBytes, SecretString, SecretUrl};
pub use value::ValueError;
pub use waiver::Waiver;

#[cfg(feature = "derive")]
#[doc = include_str!("derive.md")]
pub use secure_config_derive::SecureConfig;

pub mod describe {
    //! The descriptors that documents and tools are made from.
    //!
    //! # Rules
    //!
    //! 1. They are constants: to walk them reads nothing, and there is no value of a secret in them.
    //! 2. The name of a variable is the prefix and the field's name, unless [`Field::is_absolute`] says that it stands as it is. A
    //!    [`Kind::Nested`] field gives the prefix of what is inside.
    //! 3. Everything here is what the attributes say; whether a load is refused is for the load alone.
    //!
    //! # Examples
    //!
    //! ```
    //! use secure_config::{SecretString, SecureConfig, describe::{Default, Kind}};
    //!
    //! #[derive(SecureConfig)]
    //! struct Settings {
    //!     /// Signs access tokens (HS256).
    //!     jwt_access_secret: SecretString,
    //!     #[secure(default = 8080, range = 1..=65535)]
    //!     port: u16,
    //! }
    //!
    //! let [secret, port] = Settings::schema().fields() else { panic!("two fields") };
    //! assert_eq!(secret.names(), ["JWT_ACCESS_SECRET"]);
    //! assert_eq!(secret.doc(), "Signs access tokens (HS256).");
    //! assert!(secret.is_required() && matches!(secret.shape().kind, Kind::Secret(_)));
    //! assert_eq!(port.default(), Some(Default::Text("8080")));
    //! ```
    pub use crate::schema::{Bound, Default, Field, Kind, Purpose, Rule, Schema, SecretKind, Shape};
    pub use crate::secret::Encoding;
}

/// A struct that is loaded from the environment, checked as a whole.
///
/// It is implemented by `#[derive(SecureConfig)]`.
pub trait SecureConfig: Sized {
    #[doc(hidden)]
    const FIELDS: &'static [describe::Field];

    #[doc(hidden)]
    const SCHEMA: &'static describe::Schema;

    #[doc(hidden)]
    fn read(loading: &mut loading::Loading<'_>) -> Option<Self>;

    /// The descriptors of the struct.
    #[must_use]
    fn schema() -> &'static describe::Schema {
        Self::SCHEMA
    }

    /// A loader, to say what is read and how strictly.
    fn loader() -> Loader<Self> {
        Loader::new()
    }

    /// Loads from the environment of the process, the files it names, the secrets directories and `./.env`.
    ///
    /// # Errors
    /// Every problem of every field, in one report.
    fn load() -> Result<Self, LoadError> {
        Self::loader().load()
    }

    /// Loads, or ends the process: the report on stderr and exit code 78 (`EX_CONFIG` of sysexits.h).
    #[must_use]
    fn load_or_exit() -> Self {
        Self::loader().load_or_exit()
    }
}
