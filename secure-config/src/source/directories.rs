//! The directories that hold one file for each secret.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::file::{self, ReadError};
use super::{Variables, Watch};
use crate::memory::Locked;

/// Where orchestrators mount secrets as files.
const RUN_SECRETS: &str = "/run/secrets";
/// The variable that names the directory of systemd's `LoadCredential=`.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Directories with one file for each secret. They are looked for when something is not in the environment, and not before.
pub(crate) struct Directories {
    given: Vec<PathBuf>,
    /// Whether this is about the process, and so about what its platform mounts.
    is_process: bool,
    all: OnceCell<Vec<PathBuf>>,
}

impl Directories {
    pub(crate) fn new(given: Vec<PathBuf>, is_process: bool) -> Self {
        Self {
            given,
            is_process,
            all: OnceCell::new(),
        }
    }

    /// Those that there are: the given ones, else `/run/secrets`; then that of systemd.
    fn all(&self, variables: &Variables) -> &[PathBuf] {
        self.all.get_or_init(|| {
            let mut all = self.given.clone();
            if all.is_empty() && self.is_process && Path::new(RUN_SECRETS).is_dir() {
                all.push(RUN_SECRETS.into());
            }
            if let Some(path) = variables.get(CREDENTIALS) {
                if let Ok(path) = std::str::from_utf8(path.as_slice()) {
                    if Path::new(path).is_absolute() {
                        all.push(path.into());
                    }
                }
            }
            all
        })
    }

    /// The content of the first file with any that is called `name`, as it is or in lower case; and where it stands.
    pub(super) fn read(
        &self,
        name: &str,
        variables: &Variables,
        watch: &Watch,
    ) -> Option<(PathBuf, Result<Locked, ReadError>)> {
        let mut empty = None;
        for directory in self.all(variables) {
            for name in [Cow::Borrowed(name), Cow::Owned(name.to_ascii_lowercase())] {
                let path = directory.join(&*name);
                match file::read_value(&path, watch) {
                    Err(ReadError::NotFound) => {}
                    Ok(value) if value.as_bytes().is_empty() => empty = empty.or(Some((path, Ok(value)))),
                    read => return Some((path, read)),
                }
            }
        }
        empty
    }

    /// Calls `visit` with the name of every file. A directory that cannot be listed can still be read by name.
    pub(super) fn for_each_name(&self, variables: &Variables, visit: &mut dyn FnMut(&str)) {
        for directory in self.all(variables) {
            for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
                if let Some(name) = entry.file_name().to_str().filter(|name| !name.starts_with('.')) {
                    visit(name);
                }
            }
        }
    }
}
