//! Secrets made up for one process in the development profile.

use std::io;

use crate::memory::Locked;
use crate::random;
use crate::schema::{Field, Rule};
use crate::secret::{Encoding, encode};

/// A random value in the spelling of `field`, as long as its rules ask for.
///
/// # Errors
/// When the system has no randomness to give.
pub(super) fn text(field: &Field) -> io::Result<Locked> {
    let (mut least, mut most, mut encoding) = (32, usize::MAX, None);
    for rule in field.rules() {
        match *rule {
            Rule::Len(exact) => (least, most) = (exact, exact),
            Rule::MinLen(stated) => least = least.max(stated),
            Rule::MaxLen(stated) => most = stated,
            Rule::Encoding(stated) => encoding = Some(stated),
            _ => {}
        }
    }
    let bytes = least.min(most);
    let random = Locked::filled(bytes, |out| random::fill(out).map(|()| out.len()))?;
    match encoding {
        Some(encoding) => Ok(encode(random.as_bytes(), encoding)),
        None => {
            // The text is what is used: it is longer than the bytes it spells, and cut where it must be.
            let text = encode(random.as_bytes(), Encoding::Base64Url);
            let length = text.as_bytes().len().min(most);
            Ok(Locked::copy_of(&text.as_bytes()[..length]))
        }
    }
}
