//! Why there is no Sentry.

use std::{fmt, io};

/// A DSN that is none, or no thread to send with.
///
/// It has no room for the DSN.
#[derive(Debug)]
pub struct SentryError(pub(super) Reason);

#[derive(Debug)]
pub(super) enum Reason {
    Scheme,
    Key,
    Project,
    Host,
    Rate,
    Environment,
    Release,
    Thread(io::Error),
}

impl Reason {
    /// Returns what is wrong with the setting, as it reads behind its name.
    pub(super) const fn text(&self) -> &'static str {
        match self {
            Self::Scheme => "is not an https or http URL",
            Self::Key => {
                "has no key before its host, or one with characters other than letters, digits, `-` and `_`"
            }
            Self::Project => "does not end in the id of a project",
            Self::Host => "has no host that can be asked",
            Self::Rate => "is not from 0 to 1",
            Self::Environment => {
                "must be 1 to 64 characters without white space, slashes and controls, and not `None`"
            }
            Self::Release => {
                "must be 1 to 200 characters without slashes, backslashes and controls, and not `.`, `..` or blank"
            }
            Self::Thread(_) => "no thread can be started to send events to Sentry",
        }
    }
}

/// What to do about a DSN that is none.
pub(super) const COPY: &str = "copy it from the project's settings in Sentry";

impl fmt::Display for SentryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.text();
        match self.0 {
            Reason::Scheme | Reason::Key | Reason::Project | Reason::Host => {
                write!(f, "the Sentry DSN (SENTRY_DSN) {text}; {COPY}")
            }
            Reason::Rate => write!(f, "the sample rate of traces (SENTRY_TRACES_SAMPLE_RATE) {text}"),
            Reason::Environment => write!(f, "the environment (SENTRY_ENVIRONMENT) {text}"),
            Reason::Release => write!(f, "the release (SENTRY_RELEASE) {text}"),
            Reason::Thread(_) => f.write_str(text),
        }
    }
}

impl std::error::Error for SentryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Reason::Thread(error) => Some(error),
            _ => None,
        }
    }
}
