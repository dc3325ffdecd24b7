//! Why the checks could not be started.

use std::error::Error;
use std::fmt;
use std::io;

/// Why the checks could not be started: a mistake of the program, found when it starts.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Two checks have this name.
    DuplicateName(String),
    /// A check's name is not 1 to 64 of `a`–`z`, `0`–`9`, `_` and `-`, or is `system`, the name of the machine's figures.
    InvalidName(String),
    /// The period or timeout of this check, or of the settings, is not between a millisecond and a day.
    InvalidTime(String),
    /// A threshold of this check, or of the settings, is not between 1 and 100 runs.
    InvalidThreshold(String),
    /// [`start`](super::HealthBuilder::start) was called outside of a Tokio runtime.
    NoRuntime,
    /// The thread for the machine's figures could not be started.
    Thread(io::Error),
    /// There are more than 64 checks.
    TooManyChecks,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateName(name) => write!(f, "two health checks are named {name:?}"),
            Self::InvalidName(name) => write!(
                f,
                "{name:?} cannot name a health check: use 1 to 64 of a-z, 0-9, _ and -, and not \"system\""
            ),
            Self::InvalidTime(of) => {
                write!(
                    f,
                    "the period or timeout of {of} is not between a millisecond and a day"
                )
            }
            Self::InvalidThreshold(of) => {
                write!(
                    f,
                    "a threshold of {of} is not between 1 and 100 runs: use 3 failures and 1 success if unsure"
                )
            }
            Self::NoRuntime => f.write_str("health checks need a Tokio runtime: start them inside of one"),
            Self::Thread(_) => f.write_str("the thread for the machine's figures could not be started"),
            Self::TooManyChecks => f.write_str("there are more than 64 health checks"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Thread(error) => Some(error),
            _ => None,
        }
    }
}
