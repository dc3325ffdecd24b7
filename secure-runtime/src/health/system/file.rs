//! Reads the kernel's small files, bounded.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The whole lines in the first `limit` bytes of a file; `None` when it cannot be read.
///
/// A line that the limit cuts is left out: half a number is a wrong number.
pub(super) fn read(path: &Path, limit: u64) -> Option<String> {
    let mut bytes = Vec::new();
    let read = File::open(path).ok()?.take(limit).read_to_end(&mut bytes).ok()?;
    if read as u64 == limit {
        let whole = bytes
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        bytes.truncate(whole);
    }
    // A name that is not UTF-8 changes here, and is then not found: the figure is unknown, not wrong.
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_cut_line_is_left_out() {
        let path = std::env::temp_dir().join(format!("secure-runtime-read-{}", std::process::id()));
        std::fs::write(&path, "cpu 12\ncpu0 345\n").unwrap();
        assert_eq!(read(&path, 1_000).as_deref(), Some("cpu 12\ncpu0 345\n"));
        assert_eq!(read(&path, 12).as_deref(), Some("cpu 12\n"));
        assert_eq!(read(&path, 3).as_deref(), Some(""));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read(&path, 1_000), None);
    }
}
