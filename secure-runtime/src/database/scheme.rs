//! Whether an address is meant for this driver.

use std::error::Error;
use std::fmt;

use secure_config::SecretUrl;

use super::error::{DatabaseError, DatabaseErrorKind};

/// The schemes of Postgres.
#[cfg(any(feature = "deadpool-postgres", feature = "sqlx-postgres"))]
pub(super) const POSTGRES: &[&str] = &["postgres", "postgresql"];
#[cfg(any(feature = "deadpool-postgres", feature = "sqlx-postgres"))]
pub(super) const NOT_POSTGRES: UrlFlaw = UrlFlaw::foreign(
    "must begin with postgres: or postgresql:",
    "write postgres://user:password@host/name",
);

/// What is wrong with the address of a database, in words that hold nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlFlaw {
    reason: &'static str,
    remedy: &'static str,
    /// Whether the address is of another database.
    pub(super) is_foreign: bool,
}

impl UrlFlaw {
    pub(super) const fn new(reason: &'static str, remedy: &'static str) -> Self {
        Self {
            reason,
            remedy,
            is_foreign: false,
        }
    }

    pub(super) const fn foreign(reason: &'static str, remedy: &'static str) -> Self {
        Self {
            reason,
            remedy,
            is_foreign: true,
        }
    }

    /// Returns what is wrong, as it reads behind the variable's name.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }

    /// Returns what to do.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.remedy
    }
}

impl fmt::Display for UrlFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database's URL {}; {}", self.reason, self.remedy)
    }
}

impl Error for UrlFlaw {}

impl From<UrlFlaw> for DatabaseError {
    fn from(flaw: UrlFlaw) -> Self {
        Self::new(DatabaseErrorKind::Url, flaw.to_string())
    }
}

/// The flaw of an address that the driver's own parser refuses.
pub(super) const UNREADABLE: UrlFlaw = UrlFlaw::new(
    "cannot be read by the database's driver",
    "look at its host, port and path, and at the names and values behind the ?",
);

/// Checks that the address has one of these schemes. Drivers do not: they take any for theirs.
pub(super) fn check(url: &SecretUrl, known: &[&str], otherwise: UrlFlaw) -> Result<(), UrlFlaw> {
    let is_known = known.iter().any(|known| url.scheme().eq_ignore_ascii_case(known));
    if is_known { Ok(()) } else { Err(otherwise) }
}

#[cfg(all(test, any(feature = "deadpool-postgres", feature = "sqlx-postgres")))]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_another_database_is_refused() {
        let check = |text| check(&SecretUrl::new(text).unwrap(), POSTGRES, NOT_POSTGRES);
        assert!(check("postgresql://db/app").is_ok());
        let error = DatabaseError::from(check("mysql://app:secret@db/app").unwrap_err());
        assert_eq!(error.kind(), DatabaseErrorKind::Url);
        assert_eq!(
            error.to_string(),
            "the database's URL must begin with postgres: or postgresql:; write postgres://user:password@host/name"
        );
    }
}
