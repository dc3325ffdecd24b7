//! What an error of sqlx means.

use sqlx::Error;

use crate::database::error::{DatabaseError, DatabaseErrorKind};

/// What an error means that came while connecting or asking.
pub(super) fn of(error: &Error) -> DatabaseError {
    let kind = match error {
        Error::Io(error) => return DatabaseError::io(error),
        Error::Configuration(_) => DatabaseErrorKind::Url,
        Error::Database(error) if is_unreachable(&**error) => DatabaseErrorKind::Unreachable,
        Error::Database(_) => DatabaseErrorKind::Rejected,
        Error::PoolClosed => DatabaseErrorKind::Closed,
        _ => DatabaseErrorKind::Failed,
    };
    DatabaseError::told(kind, error)
}

/// SQLite's `SQLITE_CANTOPEN`: there is no such file, or it may not be read. SQLSTATEs are longer than its numbers.
fn is_unreachable(error: &dyn sqlx::error::DatabaseError) -> bool {
    error
        .code()
        .is_some_and(|code| code.len() < 5 && code.parse::<u32>().is_ok_and(|code| code & 0xff == 14))
}
