//! Changing a file of variables without ever losing the old one.
//!
//! 1. `FILE.tmp` is made exclusively beside the file, with mode 0600: it is the lock, too. Another writer waits for it, takes it away when it is
//!    the same user's and nothing has happened to it for five seconds, and gives up after eight.
//! 2. The file is opened without following a link, and read; what is no regular file is refused.
//! 3. The new text is written to `FILE.tmp` and synced to the disk.
//! 4. `FILE.tmp` becomes `FILE` in one step: by a link where there was none, so that nothing is overwritten; else by renaming, if the file is
//!    still the one that was read, and `FILE.tmp` still the one that was written. Then the directory is synced.
//!
//! Whoever is killed on the way leaves the old file as it was, and `FILE.tmp`, which the next writer takes away.

mod draft;
mod edit;
mod existing;
mod stale;

pub(super) use draft::Draft;
pub(super) use edit::{Blank, fill, is_filled};
pub(super) use existing::Existing;

use std::path::Path;

use super::exit::{self, Failure};
use crate::source::Dotenv;

/// A path as messages show it.
pub(super) fn shown(path: &Path) -> String {
    let text = path.strip_prefix("./").unwrap_or(path).to_string_lossy();
    crate::origin::Escaped(&text).to_string()
}

/// Refuses a file with a line that cannot be read.
pub(super) fn check_clear(path: &Path, dotenv: &Dotenv) -> Result<(), Failure> {
    let Some(error) = dotenv.errors().first() else {
        return Ok(());
    };
    let (line, why, remedy) = (error.line, &error.why, error.remedy);
    let message = format!("{} line {line} {why}: {remedy}; nothing is written", shown(path));
    Err(Failure::new(exit::CONFIG, message))
}

fn refused(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::new(exit::CANNOT_WRITE, format!("{} {why}", shown(path)))
}
