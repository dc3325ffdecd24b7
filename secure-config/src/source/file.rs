//! Reading a file that an operator named, without trusting what it is.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use super::watch::{Look, Watch};
use crate::memory::Locked;

/// The most bytes a file may have, 1 MiB: a chain of certificates fits, and a wrong path cannot fill the memory.
pub(crate) const LIMIT: usize = 1 << 20;

/// Why a file could not be read. Never its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("does not exist")]
    NotFound,
    #[error("is a link to a file that does not exist")]
    Dangling,
    #[error("may not be read by this user")]
    Denied,
    #[error("is a directory")]
    Directory,
    #[error("is not a regular file")]
    NotRegular,
    #[error("is larger than 1 MiB")]
    TooLarge,
    #[error("could not be read: {0}")]
    Other(io::ErrorKind),
}

impl ReadError {
    fn of(error: &io::Error, path: &Path) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound if path.is_symlink() => Self::Dangling,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::IsADirectory => Self::Directory,
            kind => Self::Other(kind),
        }
    }
}

/// Opens a regular file of at most [`LIMIT`] bytes, once: what is checked is what is read.
///
/// Symbolic links are followed, as Kubernetes' mounts need. Nothing here waits: a FIFO opens at once and is then refused.
pub(crate) fn open_bounded(path: &Path) -> Result<(File, Metadata), ReadError> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(path).map_err(|error| ReadError::of(&error, path))?;
    let metadata = file.metadata().map_err(|error| ReadError::of(&error, path))?;
    if metadata.is_dir() {
        return Err(ReadError::Directory);
    }
    if !metadata.is_file() {
        return Err(ReadError::NotRegular);
    }
    if metadata.len() > LIMIT as u64 {
        return Err(ReadError::TooLarge);
    }
    Ok((file, metadata))
}

/// Reads an open file to its end into a buffer that is wiped; `keep` may change the bytes, and says how many of them count.
pub(crate) fn read_locked(
    file: &mut File,
    metadata: &Metadata,
    path: &Path,
    mut keep: impl FnMut(&mut [u8]) -> usize,
) -> Result<Locked, ReadError> {
    // Pseudo files say they are empty; one byte more than it says tells whether it grew.
    let capacity = (metadata.len() as usize).max(4095) + 1;
    Locked::filled(capacity, |buffer| {
        let mut used = 0;
        loop {
            match file.read(&mut buffer[used..]) {
                Ok(0) if used == capacity => return Err(ReadError::TooLarge),
                Ok(0) => return Ok(keep(&mut buffer[..used])),
                Ok(count) => used += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ReadError::of(&error, path)),
            }
        }
    })
}

/// Reads the value that a file holds; one line end at its end is not part of it.
pub(super) fn read_value(path: &Path, watch: &Watch) -> Result<Locked, ReadError> {
    let read = open_bounded(path).and_then(|(mut file, metadata)| {
        read_locked(&mut file, &metadata, path, |bytes| without_line_end(bytes).len())
    });
    watch.note(&Look {
        path,
        access: None,
        content: read.as_ref().map(Locked::as_bytes).map_err(|error| *error),
    });
    read
}

/// Looks at a file for `watch` alone.
#[cfg(feature = "reload")]
pub(super) fn look(path: &Path, with_access: bool, watch: &Watch) {
    if !with_access {
        // What it holds is wiped at once.
        let _ = read_value(path, watch);
        return;
    }
    let read = open_bounded(path).and_then(|(mut file, metadata)| {
        let access = access(&metadata);
        Ok((
            read_locked(&mut file, &metadata, path, |bytes| bytes.len())?,
            access,
        ))
    });
    let content = read.as_ref().map(|(bytes, _)| without_line_end(bytes.as_bytes()));
    watch.note(&Look {
        path,
        access: Some(
            read.as_ref()
                .map_or((0, 0), |(_, access)| access.unwrap_or_default()),
        ),
        content: content.map_err(|error| *error),
    });
}

/// Permission bits and owner, where files have them.
pub(super) fn access(metadata: &Metadata) -> Option<(u32, u32)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.mode(), metadata.uid()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// The bytes without one line end at their end.
pub(super) fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}
