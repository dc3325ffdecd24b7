//! A directory of its own for one test.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Returns whether a path leaves room for sockets, whose paths have at most 104 bytes on some systems, and can be part of a URL as it is.
fn is_plain(path: &Path) -> bool {
    path.to_str().is_some_and(|path| {
        path.len() <= 56
            && path
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
    })
}

/// A directory that is removed on drop.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes a directory that every user may enter, whatever the umask and `TMPDIR` are.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes something on disk")]
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let mut base = std::env::temp_dir();
        if cfg!(unix) && !is_plain(&base) {
            base = "/tmp".into();
        }
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = base.join(format!("secure-config-{}-{count}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => {
                    set_mode(&path, 0o755);
                    return Self(path);
                }
                // A process that had the same id was killed before it could remove its own.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }

    /// Returns its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into it, which only its owner may read and write, and returns its path. Directories on the way are made.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        let parent = path.parent().expect("it has one: this directory");
        fs::create_dir_all(parent).expect("the temporary directory is writable");
        for directory in parent.ancestors().take_while(|directory| *directory != self.0) {
            set_mode(directory, 0o755);
        }
        let is_new = !path.exists();
        fs::write(&path, content).expect("the temporary directory is writable");
        if is_new {
            set_mode(&path, 0o600);
        }
        path
    }

    /// Returns the path of something in it, which need not exist.
    #[must_use]
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl AsRef<Path> for Scratch {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left over lies in the temporary directory: nothing to do about it here.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Sets the permission bits of something of ours, where it has such.
pub fn set_mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}
