//! Pipes in place of files: read once to their end, and remembered, because nothing can be read from them again.
//!
//! Password managers mount `.env` as a FIFO, and shells hand over `/dev/fd/9`. All pipes of one load share one deadline, and each has a moment of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::content::{Content, GRACE, PATIENCE, ReadError, is_pipe};
use crate::memory::Locked;

/// What the pipes of a load gave. Live settings hand it on to the next load.
#[derive(Default)]
pub(crate) struct Pipes {
    read: BTreeMap<PathBuf, Result<Content, ReadError>>,
    end: Option<Instant>,
}

impl Pipes {
    /// Prepares for one more load: what could not be read then is tried again.
    pub(super) fn again(mut self) -> Self {
        self.read.retain(|_, read| read.is_ok());
        self.end = None;
        self
    }

    /// When this load waits no longer for the pipe that it opens now. One without a writer must not starve the others.
    pub(super) fn deadline(&mut self) -> Instant {
        let now = Instant::now();
        let end = *self.end.get_or_insert(now + PATIENCE);
        end.max(now + GRACE)
    }

    /// What the pipe at `path` gave, if it was read and is a pipe still; `keep` may change the bytes of a copy.
    pub(super) fn get(
        &self,
        path: &Path,
        keep: &mut dyn FnMut(&mut [u8]) -> usize,
    ) -> Option<Result<Content, ReadError>> {
        let read = self.read.get(path)?;
        let is_pipe = path.metadata().is_ok_and(|metadata| is_pipe(&metadata));
        is_pipe.then(|| handed_out(read, keep))
    }

    /// Remembers what the pipe at `path` gave, and hands it out.
    pub(super) fn keep(
        &mut self,
        path: &Path,
        read: Result<Content, ReadError>,
        keep: &mut dyn FnMut(&mut [u8]) -> usize,
    ) -> Result<Content, ReadError> {
        let content = handed_out(&read, keep);
        self.read.insert(path.to_owned(), read);
        content
    }
}

/// A copy of what was read, as `keep` leaves it.
fn handed_out(
    read: &Result<Content, ReadError>,
    keep: &mut dyn FnMut(&mut [u8]) -> usize,
) -> Result<Content, ReadError> {
    let Content { bytes, access } = read.as_ref().map_err(|error| *error)?;
    let bytes = bytes.as_bytes();
    let copy = Locked::filled(bytes.len(), |copy| {
        copy.copy_from_slice(bytes);
        Ok(keep(copy))
    })?;
    Ok(Content {
        bytes: copy,
        access: *access,
    })
}
