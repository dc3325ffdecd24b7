//! The instant of the last forced logout, on disk: a restart must not let old tokens in again.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The instant that was stored, if there was a forced logout.
///
/// What cannot be read is an error: to start without it would let everyone in again.
pub fn stored(path: &Path) -> io::Result<Option<SystemTime>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let instant = text.trim().parse().ok().map(Duration::from_secs);
    let instant = instant.and_then(|since| UNIX_EPOCH.checked_add(since));
    match instant {
        Some(instant) => Ok(Some(instant)),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{} does not hold seconds since 1970", path.display()),
        )),
    }
}

/// Stores the instant: into a new file, which then takes the old one's place.
pub fn store(path: &Path, instant: SystemTime) -> io::Result<()> {
    let seconds = instant.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    writeln!(file, "{seconds}")?;
    file.sync_all()?;
    std::fs::rename(new, path)
}
