//! Reads a certificate or key file: bounded, and wiped when it is dropped.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rustix::fs::{Mode, OFlags, open};
use zeroize::Zeroizing;

/// Far above any chain.
const MAX: u64 = 1024 * 1024;

/// The content of a regular file of at most 1 MiB; symlinks are followed, as Kubernetes' mounts need it.
pub(super) fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    // Without NONBLOCK, opening a FIFO would wait for its writer.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = File::from(open(path, flags, Mode::empty())?);
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    if metadata.len() > MAX {
        return Err(too_large());
    }
    // Room for all of it and a byte more: a buffer that grows leaves copies of a key behind.
    let size = usize::try_from(metadata.len()).unwrap_or(0);
    let mut content = Zeroizing::new(vec![0; size + 1]);
    let mut filled = 0;
    loop {
        match (&file).read(&mut content[filled..]) {
            Ok(0) => break,
            Ok(bytes) => filled += bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if filled > size {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the file changed while it was read",
        ));
    }
    content.truncate(filled);
    Ok(content)
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "larger than 1 MiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_files_and_nothing_else() {
        let path = std::env::temp_dir().join(format!("tls-file-{}", std::process::id()));
        std::fs::write(&path, "content").unwrap();
        assert_eq!(read(&path).unwrap().as_slice(), b"content");
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(MAX + 1)
            .unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(
            read(Path::new("/dev/null")).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
        assert_eq!(
            read(Path::new("/")).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
    }
}
