//! The file that is written in place of the old one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::stale::{self, Watch};
use super::{Existing, Failure, refused, shown};
use crate::cli::exit;

/// How long each time another writer is waited for.
const WAIT: Duration = Duration::from_millis(50);
/// And how long in all: longer than a file takes to be called stale.
const PATIENCE: Duration = Duration::from_secs(8);

/// A temporary file beside the target. Dropped before it was put in place, it is removed.
pub(in crate::cli) struct Draft {
    target: PathBuf,
    temporary: PathBuf,
    file: File,
    /// The permission bits of the target; those of the process's umask, or of the file that is replaced, when unsaid.
    mode: Option<u32>,
    in_place: bool,
}

impl Draft {
    /// Makes the temporary file of `target`, exclusively. One that a writer of this user left who was killed is taken away.
    pub(in crate::cli) fn open(target: &Path, mode: Option<u32>) -> Result<Self, Failure> {
        let mut name = target.as_os_str().to_owned();
        name.push(".tmp");
        let temporary = PathBuf::from(name);
        let begun = Instant::now();
        let mut watch = Watch::default();
        loop {
            match open(&temporary, mode) {
                Ok(file) => {
                    return Ok(Self {
                        target: target.to_owned(),
                        temporary,
                        file,
                        mode,
                        in_place: false,
                    });
                }
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    let why = format_args!("could not be made: {}", error.kind());
                    return Err(refused(&temporary, why));
                }
                Err(_) if begun.elapsed() > PATIENCE => break,
                // Tried again at once: another writer may be faster.
                Err(_) if watch.is_stale(&temporary) && stale::take_away(&temporary, &watch) => {}
                Err(_) => thread::sleep(WAIT),
            }
        }
        let shown = shown(&temporary);
        let message = format!(
            "{shown} is there: somebody else writes, or was stopped while writing and left it; then remove it"
        );
        Err(Failure::new(exit::BUSY, message))
    }

    /// Writes `bytes`, and waits until they are on the disk.
    pub(in crate::cli) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_all());
        written.map_err(|error| {
            refused(
                &self.temporary,
                format_args!("could not be written: {}", error.kind()),
            )
        })
    }

    /// Writes `bytes` and puts them where nothing stands.
    pub(in crate::cli) fn create(mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.write(bytes)?;
        self.put_new()
    }

    /// Writes `bytes` and puts them in place of `existing`.
    pub(in crate::cli) fn replace(mut self, existing: &Existing, bytes: &[u8]) -> Result<(), Failure> {
        self.write(bytes)?;
        self.put_over(existing)
    }

    /// Puts what was written where nothing stands: a link is never made over a file.
    pub(in crate::cli) fn put_new(mut self) -> Result<(), Failure> {
        self.set_mode(self.mode)?;
        self.check_name()?;
        match fs::hard_link(&self.temporary, &self.target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(refused(&self.target, "was made by somebody else in the meantime"));
            }
            // A file system without links: the name is free as far as can be seen.
            Err(_) if self.target.symlink_metadata().is_err() => {
                self.rename()?;
                return Ok(());
            }
            Err(error) => {
                return Err(refused(
                    &self.target,
                    format_args!("could not be made: {}", error.kind()),
                ));
            }
        }
        self.sync_directory();
        Ok(())
    }

    /// Puts what was written in place of `existing`, if that still stands there.
    pub(in crate::cli) fn put_over(mut self, existing: &Existing) -> Result<(), Failure> {
        if let Err(error) = existing.pass_owner_to(&self.file) {
            let why = format_args!(
                "belongs to another user, and cannot be given to them: {}",
                error.kind()
            );
            return Err(refused(&self.target, why));
        }
        self.set_mode(self.mode.or(existing.mode()))?;
        if !existing.is_still(&self.target) {
            return Err(refused(
                &self.target,
                "was changed by somebody else in the meantime; nothing is written",
            ));
        }
        self.check_name()?;
        self.rename()
    }

    /// Whether the name is still that of this file: a writer that was held up for long may have been taken for dead, and the name is another's.
    fn check_name(&self) -> Result<(), Failure> {
        if stale::is_named(&self.file, &self.temporary) {
            return Ok(());
        }
        let why = "was taken over by somebody else in the meantime; nothing is written";
        Err(refused(&self.temporary, why))
    }

    fn rename(&mut self) -> Result<(), Failure> {
        fs::rename(&self.temporary, &self.target).map_err(|error| {
            refused(
                &self.target,
                format_args!("could not be replaced: {}", error.kind()),
            )
        })?;
        self.in_place = true;
        self.sync_directory();
        Ok(())
    }

    /// Sets the permissions whatever the umask made of them.
    fn set_mode(&self, mode: Option<u32>) -> Result<(), Failure> {
        #[cfg(unix)]
        if let Some(mode) = mode {
            use std::os::unix::fs::PermissionsExt;
            let set = self.file.set_permissions(fs::Permissions::from_mode(mode));
            return set
                .map_err(|error| refused(&self.temporary, format_args!("took no mode: {}", error.kind())));
        }
        let _ = mode;
        Ok(())
    }

    /// The new name is on the disk, too; a file system that cannot say so has nothing to wait for.
    fn sync_directory(&self) {
        #[cfg(unix)]
        {
            let parent = self
                .target
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            if let Ok(directory) = File::open(parent.unwrap_or(Path::new("."))) {
                let _ = directory.sync_all();
            }
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.in_place && stale::is_named(&self.file, &self.temporary) {
            // What cannot be removed is named to the next writer.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

fn open(path: &Path, mode: Option<u32>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // O_EXCL: a link that waits under this name is not followed.
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Some(mode) = mode {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode);
    }
    let _ = mode;
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// A directory of its own.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("secure-config-draft-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).expect("the temporary directory can be written");
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn names(scratch: &Scratch) -> Vec<String> {
        let entries = fs::read_dir(&scratch.0).expect("it is there");
        let mut names: Vec<_> = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_has_its_mode_and_leaves_nothing_else() {
        let scratch = Scratch::new("new");
        let target = scratch.0.join(".env");
        Draft::open(&target, Some(0o600))
            .unwrap()
            .create(b"A=1\n")
            .unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"A=1\n");
        assert_eq!(
            fs::metadata(&target).unwrap().permissions().mode() & 0o7777,
            0o600
        );
        assert_eq!(names(&scratch), [".env"]);
    }

    #[test]
    fn what_appears_in_the_meantime_is_not_overwritten() {
        let scratch = Scratch::new("appears");
        let target = scratch.0.join(".env");
        let mut draft = Draft::open(&target, Some(0o600)).unwrap();
        draft.write(b"ours").unwrap();
        fs::write(&target, "theirs").unwrap();
        assert_eq!(draft.put_new().unwrap_err().code, exit::CANNOT_WRITE);
        assert_eq!(fs::read(&target).unwrap(), b"theirs");
        assert_eq!(names(&scratch), [".env"]);
    }

    #[test]
    fn what_changes_in_the_meantime_is_not_overwritten() {
        let scratch = Scratch::new("changes");
        let target = scratch.0.join(".env");
        fs::write(&target, "old").unwrap();
        let existing = Existing::read(&target).unwrap().unwrap();
        let mut draft = Draft::open(&target, None).unwrap();
        draft.write(b"ours").unwrap();
        fs::write(&target, "new").unwrap();
        let failure = draft.put_over(&existing).unwrap_err();
        assert!(
            failure.message.contains("was changed by somebody else"),
            "{}",
            failure.message
        );
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(names(&scratch), [".env"]);
    }

    #[test]
    fn whoever_is_killed_before_the_last_step_leaves_the_old_file() {
        let scratch = Scratch::new("killed");
        let target = scratch.0.join(".env");
        fs::write(&target, "old").unwrap();
        let mut draft = Draft::open(&target, Some(0o600)).unwrap();
        draft.write(b"new").unwrap();
        // As a process ends that is killed: without a drop.
        std::mem::forget(draft);
        assert_eq!(fs::read(&target).unwrap(), b"old");
        let mode = fs::metadata(scratch.0.join(".env.tmp"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o600);
        // The next one waits until that is certain, and takes its place.
        let next = Draft::open(&target, Some(0o600)).unwrap();
        next.replace(&Existing::read(&target).unwrap().unwrap(), b"newer")
            .unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"newer");
        assert_eq!(names(&scratch), [".env"]);
    }

    #[test]
    fn whoever_was_taken_for_dead_writes_nothing() {
        let scratch = Scratch::new("held-up");
        let target = scratch.0.join(".env");
        fs::write(&target, "old").unwrap();
        let existing = Existing::read(&target).unwrap().unwrap();
        let mut held_up = Draft::open(&target, Some(0o600)).unwrap();
        held_up.write(b"ours").unwrap();
        held_up
            .file
            .set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
        let mut next = Draft::open(&target, Some(0o600)).unwrap();
        next.write(b"half").unwrap();
        let failure = held_up.put_over(&existing).unwrap_err();
        assert!(failure.message.contains("was taken over"), "{}", failure.message);
        // Nor has it taken the other's file with it.
        assert_eq!(names(&scratch), [".env", ".env.tmp"]);
        assert_eq!(fs::read(&target).unwrap(), b"old");
        next.write(b" and half").unwrap();
        next.put_over(&existing).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"half and half");
    }

    #[test]
    fn links_and_what_is_no_file_are_refused() {
        let scratch = Scratch::new("links");
        let target = scratch.0.join("elsewhere");
        fs::write(&target, "theirs").unwrap();
        let link = scratch.0.join(".env");
        symlink(&target, &link).unwrap();
        assert_eq!(Existing::read(&link).err().unwrap().code, exit::CANNOT_WRITE);
        symlink("nowhere", scratch.0.join("dangling")).unwrap();
        assert!(Existing::read(&scratch.0.join("dangling")).is_err());
        assert!(Existing::read(&scratch.0).is_err());
        assert!(Existing::read(&scratch.0.join("none")).unwrap().is_none());
        // A link that waits under the temporary name.
        symlink(&target, scratch.0.join("other.tmp")).unwrap();
        assert_eq!(
            Draft::open(&scratch.0.join("other"), None).err().unwrap().code,
            exit::BUSY
        );
        assert_eq!(fs::read(&target).unwrap(), b"theirs");
    }
}
