//! The directories that hold one file for each secret.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::content::{Content, ReadError};
use super::shown::shown;
use super::{Variables, Watch, file};
use crate::access::Access;
use crate::problem::{Problem, ProblemKind, Refusal};

/// Where orchestrators mount secrets as files.
const RUN_SECRETS: &str = "/run/secrets";
/// The variable that names the directory of systemd's `LoadCredential=`.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Directories with one file for each secret. They are opened when something is not in the environment, and not before.
pub(crate) struct Directories {
    given: Vec<PathBuf>,
    /// Whether this is about the process, and so about what its platform mounts.
    is_process: bool,
    all: OnceCell<Vec<Directory>>,
}

struct Directory {
    path: PathBuf,
    named: NamedBy,
    /// Whether files in it can be asked for by name; decided once, so that one cause is reported once.
    searched: Result<(), ReadError>,
}

/// Where the path of a directory comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NamedBy {
    Program,
    Platform,
    /// The variable, which may hold anything by mistake.
    Variable,
}

impl Directories {
    pub(crate) fn new(given: Vec<PathBuf>, is_process: bool) -> Self {
        Self {
            given,
            is_process,
            all: OnceCell::new(),
        }
    }

    /// The given ones, else `/run/secrets` if it is there; then that of systemd.
    fn all(&self, variables: &Variables) -> &[Directory] {
        self.all.get_or_init(|| {
            let given = self.given.iter();
            let mut all: Vec<Directory> = given
                .map(|path| Directory::open(path, NamedBy::Program))
                .collect();
            if all.is_empty() && self.is_process {
                let mounted = Directory::open(Path::new(RUN_SECRETS), NamedBy::Platform);
                all.extend(Some(mounted).filter(|one| !one.searched.is_err_and(ReadError::is_absent)));
            }
            if let Some(path) = variables.get(CREDENTIALS) {
                if let Ok(path) = std::str::from_utf8(path.as_slice()) {
                    let path = Path::new(path);
                    if path.is_absolute() {
                        all.push(Directory::open(path, NamedBy::Variable));
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
    ) -> Option<(PathBuf, Result<Content, ReadError>)> {
        let mut empty = None;
        let usable = self.all(variables).iter().filter(|one| one.searched.is_ok());
        for directory in usable {
            for name in [Cow::Borrowed(name), Cow::Owned(name.to_ascii_lowercase())] {
                let path = directory.path.join(&*name);
                match file::read_value(&path, watch) {
                    Err(error) if error.is_absent() => {}
                    Ok(content) if content.bytes.as_bytes().is_empty() => {
                        empty = empty.or(Some((path, Ok(content))));
                    }
                    read => return Some((path, read)),
                }
            }
        }
        empty
    }

    /// Calls `visit` with the name of every file. A directory that cannot be listed can still be read by name.
    pub(super) fn for_each_name(&self, variables: &Variables, visit: &mut dyn FnMut(&str)) {
        for directory in self.all(variables) {
            for entry in std::fs::read_dir(&directory.path).into_iter().flatten().flatten() {
                if let Some(name) = entry.file_name().to_str().filter(|name| !name.starts_with('.')) {
                    visit(name);
                }
            }
        }
    }

    /// What keeps directories that the program did not ask for from being searched, of those that were opened.
    pub(crate) fn unread(&self) -> impl Iterator<Item = Problem> + '_ {
        let unasked = self.opened().filter(|one| one.named != NamedBy::Program);
        unasked.filter_map(|one| {
            let mut refusal = unusable(one.searched.err()?);
            if one.named == NamedBy::Variable {
                let shown = shown(&one.path)
                    .map(|path| format!(": {path}"))
                    .unwrap_or_default();
                refusal.message = format!("names a directory that {}{shown}", refusal.message).into();
            }
            Some(refusal.of(one.key(), None))
        })
    }

    /// Those that were opened and that others may put files into.
    pub(crate) fn exposed(&self) -> impl Iterator<Item = Problem> + '_ {
        let usable = self.opened().filter(|one| one.searched.is_ok());
        usable.filter_map(|one| {
            let exposure = Access::of_directory(&one.path)?.directory_exposure()?;
            let path = one.path.display();
            let refusal = Refusal::new(ProblemKind::Permissions, exposure.message())
                .remedy(format!("take that right away:  chmod go-w {path}"));
            Some(refusal.of(path.to_string(), None))
        })
    }

    fn opened(&self) -> impl Iterator<Item = &Directory> {
        self.all.get().into_iter().flatten()
    }
}

impl Directory {
    fn open(path: &Path, named: NamedBy) -> Self {
        Self {
            path: path.to_owned(),
            named,
            searched: search(path),
        }
    }

    /// What a report calls it.
    fn key(&self) -> Cow<'static, str> {
        match self.named {
            NamedBy::Variable => CREDENTIALS.into(),
            NamedBy::Program | NamedBy::Platform => self.path.display().to_string().into(),
        }
    }
}

/// Whether files of the directory can be asked for by name: `.` in it is found by those who may search it.
pub(crate) fn search(path: &Path) -> Result<(), ReadError> {
    match path.join(".").symlink_metadata() {
        Ok(_) => Ok(()),
        Err(error) => Err(ReadError::of(&error, path)),
    }
}

/// The refusal of a directory that cannot be searched.
pub(crate) fn unusable(error: ReadError) -> Box<Refusal> {
    let message = match error {
        ReadError::Denied => "may not be searched by this user: permission denied".into(),
        ReadError::ThroughFile => "is not a directory".into(),
        error => Cow::from(error.to_string()),
    };
    let remedy = match error {
        ReadError::Denied => "let the service's user search it (mode x)",
        error => error.remedy(),
    };
    Refusal::new(ProblemKind::Unreadable, message).remedy(remedy)
}
