//! Reading a file that an operator named, without trusting what it is.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::content::{Content, ReadError, is_pipe};
use super::watch::{Look, Watch};
use crate::access::Access;
use crate::memory::Locked;

/// The most bytes a file may have, 1 MiB: a chain of certificates fits, and a wrong path cannot fill the memory.
pub(crate) const LIMIT: usize = 1 << 20;

/// The pause between two looks into a pipe.
const PAUSE: Duration = Duration::from_millis(5);

/// Opens a regular file of at most [`LIMIT`] bytes, once: what is checked is what is read.
///
/// Symbolic links are followed, as Kubernetes' mounts need. Nothing here waits: a FIFO opens at once and is then refused.
#[cfg(feature = "vault")]
pub(crate) fn open_bounded(path: &Path) -> Result<(File, Metadata), ReadError> {
    let (file, metadata) = open(path)?;
    if is_pipe(&metadata) {
        return Err(ReadError::NotRegular);
    }
    Ok((file, metadata))
}

/// Opens a regular file of at most [`LIMIT`] bytes, or a pipe, without a wait.
fn open(path: &Path) -> Result<(File, Metadata), ReadError> {
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
    if !metadata.is_file() && !is_pipe(&metadata) {
        return Err(ReadError::NotRegular);
    }
    if metadata.len() > LIMIT as u64 {
        return Err(ReadError::TooLarge);
    }
    Ok((file, metadata))
}

/// Reads an open file to its end into a buffer that is wiped; `keep` may change the bytes, and returns how many of them count.
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

/// Reads a pipe until its writers have closed it, and not longer than `end`.
///
/// Before the first byte an end means nothing: the writer may not have come yet.
fn read_pipe(file: &mut File, path: &Path, end: Instant) -> Result<Locked, ReadError> {
    const CAPACITY: usize = LIMIT + 1;
    Locked::filled(CAPACITY, |buffer| {
        let mut used = 0;
        loop {
            match file.read(&mut buffer[used..]) {
                Ok(0) if used == CAPACITY => return Err(ReadError::TooLarge),
                Ok(0) if used > 0 => return Ok(used),
                Ok(0) if Instant::now() >= end => return Err(ReadError::Silent),
                Ok(0) => thread::sleep(PAUSE),
                Ok(count) => used += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if Instant::now() >= end {
                        return Err(if used > 0 {
                            ReadError::Unfinished
                        } else {
                            ReadError::Silent
                        });
                    }
                    thread::sleep(PAUSE);
                }
                Err(error) => return Err(ReadError::of(&error, path)),
            }
        }
    })
}

/// Reads a file, or a pipe that was not read before; `keep` may change the bytes, and returns how many of them count.
///
/// `watch` takes down what a file holds, or what kept it from being read. A pipe is not watched: a look would take what is in it.
pub(super) fn read(
    path: &Path,
    with_access: bool,
    watch: &Watch,
    mut keep: impl FnMut(&mut [u8]) -> usize,
) -> Result<Content, ReadError> {
    let pipes = watch.pipes();
    if let Some(read) = pipes.borrow().get(path, &mut keep) {
        return read;
    }
    let (mut file, metadata) = match open(path) {
        Ok(opened) => opened,
        Err(error) => return Err(noted(error, path, with_access, watch)),
    };
    let access = Access::of(&file, &metadata);
    if is_pipe(&metadata) {
        let end = pipes.borrow_mut().deadline();
        let read = read_pipe(&mut file, path, end).map(|bytes| Content { bytes, access });
        return pipes.borrow_mut().keep(path, read, &mut keep);
    }
    let bytes = read_locked(&mut file, &metadata, path, |bytes| {
        watch.note(&Look {
            path,
            access: with_access.then(|| access.mark()),
            content: Ok(without_line_end(bytes)),
        });
        keep(bytes)
    });
    match bytes {
        Ok(bytes) => Ok(Content { bytes, access }),
        Err(error) => Err(noted(error, path, with_access, watch)),
    }
}

/// Takes down that a file could not be read.
pub(super) fn noted(error: ReadError, path: &Path, with_access: bool, watch: &Watch) -> ReadError {
    watch.note(&Look {
        path,
        access: with_access.then_some((0, 0)),
        content: Err(error),
    });
    error
}

/// Reads the value that a file holds; one line end at its end is not part of it.
pub(super) fn read_value(path: &Path, watch: &Watch) -> Result<Content, ReadError> {
    read(path, false, watch, |bytes| without_line_end(bytes).len())
}

/// Looks at a file for `watch` alone. What it holds is wiped at once.
#[cfg(feature = "reload")]
pub(super) fn look(path: &Path, with_access: bool, watch: &Watch) {
    // Something else stands there now: a load reads it, a look must not.
    if path.metadata().is_ok_and(|metadata| is_pipe(&metadata)) {
        noted(ReadError::NotRegular, path, with_access, watch);
        return;
    }
    let _ = read(path, with_access, watch, |bytes| bytes.len());
}

/// The bytes without one line end at their end.
pub(super) fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}
