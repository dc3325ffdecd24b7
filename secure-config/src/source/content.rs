//! What reading a file gives: its bytes, or why there are none.

use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::access::Access;
use crate::memory::Locked;

/// How long one load waits for all its pipes together.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How long it waits for each of them, however long the others took.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// The bytes of a file, and who may read and write it.
pub(super) struct Content {
    pub(super) bytes: Locked,
    pub(super) access: Access,
}

/// Why a file could not be read. Never its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("does not exist")]
    NotFound,
    #[error("does not exist: its path leads through a file")]
    ThroughFile,
    #[error("is a link to a file that does not exist")]
    Dangling,
    #[error("may not be read by this user: permission denied")]
    Denied,
    #[error("is below a directory that this user may not search: permission denied")]
    Unsearchable,
    #[error("is a directory")]
    Directory,
    #[error("is not a regular file")]
    NotRegular,
    #[error("is larger than 1 MiB")]
    TooLarge,
    #[error("is a pipe, and nothing was written to it within {} s", PATIENCE.as_secs())]
    Silent,
    #[error("is a pipe, and was not written to its end within {} s", PATIENCE.as_secs())]
    Unfinished,
    #[error("could not be read: {}", io::Error::from_raw_os_error(*.0))]
    System(i32),
    #[error("could not be read: {0}")]
    Other(io::ErrorKind),
}

impl ReadError {
    pub(super) fn of(error: &io::Error, path: &Path) -> Self {
        match (error.kind(), error.raw_os_error()) {
            (io::ErrorKind::NotFound, _) if path.is_symlink() => Self::Dangling,
            (io::ErrorKind::NotFound, _) => Self::NotFound,
            (io::ErrorKind::NotADirectory, _) => Self::ThroughFile,
            (io::ErrorKind::PermissionDenied, _) => {
                let is_denied = |error: io::Error| error.kind() == io::ErrorKind::PermissionDenied;
                if path.symlink_metadata().is_err_and(is_denied) {
                    Self::Unsearchable
                } else {
                    Self::Denied
                }
            }
            (io::ErrorKind::IsADirectory, _) => Self::Directory,
            (_, Some(code)) => Self::System(code),
            (kind, None) => Self::Other(kind),
        }
    }

    /// Whether there is nothing under that path.
    pub(super) fn is_absent(self) -> bool {
        matches!(self, Self::NotFound | Self::ThroughFile)
    }

    /// How to mend it.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::NotFound | Self::ThroughFile => "check the path, and that the file is mounted",
            Self::Dangling => "check where the link leads to",
            Self::Denied => "let the service's user read it",
            Self::Unsearchable => "let the service's user search the directories above it (mode x)",
            Self::Directory => "name a file in it",
            Self::NotRegular => "name a regular file or a pipe",
            Self::TooLarge => "name the file of the value alone",
            Self::Silent | Self::Unfinished => {
                "start what writes to the pipe, and unlock it if it waits for that"
            }
            Self::System(_) | Self::Other(_) => "check the path and the file system",
        }
    }

    /// The nearest kind of the standard library.
    #[cfg(feature = "vault")]
    pub(crate) fn kind(self) -> io::ErrorKind {
        match self {
            Self::NotFound | Self::Dangling => io::ErrorKind::NotFound,
            Self::ThroughFile => io::ErrorKind::NotADirectory,
            Self::Denied | Self::Unsearchable => io::ErrorKind::PermissionDenied,
            Self::Directory => io::ErrorKind::IsADirectory,
            Self::NotRegular => io::ErrorKind::Unsupported,
            Self::TooLarge => io::ErrorKind::FileTooLarge,
            Self::Silent | Self::Unfinished => io::ErrorKind::TimedOut,
            Self::System(code) => io::Error::from_raw_os_error(code).kind(),
            Self::Other(kind) => kind,
        }
    }
}

/// Whether it is a FIFO, or what `/dev/fd` shows of an unnamed pipe.
pub(super) fn is_pipe(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        metadata.file_type().is_fifo()
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}
