//! Secrets in use: types that show nothing, wipe themselves and open only by `expose_secret`.

mod bytes;
mod decode;
mod equal;
mod text;
mod url;

use std::marker::PhantomData;

pub use bytes::SecretBytes;
pub use text::SecretString;
pub use url::{InvalidUrl, SecretUrl};

pub use decode::Encoding;
pub(crate) use decode::{decode, encode};
#[cfg(feature = "keyring")]
pub(crate) use equal::equal;

/// What `Debug` shows in place of a secret: neither its text nor its length.
const REDACTED: &str = "[REDACTED]";

/// A copy of a secret, for the bound [`ShareInstead`].
#[derive(Debug)]
pub struct CloneOf<'a, T>(PhantomData<&'a T>);

/// A bound that never holds: its message is the error of a derived `Clone`, and names `share()`.
#[diagnostic::on_unimplemented(
    message = "a secret is not `Clone`: call `share()` for another handle of the same secret",
    label = "a secret is not `Clone`",
    note = "put the settings into an `Arc`, or implement `Clone` by hand with `share()` for each secret"
)]
pub trait ShareInstead {}

macro_rules! never_clone {
    ($($secret:ty)*) => {$(
        #[doc(hidden)]
        impl Clone for $secret
        where
            // The lifetime defers the bound, which never holds, to the place that asks for it.
            for<'a> CloneOf<'a, Self>: ShareInstead,
        {
            fn clone(&self) -> Self {
                self.share()
            }
        }
    )*};
}

never_clone!(SecretString SecretBytes SecretUrl);
