//! How often there was no connection.

use std::sync::atomic::{AtomicU64, Ordering};

use super::error::{DatabaseError, DatabaseErrorKind};

/// How often there was no connection for someone, by the kind of the failure.
#[derive(Debug, Default)]
pub(super) struct Failures([AtomicU64; DatabaseErrorKind::ALL.len()]);

impl Failures {
    /// Counts the failure, if it is one.
    pub(super) fn counted<T>(&self, result: Result<T, DatabaseError>) -> Result<T, DatabaseError> {
        result.inspect_err(|error| {
            // The kinds stand in the order of their numbers.
            self.0[error.kind() as usize].fetch_add(1, Ordering::Relaxed);
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (DatabaseErrorKind, u64)> {
        DatabaseErrorKind::ALL
            .into_iter()
            .zip(&self.0)
            .map(|(kind, count)| (kind, count.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_counted_as_itself() {
        let failures = Failures::default();
        for kind in DatabaseErrorKind::ALL {
            assert!(
                failures
                    .counted::<()>(Err(DatabaseError::new(kind, "gone")))
                    .is_err()
            );
            assert!(
                failures
                    .iter()
                    .all(|(other, count)| count == u64::from(other as usize <= kind as usize))
            );
        }
        assert!(failures.counted(Ok(())).is_ok());
        assert_eq!(failures.iter().map(|(_, count)| count).sum::<u64>(), 8);
    }
}
