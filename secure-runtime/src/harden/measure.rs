//! The measures, and the system calls they are made of.

use std::fmt;

use super::Outcome;

/// One thing that is done to the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Measure {
    /// Raises the limit of locked memory as far as it goes.
    LockMemory,
    /// Limits the size of core files to 0.
    NoCoreFile,
    /// Keeps others from dumping, debugging or reading the process.
    NotDumpable,
    /// Keeps started programs from gaining privileges.
    NoNewPrivileges,
}

impl Measure {
    pub(super) const ALL: [Self; 4] = [
        Self::LockMemory,
        Self::NoCoreFile,
        Self::NotDumpable,
        Self::NoNewPrivileges,
    ];
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LockMemory => "lock memory",
            Self::NoCoreFile => "no core file",
            Self::NotDumpable => "not dumpable",
            Self::NoNewPrivileges => "no new privileges",
        })
    }
}

#[cfg(target_os = "linux")]
impl Measure {
    /// Takes the measure.
    pub(super) fn take(self) -> Outcome {
        use rustix::process::{DumpableBehavior, Resource, Rlimit};

        let taken = match self {
            Self::LockMemory => {
                let limit = rustix::process::getrlimit(Resource::Memlock);
                rustix::process::setrlimit(
                    Resource::Memlock,
                    Rlimit {
                        current: limit.maximum,
                        ..limit
                    },
                )
            }
            Self::NoCoreFile => {
                let nothing = Rlimit {
                    current: Some(0),
                    maximum: Some(0),
                };
                rustix::process::setrlimit(Resource::Core, nothing)
            }
            Self::NotDumpable => rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable),
            // Of this thread and of those it starts, which is why `apply` comes first in `main`.
            Self::NoNewPrivileges => rustix::thread::set_no_new_privs(true),
        };
        match taken {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Refused(error.into()),
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
impl Measure {
    /// Takes the measure.
    pub(super) fn take(self) -> Outcome {
        use rustix::process::{Resource, Rlimit};

        let taken = match self {
            Self::NoCoreFile => {
                let nothing = Rlimit {
                    current: Some(0),
                    maximum: Some(0),
                };
                rustix::process::setrlimit(Resource::Core, nothing)
            }
            Self::LockMemory | Self::NotDumpable | Self::NoNewPrivileges => return Outcome::Unsupported,
        };
        match taken {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Refused(error.into()),
        }
    }
}

#[cfg(not(unix))]
impl Measure {
    /// Takes the measure.
    pub(super) fn take(self) -> Outcome {
        Outcome::Unsupported
    }
}
