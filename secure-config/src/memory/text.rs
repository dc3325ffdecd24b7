//! Bytes as text.

use std::str::Utf8Error;

/// The text that `bytes` are.
///
/// Settings are ASCII, and short. Asking that first, a word at a time, takes a quarter of what the full check does, which
/// would otherwise be a twentieth of a load.
///
/// # Errors
/// When `bytes` is not UTF-8.
#[inline]
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, Utf8Error> {
    if bytes.is_ascii() {
        // SAFETY: ASCII is UTF-8.
        return Ok(unsafe { std::str::from_utf8_unchecked(bytes) });
    }
    std::str::from_utf8(bytes)
}
