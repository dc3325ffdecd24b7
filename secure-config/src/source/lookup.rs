//! Asks the sources in their order, and knows what contradicts what.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::content::{Content, ReadError};
use super::shown::shown;
use super::{Directories, Dotenv, Variables, Watch, file};
use crate::access::Exposure;
use crate::origin::Origin;
use crate::problem::{Problem, ProblemKind, Refusal};
use crate::raw::{Bytes, Raw};
use crate::schema::collide::FILE_SUFFIX;

/// Everything that a load reads from.
pub(crate) struct Sources {
    pub(crate) variables: Variables,
    pub(crate) directories: Directories,
    /// What each vault holds, under what it is called.
    #[cfg(feature = "vault")]
    pub(crate) vaults: Vec<(Arc<str>, crate::vault::Document)>,
    pub(crate) dotenv: Option<Dotenv>,
    /// Places that nobody asked for and that could not be looked into.
    pub(crate) unread: Vec<Problem>,
    /// Whether it matters who may read and write the files: in production.
    pub(crate) is_strict: bool,
    pub(crate) watch: Watch,
}

/// What the sources have for one name.
pub(crate) enum Found<'s> {
    /// A value that is not empty.
    Value(Raw<'s>),
    /// Only empty values, the first of them there.
    Empty(Origin),
    /// Nothing.
    Nothing,
    /// Something that cannot be taken.
    Refused(Box<Refusal>, Option<Origin>),
}

/// One place to look, in their order: asked for every name of a field before the next place is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Variables,
    Directories,
    #[cfg(feature = "vault")]
    Vaults,
    Dotenv,
}

impl Place {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 3 + cfg!(feature = "vault") as usize] = [
        Self::Variables,
        Self::Directories,
        #[cfg(feature = "vault")]
        Self::Vaults,
        Self::Dotenv,
    ];
}

