//! Typed configuration that refuses to start on a default, placeholder, weak or missing secret.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod check;
mod collide;
pub mod gate;
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
mod report;
mod schema;
mod secret;
mod source;
mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use loader::Loader;
pub use origin::Origin;
pub use problem::{Problem, ProblemKind};
pub use profile::Profile;
pub use redact::redact;
pub use report::{LoadError, Report};
pub use secret::{InvalidUrl, SecretBytes, SecretString, SecretUrl};

#[cfg(feature = "derive")]
pub use secure_config_derive::SecureConfig;

pub mod describe {
    //! The descriptors that documents and tools are made from.
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
