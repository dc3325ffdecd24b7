//! Why a server could not be built or run.

use std::error::Error;
use std::fmt;
use std::io;

use crate::connection::Listener;

/// Why a server could not be built or run; the message names the setting and the remedy.
///
/// Its `Debug` is its `Display` and the cause, for `fn main() -> Result`.
pub struct ServerError {
    kind: Kind,
}

/// A setting that cannot be used, and why.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) name: &'static str,
    pub(super) problem: String,
}

enum Kind {
    Settings(Vec<Problem>),
    Bind {
        listener: Listener,
        addr: String,
        source: io::Error,
    },
    Io {
        what: &'static str,
        source: io::Error,
    },
}

impl ServerError {
    pub(super) fn setting(name: &'static str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self::settings(vec![Problem { name, problem }])
    }

    pub(super) const fn settings(problems: Vec<Problem>) -> Self {
        Self {
            kind: Kind::Settings(problems),
        }
    }

    pub(super) fn bind(listener: Listener, addr: impl fmt::Display, source: io::Error) -> Self {
        Self {
            kind: Kind::Bind {
                listener,
                addr: addr.to_string(),
                source,
            },
        }
    }

    pub(super) const fn io(what: &'static str, source: io::Error) -> Self {
        Self {
            kind: Kind::Io { what, source },
        }
    }

    /// Whether the machine does not have the address family (`EAFNOSUPPORT`, `EADDRNOTAVAIL`).
    pub(super) fn is_missing_family(&self) -> bool {
        let Kind::Bind { source, .. } = &self.kind else {
            return false;
        };
        source.kind() == io::ErrorKind::AddrNotAvailable
            || source.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error())
    }

    /// Whether a setting is at fault: the process should exit with 78 (`EX_CONFIG`), for a restart mends nothing.
    #[must_use]
    pub const fn is_setting(&self) -> bool {
        matches!(self.kind, Kind::Settings(_))
    }

    /// Whether an address could not be bound.
    #[must_use]
    pub const fn is_bind(&self) -> bool {
        matches!(self.kind, Kind::Bind { .. })
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Settings(problems) => {
                for (index, Problem { name, problem }) in problems.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "; " };
                    write!(f, "{separator}{name}: {problem}")?;
                }
                Ok(())
            }
            Kind::Bind { listener, addr, .. } => {
                write!(f, "the {} listener cannot bind {addr}", listener.as_str())
            }
            Kind::Io { what, .. } => f.write_str(what),
        }
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match self.source() {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl Error for ServerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Settings(_) => None,
            Kind::Bind { source, .. } | Kind::Io { source, .. } => Some(source),
        }
    }
}
