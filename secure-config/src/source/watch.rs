//! What the files held when they were read, so that a reload can tell whether they still do.
//!
//! Content is compared, by hashes under a key of this process; never a time of change. A symbolic link is followed each time, so a link
//! that leads elsewhere (`..data` of Kubernetes) is another content. Without the `reload` feature nothing is noted.

use std::cell::RefCell;
use std::path::Path;

use super::Pipes;
use super::content::ReadError;

/// Takes down what is read: of files for live settings, of pipes always.
#[derive(Default)]
pub(crate) struct Watch {
    #[cfg(feature = "reload")]
    noted: Option<RefCell<Noted>>,
    pipes: RefCell<Pipes>,
}

/// What a look at a file found.
pub(super) struct Look<'a> {
    pub(super) path: &'a Path,
    /// Permission bits and owner, of a file that is refused by them.
    pub(super) access: Option<(u32, u32)>,
    /// The content without one line end at its end.
    pub(super) content: Result<&'a [u8], ReadError>,
}

impl Watch {
    /// One that notes nothing, with what was read from pipes before.
    pub(crate) fn with_pipes(pipes: Pipes) -> Self {
        Self {
            pipes: RefCell::new(pipes),
            ..Self::default()
        }
    }

    /// What was read from pipes.
    pub(super) fn pipes(&self) -> &RefCell<Pipes> {
        &self.pipes
    }

    /// What was read from pipes, for one more load.
    pub(crate) fn into_pipes(self) -> Pipes {
        self.pipes.into_inner().again()
    }

    /// Takes down what was found.
    #[inline]
    pub(super) fn note(&self, look: &Look<'_>) {
        #[cfg(feature = "reload")]
        if let Some(noted) = &self.noted {
            noted.borrow_mut().note(look);
        }
        #[cfg(not(feature = "reload"))]
        let _ = (look.path, look.access, &look.content);
    }

    /// Takes down what a vault held. Whatever kept it from being read is one and the same: it may be another thing each time.
    #[cfg(feature = "vault")]
    pub(crate) fn note_vault(
        &self,
        secret: &crate::vault::KvSecret,
        read: &Result<crate::vault::Document, crate::vault::VaultError>,
    ) {
        #[cfg(feature = "reload")]
        if let Some(noted) = &self.noted {
            noted.borrow_mut().note_vault(secret, read);
        }
        #[cfg(not(feature = "reload"))]
        let _ = (self, secret, read);
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

    use super::{Look, Pipes, Watch};
    use crate::source::file;

    /// What files held, by their paths.
    #[derive(Clone)]
    pub(crate) struct Noted {
        key: RandomState,
        files: BTreeMap<PathBuf, Mark>,
        /// What vaults held, in the order they were named; nothing of one that could not be read.
        #[cfg(feature = "vault")]
        vaults: Vec<(crate::vault::KvSecret, PathBuf, Option<u64>)>,
        /// A file that was read twice and held something else the second time.
        torn: Option<PathBuf>,
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    struct Mark {
        hash: u64,
        with_access: bool,
    }

    impl Watch {
        /// One that notes, under the key of this process, with what was read from pipes before.
        pub(crate) fn noting(key: RandomState, pipes: Pipes) -> Self {
            let noted = Some(RefCell::new(Noted {
                key,
                files: BTreeMap::new(),
                #[cfg(feature = "vault")]
                vaults: Vec::new(),
                torn: None,
            }));
            let pipes = RefCell::new(pipes);
            Self { noted, pipes }
        }

        /// What was noted, and what was read from pipes.
        pub(crate) fn into_noted(self) -> (Option<Noted>, Pipes) {
            (
                self.noted.map(RefCell::into_inner),
                self.pipes.into_inner().again(),
            )
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

        #[cfg(feature = "vault")]
        pub(super) fn note_vault(
            &mut self,
            secret: &crate::vault::KvSecret,
            read: &Result<crate::vault::Document, crate::vault::VaultError>,
        ) {
            use std::hash::Hasher;
            let hash = read.as_ref().ok().map(|document| {
                let mut hasher = self.key.build_hasher();
                document.hash(&mut hasher);
                hasher.finish()
            });
            self.vaults.push((secret.clone(), secret.label().into(), hash));
        }

        /// What the same files and vaults hold now.
        pub(crate) fn look_again(&self) -> Self {
            #[cfg_attr(
                not(feature = "vault"),
                expect(unused_mut, reason = "vaults are all that is added")
            )]
            let mut now = self.look_again_at_files();
            #[cfg(feature = "vault")]
            {
                now.vaults.clear();
                for (secret, ..) in &self.vaults {
                    now.note_vault(secret, &secret.look());
                }
            }
            now
        }

        /// What the same files hold now. Of a vault it is what it was: that is read in one piece, which nothing can tear.
        pub(crate) fn look_again_at_files(&self) -> Self {
            let now = Watch::noting(self.key.clone(), Pipes::default());
            for (path, mark) in &self.files {
                file::look(path, mark.with_access, &now);
            }
            #[cfg_attr(
                not(feature = "vault"),
                expect(unused_mut, reason = "vaults are all that is added")
            )]
            let mut now = now.into_noted().0.unwrap_or_else(|| self.clone());
            #[cfg(feature = "vault")]
            now.vaults.clone_from(&self.vaults);
            now
        }

        /// A file that does not hold what it held `before`, or that changed while it was read.
        pub(crate) fn differs_from<'a>(&'a self, before: &'a Self) -> Option<&'a Path> {
            let differs = |(path, mark): &(&PathBuf, &Mark)| before.files.get(*path) != Some(*mark);
            let changed = self.files.iter().find(differs).map(|(path, _)| path);
            let gone = || before.files.keys().find(|path| !self.files.contains_key(*path));
            let torn = before.torn.as_ref().or(self.torn.as_ref());
            #[cfg(feature = "vault")]
            let of_vault = self
                .vaults
                .iter()
                .zip(&before.vaults)
                .find(|((.., now), (.., before))| now != before)
                .map(|((_, label, _), _)| label);
            #[cfg(not(feature = "vault"))]
            let of_vault = None;
            torn.or(changed).or_else(gone).or(of_vault).map(PathBuf::as_path)
        }
    }
}