impl Sources {
    /// What `place` has under `name`.
    pub(crate) fn find<'s>(&'s self, place: Place, name: &str) -> Found<'s> {
        match place {
            Place::Variables => {
                let (value, file) = self.variables.get_with_file(name);
                let with_origin = |bytes| Raw::new(bytes, Origin::Environment);
                self.one_of_two(name, value.map(with_origin), file.map(with_origin))
            }
            Place::Directories => match self.directories.read(name, &self.variables, &self.watch) {
                Some((path, read)) => self.of_file(&path, read, "its file"),
                None => Found::Nothing,
            },
            #[cfg(feature = "vault")]
            Place::Vaults => self.find_in_vaults(name),
            Place::Dotenv => {
                let Some(dotenv) = &self.dotenv else {
                    return Found::Nothing;
                };
                let get = |name: &str| {
                    let (value, line) = dotenv.get(name)?;
                    let origin = Origin::Dotenv {
                        path: Arc::clone(dotenv.path()),
                        line,
                    };
                    Some(Raw::new(Bytes::Borrowed(value), origin))
                };
                self.one_of_two(name, get(name), get(&[name, FILE_SUFFIX].concat()))
            }
        }
    }

    /// Calls `visit` with every name that some place has.
    pub(crate) fn for_each_name(&self, visit: &mut dyn FnMut(&str)) {
        for place in Place::ALL {
            self.for_each_name_in(place, visit);
        }
    }

    /// Calls `visit` with every name that `place` has.
    pub(crate) fn for_each_name_in(&self, place: Place, visit: &mut dyn FnMut(&str)) {
        match place {
            Place::Variables => self.variables.for_each_name(visit),
            Place::Directories => self.directories.for_each_name(&self.variables, visit),
            #[cfg(feature = "vault")]
            Place::Vaults => {
                for (_, document) in &self.vaults {
                    document.names().for_each(&mut *visit);
                }
            }
            Place::Dotenv => {
                if let Some(dotenv) = &self.dotenv {
                    dotenv.names().for_each(visit);
                }
            }
        }
    }

    /// The first vault with a value under `name`, as it is or in lower case.
    #[cfg(feature = "vault")]
    fn find_in_vaults(&self, name: &str) -> Found<'_> {
        use crate::vault::Content;
        let mut empty = None;
        for (secret, document) in &self.vaults {
            let lower = || document.get(&name.to_ascii_lowercase());
            let Some(content) = document.get(name).or_else(lower) else {
                continue;
            };
            let origin = Origin::Vault {
                secret: Arc::clone(secret),
                version: document.version(),
            };
            match content {
                Content::Value([]) | Content::Nothing => empty = empty.or(Some(origin)),
                Content::Value(bytes) => {
                    return Found::Value(Raw::new(Bytes::Borrowed(bytes), origin));
                }
                Content::Nested => {
                    let refusal = Refusal::new(ProblemKind::WrongType, "is an object or a list")
                        .remedy("write it as text:  vault kv patch MOUNT/PATH NAME=VALUE");
                    return Found::Refused(refusal, Some(origin));
                }
            }
        }
        empty.map_or(Found::Nothing, Found::Empty)
    }

    /// Takes the value of `name`, or of the file that `name` + `_FILE` names; not both.
    fn one_of_two<'s>(&self, name: &str, value: Option<Raw<'s>>, file: Option<Raw<'s>>) -> Found<'s> {
        let is_set = |raw: &Raw<'_>| !raw.bytes.as_slice().is_empty();
        match (value, file.filter(is_set)) {
            (None, None) => Found::Nothing,
            (Some(value), None) if is_set(&value) => Found::Value(value),
            (Some(value), None) => Found::Empty(value.origin),
            (Some(value), Some(_)) if is_set(&value) => {
                let message = format!("is set, and so is {name}{FILE_SUFFIX}");
                let refusal = Refusal::new(ProblemKind::Conflict, message).remedy("keep one of the two");
                Found::Refused(refusal, Some(value.origin))
            }
            (_, Some(file)) => match path_of(file.bytes.as_slice()) {
                Some(path) => {
                    let read = file::read_value(&path, &self.watch);
                    match self.of_file(&path, read, &format!("{name}{FILE_SUFFIX} names a file that")) {
                        // Without the file the value comes from where its name does.
                        Found::Refused(refusal, None) => Found::Refused(refusal, Some(file.origin)),
                        found => found,
                    }
                }
                None => {
                    let message = format!("is named by {name}{FILE_SUFFIX}, which is not UTF-8");
                    Found::Refused(Refusal::new(ProblemKind::NotUtf8, message), Some(file.origin))
                }
            },
        }
    }

    /// What a file has; `subject` stands for it in a message.
    fn of_file(&self, path: &Path, read: Result<Content, ReadError>, subject: &str) -> Found<'static> {
        let origin = Origin::File(path.into());
        let Content { bytes, access } = match read {
            Ok(content) => content,
            Err(error) => {
                let message = match shown(path) {
                    Some(shown) => format!("cannot be read: {subject} {error}: {shown}"),
                    None => format!(
                        "cannot be read: {subject} {error}; its path is not shown, since it may be the value itself"
                    ),
                };
                let refusal = Refusal::new(ProblemKind::Unreadable, message).remedy(error.remedy());
                return Found::Refused(refusal, None);
            }
        };
        let exposure = access.exposure().filter(|_| self.is_strict);
        if let Some(exposure) = exposure.filter(|exposure| exposure.is_refused()) {
            let message = format!("is in a file that {}", exposure.message());
            let refusal = Refusal::new(ProblemKind::Permissions, message);
            return Found::Refused(
                refusal.remedy(exposure.remedy(&path.to_string_lossy())),
                Some(origin),
            );
        }
        if bytes.as_bytes().is_empty() {
            return Found::Empty(origin);
        }
        if bytes.as_bytes().trim_ascii().len() < bytes.as_bytes().len() {
            let refusal = Refusal::new(ProblemKind::EdgeWhitespace, "has white space at an edge").remedy(
                "keep the value alone in its file; one line end is fine:  printf %s \"$VALUE\" > FILE",
            );
            return Found::Refused(refusal, Some(origin));
        }
        let exposure =
            exposure.filter(|exposure| *exposure != Exposure::Readable || !access.is_mounted(path));
        Found::Value(Raw {
            exposure,
            ..Raw::new(bytes.into(), origin)
        })
    }
}

fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Some(std::ffi::OsStr::from_bytes(bytes).into())
    }
    #[cfg(not(unix))]
    Some(std::str::from_utf8(bytes).ok()?.into())
}
