//! Why a service is not well.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use super::answer::Word;

/// Why a service is not well, in a few words and without anything that it said but its status.
#[derive(Debug)]
pub struct Unhealthy(Kind);

#[derive(Debug)]
pub(super) enum Kind {
    /// Nobody is there, or nobody gets through.
    Connect(io::Error),
    /// The TLS handshake failed.
    #[cfg(feature = "tls")]
    Tls(io::Error),
    /// It took too long.
    Timeout(Duration),
    /// The connection ended or broke before there was an answer.
    Closed(Option<io::Error>),
    /// What came is not HTTP/1.
    NotHttp,
    /// Another status than 200, and the word for it if it is one of ours.
    Status(u16, Option<Word>),
    /// The build has no TLS.
    #[cfg(not(feature = "tls"))]
    NoTls,
}

impl Unhealthy {
    pub(super) const fn new(kind: Kind) -> Self {
        Self(kind)
    }

    /// The status that was answered, if it was one and not 200.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self.0 {
            Kind::Status(status, _) => Some(status),
            _ => None,
        }
    }

    /// Whether there was no answer within the time limit.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        matches!(self.0, Kind::Timeout(_))
    }

    /// Whether nobody could be reached at all.
    #[must_use]
    pub const fn is_connect(&self) -> bool {
        matches!(self.0, Kind::Connect(_))
    }
}

impl fmt::Display for Unhealthy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Connect(error) => write!(f, "cannot be reached: {}", error.kind()),
            #[cfg(feature = "tls")]
            Kind::Tls(error) => write!(f, "the TLS handshake failed: {error}"),
            Kind::Timeout(limit) => write!(f, "no answer within {limit:?}"),
            Kind::Closed(Some(error)) => {
                write!(f, "the connection broke without an answer: {}", error.kind())
            }
            Kind::Closed(None) => f.write_str("the connection was closed without an answer"),
            Kind::NotHttp => f.write_str("the answer is not HTTP/1"),
            Kind::Status(status, Some(word)) => write!(f, "answered {status} ({word})"),
            Kind::Status(status, None) => write!(f, "answered {status}"),
            #[cfg(not(feature = "tls"))]
            Kind::NoTls => f.write_str(
                "it is asked by https, and this build has no TLS (feature `tls` of secure-runtime)",
            ),
        }
    }
}

impl Error for Unhealthy {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Connect(error) | Kind::Closed(Some(error)) => Some(error),
            #[cfg(feature = "tls")]
            Kind::Tls(error) => Some(error),
            _ => None,
        }
    }
}
