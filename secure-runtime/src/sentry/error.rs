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
    Thread(io::Error),
}

impl fmt::Display for SentryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Reason::Scheme => "the Sentry DSN (SENTRY_DSN) is no https or http URL; copy it from the project's settings",
            Reason::Key => {
                "the Sentry DSN (SENTRY_DSN) has no key before its host, or one with characters other than letters, \
                 digits, `-` and `_`; copy it from the project's settings"
            }
            Reason::Project => {
                "the Sentry DSN (SENTRY_DSN) does not end in the id of a project; copy it from the project's settings"
            }
            Reason::Host => "the Sentry DSN (SENTRY_DSN) has no host that can be asked; copy it from the project's settings",
            Reason::Rate => "the sample rate of traces (SENTRY_TRACES_SAMPLE_RATE) is not from 0 to 1",
            Reason::Thread(_) => "no thread can be started to send events to Sentry",
        })
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
