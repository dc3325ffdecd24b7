//! Why there is no connection.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

/// Longer texts of drivers are cut, in bytes.
const MAX_TEXT: usize = 1_000;

/// Why there is no connection to the database: what kind of failure it is, and a text in which no secret of this process stands.
#[derive(Clone)]
pub struct DatabaseError {
    kind: DatabaseErrorKind,
    text: Arc<str>,
}

/// What kind of failure keeps us from the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DatabaseErrorKind {
    /// The pool was closed.
    Closed,
    /// All connections are in use, and none was returned in time. The database itself works.
    Exhausted,
    /// Something else, told by the driver.
    Failed,
    /// Nobody listens at the address.
    Refused,
    /// The database does not want us: a wrong password, no such database, too many connections, it is starting.
    Rejected,
    /// The database has not answered in time.
    Silent,
    /// The address cannot be reached: no route, no such host, no such file.
    Unreachable,
    /// The address in the settings makes no sense to the driver.
    Url,
}

impl DatabaseErrorKind {
    pub(super) const ALL: [Self; 8] = [
        Self::Closed,
        Self::Exhausted,
        Self::Failed,
        Self::Refused,
        Self::Rejected,
        Self::Silent,
        Self::Unreachable,
        Self::Url,
    ];

    /// One word, for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Exhausted => "exhausted",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Rejected => "rejected",
            Self::Silent => "silent",
            Self::Unreachable => "unreachable",
            Self::Url => "url",
        }
    }
}

impl DatabaseError {
    /// An error in our own words, which hold no secret.
    pub(super) fn new(kind: DatabaseErrorKind, text: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }

    /// What a driver says, and why.
    pub(super) fn told(kind: DatabaseErrorKind, error: &(dyn Error + 'static)) -> Self {
        let text = crate::causes::chain(error);
        // Masked before it is cut: half of a secret would not be found.
        let mut text = secure_config::redact(&text).into_owned();
        if let Some(end) = (0..=MAX_TEXT).rev().find(|&end| text.is_char_boundary(end)) {
            text.truncate(end);
        }
        Self::new(kind, text)
    }

    /// What the system says of a connection that failed.
    pub(super) fn io(error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::ConnectionRefused => DatabaseErrorKind::Refused,
            io::ErrorKind::TimedOut => DatabaseErrorKind::Silent,
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                DatabaseErrorKind::Failed
            }
            _ => DatabaseErrorKind::Unreachable,
        };
        let Self { text, .. } = Self::told(kind, error);
        Self::new(kind, format!("the database cannot be reached: {text}"))
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn kind(&self) -> DatabaseErrorKind {
        self.kind
    }

    /// Whether all connections are in use while the database works: a request may be answered with 503 and `Retry-After`.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.kind == DatabaseErrorKind::Exhausted
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseError")
            .field("kind", &self.kind)
            .field("text", &self.text)
            .finish()
    }
}

impl Error for DatabaseError {}

#[cfg(test)]
mod tests {
    use secure_config::SecretUrl;

    use super::*;

    #[test]
    fn a_driver_tells_no_password() {
        let _live = SecretUrl::new("postgres://app:8pXv0rVbQm3K@db/app").unwrap();
        let error = io::Error::other("cannot parse postgres://app:8pXv0rVbQm3K@db/app");
        let told = DatabaseError::told(DatabaseErrorKind::Url, &error);
        assert!(!format!("{told} {told:?}").contains("8pXv0rVbQm3K"), "{told}");
        assert!(told.to_string().starts_with("cannot parse"));
    }

    #[test]
    fn texts_are_bounded() {
        let told = DatabaseError::told(DatabaseErrorKind::Failed, &io::Error::other("é".repeat(5_000)));
        assert_eq!(told.to_string().len(), MAX_TEXT);
    }

    #[test]
    fn what_the_system_says_has_a_kind() {
        let kind = |kind: io::ErrorKind| DatabaseError::io(&kind.into()).kind();
        assert_eq!(kind(io::ErrorKind::ConnectionRefused), DatabaseErrorKind::Refused);
        assert_eq!(kind(io::ErrorKind::TimedOut), DatabaseErrorKind::Silent);
        assert_eq!(
            kind(io::ErrorKind::HostUnreachable),
            DatabaseErrorKind::Unreachable
        );
        assert_eq!(kind(io::ErrorKind::NotFound), DatabaseErrorKind::Unreachable);
    }

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        let words: std::collections::HashSet<_> =
            DatabaseErrorKind::ALL.map(DatabaseErrorKind::as_str).into();
        assert_eq!(words.len(), DatabaseErrorKind::ALL.len());
    }
}
