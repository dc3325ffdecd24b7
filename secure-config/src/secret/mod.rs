//! Secrets in use: types that show nothing, wipe themselves and open only by `expose_secret`.

mod bytes;
mod decode;
mod equal;
mod text;
mod url;

pub use bytes::SecretBytes;
pub use text::SecretString;
pub use url::{InvalidUrl, SecretUrl};

pub use decode::Encoding;
pub(crate) use decode::{decode, encode};
#[cfg(feature = "keyring")]
pub(crate) use equal::equal;

/// What `Debug` shows in place of a secret: neither its text nor its length.
const REDACTED: &str = "[REDACTED]";
