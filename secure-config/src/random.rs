//! Randomness from the system.

use std::io;

/// Fills `out` with random bytes fit for keys.
///
/// # Errors
/// When the system has none to give.
pub(crate) fn fill(out: &mut [u8]) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::io::Read;
        std::fs::File::open("/dev/urandom")?.read_exact(out)
    }
    #[cfg(not(unix))]
    getrandom::fill(out).map_err(|error| io::Error::other(error.to_string()))
}
