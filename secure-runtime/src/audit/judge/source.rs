//! Reads the source of a service within bounds, because it may be any folder of the machine.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::audit::facts::Facts;

/// Files and folders visited in one walk.
const MOST_ENTRIES: usize = 100_000;
/// Folders inside one another.
const MOST_DEPTH: usize = 32;
/// Bytes of one file.
const MOST_OF_A_FILE: u64 = 8 * 1024 * 1024;
/// Bytes of all files.
const MOST_OF_ALL: u64 = 256 * 1024 * 1024;

/// Returns the folder of the checkout if it holds source: a manifest, or a repository. A service's working directory may be `/`.
pub(super) fn folder(facts: &Facts) -> Option<&Path> {
    let folder = facts.checkout.as_deref()?;
    let is_source = ["Cargo.toml", "package.json", ".git"]
        .iter()
        .any(|name| folder.join(name).exists());
    is_source.then_some(folder)
}

/// Returns the root of the repository that `folder` is in, or `folder` itself outside of one.
pub(super) fn root(folder: &Path) -> PathBuf {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let root = folder.ancestors().find(|above| above.join(".git").exists());
    root.unwrap_or(&folder).to_owned()
}

/// Returns the text of a regular file, or `None` if there is none or it is too large. A link is not followed.
pub(super) fn text(path: &Path) -> Option<String> {
    let metadata = fs::symlink_metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > MOST_OF_A_FILE {
        return None;
    }
    let mut bytes = Vec::new();
    let mut file = File::open(path).ok()?.take(MOST_OF_A_FILE + 1);
    file.read_to_end(&mut bytes).ok()?;
    let is_whole = bytes.len() as u64 <= MOST_OF_A_FILE;
    is_whole.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Visits the text of every file below `folder` whose name is `wanted`, in the order of names. Links, hidden folders, `node_modules` and
/// folders tagged as caches (`CACHEDIR.TAG`, such as cargo's `target`) are left out.
///
/// Returns the number of files, or why not all of them were read.
pub(super) fn walk(
    folder: &Path,
    wanted: impl Fn(&str) -> bool,
    mut visit: impl FnMut(&Path, &str),
) -> Result<usize, String> {
    let mut folders = vec![(folder.to_owned(), 0)];
    let (mut entries, mut bytes, mut files) = (0, 0, 0);
    while let Some((folder, depth)) = folders.pop() {
        let shown = || folder.display();
        let mut inside = fs::read_dir(&folder)
            .and_then(|inside| inside.take(MOST_ENTRIES).collect::<Result<Vec<_>, _>>())
            .map_err(|error| format!("{} cannot be read: {}", shown(), error.kind()))?;
        inside.sort_unstable_by_key(fs::DirEntry::file_name);
        entries += inside.len();
        if entries >= MOST_ENTRIES || depth > MOST_DEPTH {
            return Err(format!("{} holds too many files to look at", shown()));
        }
        if depth > 0 && inside.iter().any(|entry| entry.file_name() == "CACHEDIR.TAG") {
            continue;
        }
        // The last folder that is pushed is visited first.
        for entry in inside.iter().rev() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_left_out = name.starts_with('.') || name == "node_modules";
            if !is_left_out && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push((entry.path(), depth + 1));
            }
        }
        for entry in &inside {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if !is_file || !wanted(&entry.file_name().to_string_lossy()) {
                continue;
            }
            let path = entry.path();
            let text =
                text(&path).ok_or_else(|| format!("{} is too large or cannot be read", path.display()))?;
            bytes += text.len() as u64;
            if bytes > MOST_OF_ALL {
                return Err(format!("{} holds too much to look at", shown()));
            }
            files += 1;
            visit(&path, &text);
        }
    }
    Ok(files)
}
