//! Secrets made up for one process in the development profile.

use std::io;

use crate::memory::Locked;
use crate::random;
use crate::schema::{Field, Rule};
use crate::secret::{Encoding, encode};

/// A random value in the spelling of `field`, long enough for its rules.
///
/// # Errors
/// When the system has no randomness to give.
pub(super) fn text(field: &Field) -> io::Result<Locked> {
    let (mut bytes, mut encoding) = (32, Encoding::Base64Url);
    for rule in field.rules() {
        match *rule {
            Rule::Len(exact) => bytes = exact,
            Rule::MinLen(least) => bytes = bytes.max(least),
            Rule::Encoding(stated) => encoding = stated,
            _ => {}
        }
    }
    let random = Locked::filled(bytes, |out| random::fill(out).map(|()| out.len()))?;
    Ok(encode(random.as_bytes(), encoding))
}
