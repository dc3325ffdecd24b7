//! Binds unix sockets: never with wider permissions than asked for, and over what a dead process left.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path as StdPath, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use socket2::{Domain, SockAddr, Socket, Type};

const BACKLOG: i32 = 1024;

/// The path of a socket of ours; removed when dropped, unless another socket has taken its place.
#[derive(Debug)]
pub(super) struct Path {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Path {
    pub(super) fn as_path(&self) -> &StdPath {
        &self.path
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        let ours = fs::symlink_metadata(&self.path)
            .is_ok_and(|found| found.dev() == self.device && found.ino() == self.inode);
        if ours {
            // Whoever starts next takes care of a leftover.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Binds to `path` with the permission bits of `mode`.
///
/// The socket is made under another name, gets its permissions, listens, and only then takes the path: at no time can
/// somebody connect who must not.
pub(super) fn bind(path: &StdPath, mode: u32) -> io::Result<(UnixListener, Path)> {
    refuse_living(path)?;
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    let made = beside(path);
    socket.bind(&SockAddr::unix(&made)?)?;
    let finish = || {
        fs::set_permissions(&made, fs::Permissions::from_mode(mode & 0o777))?;
        socket.listen(BACKLOG)?;
        let metadata = fs::symlink_metadata(&made)?;
        fs::rename(&made, path)?;
        Ok(Path {
            path: path.to_owned(),
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    };
    match finish() {
        Ok(path) => Ok((socket.into(), path)),
        Err(error) => {
            // The error that led here is the one to tell.
            let _ = fs::remove_file(&made);
            Err(error)
        }
    }
}

/// Refuses a path where something else is, or a socket that somebody listens on.
fn refuse_living(path: &StdPath) -> io::Result<()> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !found.file_type().is_socket() {
        return Err(io::Error::new(
            ErrorKind::AlreadyExists,
            "the path is taken, and not by a socket",
        ));
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(io::Error::new(
            ErrorKind::AddrInUse,
            "another process listens there",
        )),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        Err(error) => Err(error),
    }
}

/// A name of our own in the same directory.
fn beside(path: &StdPath) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Relaxed);
    path.with_file_name(format!(".{:x}-{count:x}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty directory, removed at the end.
    struct Directory(PathBuf);

    impl Directory {
        fn new(name: &str) -> Self {
            // The path of a socket is short.
            let base = std::env::temp_dir();
            let base = if base.as_os_str().len() < 56 {
                base
            } else {
                "/tmp".into()
            };
            let path = base.join(format!("{name}-{}", std::process::id()));
            // A process that had the same id may have left it.
            let _ = fs::remove_dir_all(&path);
            fs::create_dir(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn has_the_asked_permissions_and_leaves_nothing_behind() {
        let directory = Directory::new("unix-mode");
        let path = directory.0.join("a.sock");
        let bound = bind(&path, 0o600).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        UnixStream::connect(&path).unwrap();
        drop(bound);
        assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 0);
    }

    #[test]
    fn replaces_a_dead_socket_but_neither_a_living_one_nor_a_file() {
        let directory = Directory::new("unix-stale");
        let path = directory.0.join("a.sock");
        let (listener, kept) = bind(&path, 0o600).unwrap();
        assert_eq!(bind(&path, 0o600).unwrap_err().kind(), ErrorKind::AddrInUse);
        drop(listener);
        let second = bind(&path, 0o600).unwrap();
        drop(kept);
        UnixStream::connect(&path).expect("the first one's end leaves the second one's path");
        drop(second);

        fs::write(&path, "precious").unwrap();
        assert_eq!(bind(&path, 0o600).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"precious");
    }
}
