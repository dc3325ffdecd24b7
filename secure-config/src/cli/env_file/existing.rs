//! The file as it stands, and whether it still does.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::{Failure, refused};

/// The most bytes that a file of variables may have, as for a load.
const LIMIT: u64 = 1 << 20;

/// A regular file and its content.
pub(in crate::cli) struct Existing {
    metadata: Metadata,
    bytes: Zeroizing<Vec<u8>>,
}

impl Existing {
    /// Reads `path`; `None` when nothing is there. A link is refused: what it leads to may be anybody's.
    pub(in crate::cli) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => {
                return Err(refused(
                    path,
                    "is a symbolic link, which is not followed to be written",
                ));
            }
            Ok(metadata) if !metadata.is_file() => return Err(refused(path, "is not a regular file")),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(refused(
                    path,
                    format_args!("cannot be looked at: {}", error.kind()),
                ));
            }
        }
        let failed = |error: io::Error| refused(path, format_args!("could not be read: {}", error.kind()));
        let mut file = open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(refused(path, "is not a regular file"));
        }
        if metadata.len() > LIMIT {
            return Err(refused(path, "is larger than 1 MiB"));
        }
        // Room for all of it at once: a buffer that grows leaves copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT as usize + 1));
        file.by_ref()
            .take(LIMIT + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        if bytes.len() as u64 > LIMIT {
            return Err(refused(path, "is larger than 1 MiB"));
        }
        Ok(Some(Self { metadata, bytes }))
    }

    pub(in crate::cli) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The permission bits, where files have them.
    pub(super) fn mode(&self) -> Option<u32> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Some(self.metadata.mode() & 0o7777)
        }
        #[cfg(not(unix))]
        None
    }

    /// Gives `file` the owner of this one; a service must still be able to read what an administrator changed.
    pub(super) fn pass_owner_to(&self, file: &File) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            let new = file.metadata()?;
            if (new.uid(), new.gid()) != (self.metadata.uid(), self.metadata.gid()) {
                return fchown(file, Some(self.metadata.uid()), Some(self.metadata.gid()));
            }
        }
        let _ = file;
        Ok(())
    }

    /// Whether `path` is still the file that was read, unchanged.
    pub(super) fn is_still(&self, path: &Path) -> bool {
        let Ok(now) = path.symlink_metadata() else {
            return false;
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let then = &self.metadata;
            if (now.dev(), now.ino(), now.ctime(), now.ctime_nsec())
                != (then.dev(), then.ino(), then.ctime(), then.ctime_nsec())
            {
                return false;
            }
        }
        now.is_file()
            && now.len() == self.metadata.len()
            && now.modified().ok() == self.metadata.modified().ok()
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    options.open(path)
}
