//! One look at a directory: is there a file `maintenance` in it, and what does it say?

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::Path,
};

use rustix::{
    fs::{Mode, OFlags, Stat, StatVfsMountFlags, fstat, fstatvfs, open, openat},
    io::Errno,
    process::geteuid,
};

use super::notice::Notice;

/// The name of the file.
pub(super) const NAME: &str = "maintenance";

/// Far above a time and a message.
const MAX: u64 = 4096;

const OTHERS_MAY_WRITE: u32 = 0o022;

/// Why a directory cannot be used.
#[derive(Debug)]
pub struct DirectoryError {
    path: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Io(io::Error),
    Foreign,
    Open,
}

impl DirectoryError {
    fn new(path: &Path, kind: Kind) -> Self {
        Self {
            path: path.display().to_string(),
            kind,
        }
    }

    /// Returns what is wrong with the setting, and what to do.
    pub(super) fn reason(&self) -> (&'static str, &'static str) {
        match &self.kind {
            Kind::Io(error) => match error.kind() {
                io::ErrorKind::NotFound => (
                    "names a directory that does not exist",
                    "create it, or correct the path",
                ),
                io::ErrorKind::PermissionDenied => (
                    "names a directory that this user may not read",
                    "let the service's user read it",
                ),
                io::ErrorKind::NotADirectory => {
                    ("does not name a directory", "name the directory of the file")
                }
                _ => (
                    "names a directory that cannot be read",
                    "look at it and the directories above it",
                ),
            },
            Kind::Foreign => (
                "names a directory that belongs to another user, who could shut the service",
                "give it to the service's own user or to root",
            ),
            Kind::Open => (
                "names a directory that others may write to, and so shut the service",
                "chmod go-w",
            ),
        }
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MAINTENANCE_DIR: {:?}: ", self.path)?;
        match &self.kind {
            Kind::Io(error) => write!(f, "cannot be looked into: {error}"),
            Kind::Foreign => f.write_str(
                "belongs to another user, who could shut the service; give it to the service's own user or to root",
            ),
            Kind::Open => f.write_str("others may write to it, and so shut the service; chmod go-w"),
        }
    }
}

impl std::error::Error for DirectoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            Kind::Foreign | Kind::Open => None,
        }
    }
}

/// What a look at the directory found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// There is no file.
    Nothing,
    /// There is one, which says this.
    Notice(Notice),
    /// There is one, and it says nothing that could be used; the reason.
    Unreadable(&'static str),
}

/// Looks once; blocks for as long as the file system takes.
pub(super) fn look(path: &Path) -> Result<Found, DirectoryError> {
    let failed = |error: Errno| DirectoryError::new(path, Kind::Io(error.into()));
    // A symlink is followed: its owner could change nothing but where this very process looks at next, and the directory there
    // is checked.
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let directory = open(path, flags, Mode::empty()).map_err(failed)?;
    let stat = fstat(&directory).map_err(failed)?;
    // Of a read-only mount (Kubernetes' are open to all by their bits) nobody can change anything.
    let fixed = fstatvfs(&directory)
        .map_err(failed)?
        .f_flag
        .contains(StatVfsMountFlags::RDONLY);
    if !fixed && !is_ours(&stat) {
        return Err(DirectoryError::new(path, Kind::Foreign));
    }
    if !fixed && may_others_write(&stat) {
        return Err(DirectoryError::new(path, Kind::Open));
    }
    // Without NONBLOCK, opening a FIFO would wait for its writer.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    match openat(&directory, NAME, flags, Mode::empty()) {
        Ok(file) => Ok(read(File::from(file), fixed)),
        Err(Errno::NOENT) => Ok(Found::Nothing),
        // It is there: only the service and root could have put it there.
        Err(_) => Ok(Found::Unreadable("it cannot be opened")),
    }
}

/// Reads the file. That it is there is enough: what cannot be used of it does not open the service.
fn read(file: File, fixed: bool) -> Found {
    let Ok(stat) = fstat(&file) else {
        return Found::Unreadable("it cannot be read");
    };
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Found::Unreadable("it is no regular file");
    }
    if !fixed && may_others_write(&stat) {
        return Found::Unreadable("others may write to it");
    }
    let mut bytes = Vec::new();
    if file.take(MAX + 1).read_to_end(&mut bytes).is_err() {
        return Found::Unreadable("it cannot be read");
    }
    if bytes.len() as u64 > MAX {
        return Found::Unreadable("it is larger than 4 KiB");
    }
    match String::from_utf8_lossy(&bytes).parse() {
        Ok(notice) => Found::Notice(notice),
        Err(_) => Found::Unreadable("it does not begin with a time such as 600 or 10m"),
    }
}

fn is_ours(stat: &Stat) -> bool {
    stat.st_uid == 0 || stat.st_uid == geteuid().as_raw()
}

fn may_others_write(stat: &Stat) -> bool {
    // The type of the bits differs between systems.
    #[allow(clippy::unnecessary_cast, clippy::cast_lossless, reason = "u16 on macOS")]
    let mode = stat.st_mode as u32;
    mode & OTHERS_MAY_WRITE != 0
}
