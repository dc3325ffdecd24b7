//! What the files held when they were read, so that a reload can tell whether they still do.
//!
//! Content is compared, by hashes under a key of this process; never a time of change. A symbolic link is followed each time, so a link
//! that leads elsewhere (`..data` of Kubernetes) is another content. Without the `reload` feature nothing is noted.

use std::path::Path;

use super::file::ReadError;

/// Notes what is read, if somebody wants to know.
#[derive(Default)]
pub(crate) struct Watch(#[cfg(feature = "reload")] Option<std::cell::RefCell<Noted>>);

/// What a look at a file found.
pub(super) struct Look<'a> {
    pub(super) path: &'a Path,
    /// Permission bits and owner, of a file that is refused by them.
    pub(super) access: Option<(u32, u32)>,
    /// The content without one line end at its end.
    pub(super) content: Result<&'a [u8], ReadError>,
}

impl Watch {
    /// Takes down what was found.
    #[inline]
    pub(super) fn note(&self, look: &Look<'_>) {
        #[cfg(feature = "reload")]
        if let Some(noted) = &self.0 {
            noted.borrow_mut().note(look);
        }
        #[cfg(not(feature = "reload"))]
        let _ = (look.path, look.access, &look.content);
    }
}

#[cfg(feature = "reload")]
pub(crate) use noted::Noted;

#[cfg(feature = "reload")]
mod noted {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::hash::{BuildHasher, RandomState};
    use std::path::{Path, PathBuf};

    use super::{Look, Watch};
    use crate::source::file;

    /// What files held, by their paths.
    #[derive(Clone)]
    pub(crate) struct Noted {
        key: RandomState,
        files: BTreeMap<PathBuf, Mark>,
        /// A file that was read twice and held something else the second time.
        torn: Option<PathBuf>,
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    struct Mark {
        hash: u64,
        with_access: bool,
    }

    impl Watch {
        /// One that notes, under the key of this process.
        pub(crate) fn noting(key: RandomState) -> Self {
            Self(Some(RefCell::new(Noted {
                key,
                files: BTreeMap::new(),
                torn: None,
            })))
        }

        /// What was noted.
        pub(crate) fn into_noted(self) -> Option<Noted> {
            Some(self.0?.into_inner())
        }
    }

    impl Noted {
        pub(super) fn note(&mut self, look: &Look<'_>) {
            let content = look.content.as_ref().map_err(ToString::to_string);
            let mark = Mark {
                hash: self.key.hash_one((content, look.access)),
                with_access: look.access.is_some(),
            };
            let before = self.files.insert(look.path.to_owned(), mark);
            if before.is_some_and(|before| before != mark) {
                self.torn = Some(look.path.to_owned());
            }
        }

        /// What the same files hold now.
        pub(crate) fn look_again(&self) -> Self {
            let now = Watch::noting(self.key.clone());
            for (path, mark) in &self.files {
                file::look(path, mark.with_access, &now);
            }
            now.into_noted().unwrap_or_else(|| self.clone())
        }

        /// A file that does not hold what it held `before`, or that changed while it was read.
        pub(crate) fn differs_from<'a>(&'a self, before: &'a Self) -> Option<&'a Path> {
            let differs = |(path, mark): &(&PathBuf, &Mark)| before.files.get(*path) != Some(*mark);
            let changed = self.files.iter().find(differs).map(|(path, _)| path);
            let gone = || before.files.keys().find(|path| !self.files.contains_key(*path));
            let torn = before.torn.as_ref().or(self.torn.as_ref());
            torn.or(changed).or_else(gone).map(PathBuf::as_path)
        }
    }
}
