//! Who may read and write a file that holds secrets: one rule for `.env`, `X_FILE` and secrets directories.

use std::fs::{File, Metadata};
use std::path::{Component, Path};

use crate::memory;

/// Who may read and write a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Access {
    /// Permission bits and owner, where files have them.
    unix: Option<(u32, u32)>,
    /// Whether it lies on a mount that this process cannot write to, and so cannot those beside it.
    is_read_only: bool,
}

/// What is wrong with who may read or write a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// It belongs to a user who is neither root nor the service's.
    OfAnother,
    /// Its group or everyone may write it.
    Writable,
    /// The same, on a mount that is read-only here.
    WritableElsewhere,
    /// Its group or everyone may read it.
    Readable,
}

impl Access {
    pub(crate) fn of(file: &File, metadata: &Metadata) -> Self {
        let unix = owner_and_mode(metadata);
        // Asked only where it makes a difference.
        let is_suspect = unix.is_some_and(|(mode, owner)| mode & 0o066 != 0 || is_another(owner));
        Self {
            unix,
            is_read_only: is_suspect && memory::is_read_only(file),
        }
    }

    /// The same of a directory, where it can be opened.
    pub(crate) fn of_directory(path: &Path) -> Option<Self> {
        let directory = File::open(path).ok()?;
        let metadata = directory.metadata().ok()?;
        Some(Self::of(&directory, &metadata))
    }

    /// What a reload compares.
    pub(crate) fn mark(self) -> (u32, u32) {
        self.unix.unwrap_or_default()
    }

    /// What is wrong with it. Who can write the file chooses the secrets; who can read it has them.
    pub(crate) fn exposure(self) -> Option<Exposure> {
        let (mode, owner) = self.unix?;
        if mode & 0o022 != 0 {
            Some(if self.is_read_only {
                Exposure::WritableElsewhere
            } else {
                Exposure::Writable
            })
        } else if self.is_read_only {
            None
        } else if is_another(owner) {
            Some(Exposure::OfAnother)
        } else if mode & 0o044 != 0 {
            Some(Exposure::Readable)
        } else {
            None
        }
    }

    /// Whether others may exchange the files in a directory; with the sticky bit they may exchange only their own.
    pub(crate) fn directory_exposure(self) -> Option<Exposure> {
        const STICKY: u32 = 0o1000;
        let (mode, _) = self.unix?;
        let is_open = mode & 0o022 != 0 && mode & STICKY == 0 && !self.is_read_only;
        is_open.then_some(Exposure::Writable)
    }

    /// Whether others may read it because an orchestrator mounted it so: without a bit for writing, as Docker and Podman do (0444), or
    /// behind the dated directory of a Kubernetes volume (0644).
    pub(crate) fn is_mounted(self, path: &Path) -> bool {
        let is_dated = |part: Component<'_>| match part {
            Component::Normal(name) => name.as_encoded_bytes().starts_with(b".."),
            _ => false,
        };
        self.unix.is_some_and(|(mode, _)| mode & 0o222 == 0)
            || path
                .canonicalize()
                .is_ok_and(|real| real.components().any(is_dated))
    }
}

impl Exposure {
    /// What is wrong, as it reads behind the name of the file.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::OfAnother => "belongs to another user",
            Self::Writable | Self::WritableElsewhere => "may be written by other users",
            Self::Readable => "may be read by other users",
        }
    }

    /// The command that mends it.
    pub(crate) fn remedy(self, shown: &str) -> String {
        match self {
            Self::OfAnother => format!("chown it to the service's user or to root:  chown $(id -u) {shown}"),
            Self::Writable | Self::WritableElsewhere | Self::Readable => format!("chmod 600 {shown}"),
        }
    }

    /// Whether it keeps a service from starting in production.
    pub(crate) fn is_refused(self) -> bool {
        matches!(self, Self::OfAnother | Self::Writable)
    }
}

fn is_another(owner: u32) -> bool {
    const ROOT: u32 = 0;
    owner != ROOT && memory::effective_user().is_some_and(|user| user != owner)
}

/// Permission bits and owner, where files have them.
fn owner_and_mode(metadata: &Metadata) -> Option<(u32, u32)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.mode(), metadata.uid()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}
