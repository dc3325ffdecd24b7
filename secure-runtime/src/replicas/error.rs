//! What goes wrong between a replica and the server, in a form that has no room for a secret.

use std::fmt;

/// The server did not answer, or not in time. What it said is not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unavailable {
    /// There is no connection; it is being made anew in the background.
    Disconnected,
    /// The server refuses the user or password.
    Denied,
    /// The server answers with an error, or something unexpected.
    Failed,
    /// No answer came in time.
    TimedOut,
}

impl Unavailable {
    pub(super) fn of(error: &redis::RedisError) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else if error.kind() == redis::ErrorKind::AuthenticationFailed {
            Self::Denied
        } else if error.is_io_error() {
            Self::Disconnected
        } else {
            Self::Failed
        }
    }

    /// The name used in log lines: `disconnected`, `denied`, `failed` or `timed_out`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Denied => "denied",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
        }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disconnected => "no connection to the shared server",
            Self::Denied => "the shared server refuses the user or password",
            Self::Failed => "the shared server answers with an error",
            Self::TimedOut => "the shared server does not answer in time",
        })
    }
}

impl std::error::Error for Unavailable {}

/// Why something that replicas share cannot be what it was said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidReplica {
    /// The URL is of no server of this kind, or asks for TLS, which is a feature (`valkey-tls`).
    Url,
    /// There is no Tokio runtime.
    Runtime,
    /// A prefix or name is more than 1 to 64 letters, digits, `.`, `-` and `_`.
    Name,
    /// A shared window counts at most 10,000; with a burst more can be said.
    Window,
    /// A rule cannot be, with the reason.
    Rule(&'static str),
}

impl InvalidReplica {
    /// Returns the reason, for a [check](secure_config::Check) of a setting.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Url => {
                "the url of the shared server is none: valkey://, redis://, or with the feature valkey-tls valkeys://, rediss://"
            }
            Self::Runtime => "there is no tokio runtime",
            Self::Name => "a name is 1 to 64 letters, digits, `.`, `-` and `_`",
            Self::Window => "a shared window allows at most 10000 requests; with a burst more can be said",
            Self::Rule(reason) => reason,
        }
    }
}

impl fmt::Display for InvalidReplica {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for InvalidReplica {}
