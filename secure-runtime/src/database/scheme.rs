//! Whether an address is meant for this driver.

use secure_config::SecretUrl;

use super::error::{DatabaseError, DatabaseErrorKind};

/// The schemes of Postgres.
#[cfg(any(feature = "deadpool-postgres", feature = "sqlx-postgres"))]
pub(super) const POSTGRES: &[&str] = &["postgres", "postgresql"];

/// Checks that the address has one of these schemes. Drivers do not: they take any for theirs.
pub(super) fn check(url: &SecretUrl, known: &[&str]) -> Result<(), DatabaseError> {
    if known.iter().any(|known| url.scheme().eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    let text = format!("the database's URL must begin with {}:", known.join(": or "));
    Err(DatabaseError::new(DatabaseErrorKind::Url, text))
}

#[cfg(all(test, any(feature = "deadpool-postgres", feature = "sqlx-postgres")))]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_another_database_is_refused() {
        let check = |text| check(&SecretUrl::new(text).unwrap(), POSTGRES);
        assert!(check("postgresql://db/app").is_ok());
        let error = check("mysql://app:secret@db/app").unwrap_err();
        assert_eq!(error.kind(), DatabaseErrorKind::Url);
        assert_eq!(
            error.to_string(),
            "the database's URL must begin with postgres: or postgresql:"
        );
    }
}
