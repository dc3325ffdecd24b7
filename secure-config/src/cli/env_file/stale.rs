//! The temporary file that a writer left who was killed: when it is certain, and how it is taken away without taking a living one's.

use std::fs::{self, File, Metadata, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Nothing happens to the file of a writer at work for longer than the disk takes.
const SILENCE: Duration = Duration::from_secs(5);

/// A file that is older by its own time is not watched first; clocks of file servers are not so far off.
const AGE: Duration = Duration::from_secs(60);

/// What a file is known by; two are never the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    changed: (i64, i64),
}

/// A name that is watched.
#[derive(Debug, Default)]
pub(super) struct Watch(Option<(Identity, Instant)>);

impl Watch {
    /// Whether the file under this name is a regular one to which nothing has happened for a while.
    pub(super) fn is_stale(&mut self, path: &Path) -> bool {
        let Some((metadata, identity)) = look(path) else {
            // A link, or a directory: nobody's leftover.
            self.0 = None;
            return false;
        };
        let since = match self.0 {
            Some((seen, since)) if seen == identity => since,
            _ => Instant::now(),
        };
        self.0 = Some((identity, since));
        since.elapsed() >= SILENCE || is_old(&metadata)
    }
}

fn is_old(metadata: &Metadata) -> bool {
    let age = metadata.modified().ok().and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age >= AGE)
}

/// Takes the watched file away, if it belongs to the user of this process. Of many that try, one does; `false`: nothing was done.
pub(super) fn take_away(path: &Path, watch: &Watch) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push(".stale");
    let marker = PathBuf::from(name);
    // Made exclusively: it keeps others from doing the same, and shows which user this process is.
    let Ok(file) = open(&marker) else {
        // Whoever made it was killed, too, if that was long ago.
        if look(&marker).is_some_and(|(metadata, _)| is_old(&metadata)) {
            let _ = fs::remove_file(&marker);
        }
        return false;
    };
    let taken = match (look(path), watch.0) {
        (Some((metadata, identity)), Some((seen, _))) if identity == seen => {
            // In one step, and whoever is killed here leaves a file that nobody waits for.
            is_same_owner(&metadata, &file) && fs::rename(path, &marker).is_ok()
        }
        _ => false,
    };
    // It is a marker of this process, or the file that was taken away.
    let _ = fs::remove_file(&marker);
    taken
}

/// Whether `path` is a name of `file`.
pub(super) fn is_named(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let key = |metadata: Metadata| (metadata.dev(), metadata.ino());
        let (Ok(ours), Ok(named)) = (file.metadata(), path.symlink_metadata()) else {
            return false;
        };
        key(ours) == key(named)
    }
    // Elsewhere nothing is taken away from anybody.
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// A regular file; also one whose writer was killed when it had both its names.
#[cfg(unix)]
fn look(path: &Path) -> Option<(Metadata, Identity)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = path.symlink_metadata().ok()?;
    let identity = Identity {
        device: metadata.dev(),
        inode: metadata.ino(),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    };
    metadata.is_file().then_some((metadata, identity))
}

/// Files have no owner and no identity there: leftovers are the operator's to remove.
#[cfg(not(unix))]
fn look(_: &Path) -> Option<(Metadata, Identity)> {
    None
}

fn is_same_owner(metadata: &Metadata, ours: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        ours.metadata().is_ok_and(|ours| ours.uid() == metadata.uid())
    }
    #[cfg(not(unix))]
    {
        let _ = (metadata, ours);
        false
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
