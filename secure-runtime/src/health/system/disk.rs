//! The space left on a file system.

use std::path::Path;

/// The bytes that an unprivileged process may still write to the file system that holds `path`.
#[cfg(unix)]
pub(super) fn free(path: &Path) -> Option<u64> {
    let figures = rustix::fs::statvfs(path).ok()?;
    figures.f_bavail.checked_mul(figures.f_frsize)
}

/// Not known on this system.
#[cfg(not(unix))]
pub(super) fn free(_path: &Path) -> Option<u64> {
    None
}
