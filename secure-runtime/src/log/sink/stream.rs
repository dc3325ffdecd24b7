//! Writes to a file descriptor without waiting for the process at its other end.
//!
//! - **Pipes and terminals on Linux.** The descriptor is opened a second time through `/proc/self/fd` with
//!   `O_NONBLOCK`. The flag belongs to the new open file description: the one that is shared with other
//!   processes, and with `println!`, stays as it was. Each line is one `write(2)` from the thread that logs. When
//!   the reader stalls, that write would block and says so; the line and those after it go to the [`Queue`],
//!   whose thread writes them with blocking writes, in order. When it has caught up, lines are written directly
//!   again.
//! - **Sockets on Linux**, such as journald's: the same, with `MSG_DONTWAIT` in place of the flag.
//! - **Regular files** have no reader that could stall; they are written directly.
//! - **Everything else** (a descriptor that may not be opened again; another system) goes through the queue always.
//! - **With a linger time** lines go through the queue always, and its thread waits that long to write many of
//!   them at once.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::time::Duration;

use tracing_core::Level;

use super::queue::{Queue, State};
use crate::log::counters::Counters;
use crate::log::line::Style;

/// A file descriptor that lines are written to.
pub(in crate::log) struct Stream {
    /// For writes that do not wait.
    direct: Option<Direct>,
    queue: Queue,
}

impl Stream {
    pub(super) fn new(file: File, style: Style, linger: Option<Duration>, counters: &Arc<Counters>) -> Self {
        let direct = if linger.is_none() { reopen(&file) } else { None };
        if linger.is_some() {
            widen(&file);
        }
        Self {
            direct,
            queue: Queue::new(file, style, linger, counters),
        }
    }

    #[inline]
    pub(super) fn write(&self, level: Level, line: &[u8]) {
        let mut state = self.queue.lock();
        match &self.direct {
            Some(direct) if !state.is_busy => self.write_direct(direct, &mut state, line),
            _ => self.queue.push(state, level, line),
        }
    }

    #[inline]
    fn write_direct(&self, direct: &Direct, state: &mut State, line: &[u8]) {
        if state.is_torn {
            match direct.write(b"\n") {
                Written::All => state.is_torn = false,
                Written::Full(_) => return self.queue.resume(state, line),
                Written::Broken(_) => return self.queue.failed(state, 1, false),
            }
        }
        match direct.write(line) {
            Written::All => {
                self.queue.counters().written_locked(1);
                if state.has_losses() {
                    self.report(direct, state);
                }
            }
            Written::Full(done) => self.queue.resume(state, line.get(done..).unwrap_or_default()),
            Written::Broken(done) => self.queue.failed(state, 1, done > 0),
        }
    }

    /// Says how many lines are missing, after one that got through.
    #[cold]
    fn report(&self, direct: &Direct, state: &mut State) {
        let line = self.queue.report(state);
        match direct.write(&line) {
            Written::All => self.queue.counters().written_locked(1),
            Written::Full(done) => self.queue.resume(state, line.get(done..).unwrap_or_default()),
            Written::Broken(done) => state.is_torn |= done > 0,
        }
    }

    pub(super) fn flush(&self, patience: Duration) -> bool {
        self.queue.flush(patience)
    }

    pub(super) fn hurry(&self) {
        self.queue.hurry();
    }
}

/// What became of the bytes of a write.
enum Written {
    All,
    /// The reader has no room for more than this many.
    Full(usize),
    /// An error came after this many.
    Broken(usize),
}

/// A descriptor whose writes do not wait.
enum Direct {
    File(File),
    #[cfg(any(target_os = "linux", target_os = "android"))]
    Socket(File),
}

impl Direct {
    /// Writes `bytes`, as a rule in one call.
    #[inline]
    fn write(&self, bytes: &[u8]) -> Written {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
            match self.write_some(rest) {
                Ok(0) => return Written::Broken(done),
                Ok(written) => done += written,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Written::Full(done),
                Err(_) => return Written::Broken(done),
            }
        }
        Written::All
    }

    #[inline]
    fn write_some(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => (&*file).write(bytes),
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Socket(socket) => {
                use rustix::net::{SendFlags, send};
                Ok(send(socket, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)?)
            }
        }
    }
}

/// Gives a pipe room for several batches, so that the thread that writes them is not put to sleep in the middle of one.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn widen(file: &File) {
    /// Two batches.
    const ROOM: usize = 256 * 1024;

    // Fails for what is no pipe, and where a user has too many of them: then the room stays as it is.
    let _ = rustix::pipe::fcntl_setpipe_size(file, ROOM);
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn widen(_: &File) {}

/// The same file, for writes that do not wait; `None` if it cannot be had.
fn reopen(file: &File) -> Option<Direct> {
    let kind = file.metadata().ok()?.file_type();
    if kind.is_file() {
        file.try_clone().ok().map(Direct::File)
    } else {
        reopen_nonblocking(file, kind)
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn reopen_nonblocking(file: &File, kind: std::fs::FileType) -> Option<Direct> {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

    use rustix::fs::OFlags;

    if kind.is_socket() {
        return file.try_clone().ok().map(Direct::Socket);
    }
    if !kind.is_fifo() && !kind.is_char_device() {
        return None;
    }
    // A terminal must not become the controlling one of a daemon.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    std::fs::OpenOptions::new()
        .write(true)
        .custom_flags(i32::try_from(flags.bits()).ok()?)
        .open(format!("/proc/self/fd/{}", file.as_raw_fd()))
        .ok()
        .map(Direct::File)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn reopen_nonblocking(_: &File, _: std::fs::FileType) -> Option<Direct> {
    None
}

/// A second descriptor of standard output or error.
#[cfg(unix)]
pub(super) fn duplicate(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}

/// A second handle of standard output or error.
#[cfg(windows)]
pub(super) fn duplicate(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    stream.as_handle().try_clone_to_owned().map(File::from)
}
