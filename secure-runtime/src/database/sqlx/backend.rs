//! What is told apart between the databases of sqlx.

use secure_config::SecretUrl;
use sqlx::{Connection, Database, Error};

use crate::database::error::DatabaseError;
use crate::database::probe::Dial;
use crate::database::scheme::{self, UrlFlaw};
use crate::masked::masked;

/// How to connect to a database.
pub(super) type Options<DB> = <<DB as Database>::Connection as Connection>::Options;

/// A database that [`SqlxPool`](super::SqlxPool) knows: `sqlx::Postgres` or `sqlx::Sqlite`. It is sealed.
pub trait Backend: Database<Connection: Connection<Options: Send>> + Driver {}

/// What differs.
#[allow(unnameable_types, reason = "this is what seals a trait")]
pub trait Driver: Database {
    const SCHEMES: &'static [&'static str];

    /// What is wrong with an address of another scheme.
    const OTHER_SCHEME: UrlFlaw;

    /// Refuses parameters of the address that the driver would ignore.
    fn check(url: &str) -> Result<(), UrlFlaw>;

    /// Asks whether it works, in the cheapest way that it cannot answer without working.
    fn ask(connection: &mut Self::Connection) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Checks an address, without a copy of its password.
pub(in crate::database) fn check<DB: Backend>(url: &SecretUrl) -> Result<(), UrlFlaw> {
    scheme::check(url, DB::SCHEMES, DB::OTHER_SCHEME)?;
    DB::check(url.expose_secret())?;
    let parsed: Result<Options<DB>, Error> = masked(url.expose_secret()).parse();
    parsed.map(drop).map_err(|_| scheme::UNREADABLE)
}

/// Checks an address, and makes of it what the driver wants.
pub(super) fn options<DB: Backend>(url: &SecretUrl) -> Result<Options<DB>, DatabaseError> {
    check::<DB>(url)?;
    url.expose_secret()
        .parse()
        .map_err(|error: Error| super::error::of(&error))
}

/// Connects for the probe.
pub(super) struct Dialer<DB: Backend>(pub(super) Options<DB>);

impl<DB: Backend> Dial for Dialer<DB> {
    type Connection = DB::Connection;

    async fn connect(&self) -> Result<DB::Connection, DatabaseError> {
        DB::Connection::connect_with(&self.0)
            .await
            .map_err(|error| super::error::of(&error))
    }

    async fn ask(&self, connection: &mut DB::Connection) -> Result<(), DatabaseError> {
        DB::ask(connection)
            .await
            .map_err(|error| super::error::of(&error))
    }
}

#[cfg(feature = "sqlx-postgres")]
mod postgres {
    use super::*;

    const UNKNOWN_PARAMETER: UrlFlaw = UrlFlaw::new(
        "has a parameter that the driver does not know",
        "use only application_name, dbname, host, hostaddr, options, password, port, ssl-ca, ssl-cert, ssl-key, ssl-mode, \
         ssl-root-cert, sslcert, sslkey, sslmode, sslrootcert, statement-cache-capacity, user, options[…]",
    );

    /// The parameters that sqlx knows. It ignores others, and logs their values: a misspelt `sslmode` would be no TLS, a misspelt
    /// `password` would stand in the log.
    const PARAMETERS: [&str; 18] = [
        "application_name",
        "dbname",
        "host",
        "hostaddr",
        "options",
        "password",
        "port",
        "ssl-ca",
        "ssl-cert",
        "ssl-key",
        "ssl-mode",
        "ssl-root-cert",
        "sslcert",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "statement-cache-capacity",
        "user",
    ];

    impl Backend for sqlx::Postgres {}

    impl Driver for sqlx::Postgres {
        const SCHEMES: &'static [&'static str] = scheme::POSTGRES;
        const OTHER_SCHEME: UrlFlaw = scheme::NOT_POSTGRES;

        fn check(url: &str) -> Result<(), UrlFlaw> {
            let Some((_, query)) = url.split_once('?') else {
                return Ok(());
            };
            let query = query.split('#').next().unwrap_or_default();
            for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                let name = pair.split('=').next().unwrap_or_default();
                let known = PARAMETERS.contains(&name) || name.starts_with("options[");
                if !known {
                    // An unknown name may be a part of a password, so it is not shown.
                    return Err(UNKNOWN_PARAMETER);
                }
            }
            Ok(())
        }

        /// A `Sync` message, which the server answers without a query.
        async fn ask(connection: &mut Self::Connection) -> Result<(), Error> {
            connection.ping().await
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn parameters_that_would_be_ignored_are_refused() {
            let check = <sqlx::Postgres as Driver>::check;
            assert!(check("postgres://db/app").is_ok());
            assert!(check("postgres://db/app?sslmode=require&options[search_path]=x&").is_ok());
            let flaw = check("postgres://db/app?sslmode=require&pasword=hunter2").unwrap_err();
            assert!(!flaw.to_string().contains("hunter2"));
            let known = format!("use only {}, options[…]", PARAMETERS.join(", "));
            assert_eq!(flaw.remedy(), known);
        }
    }
}

#[cfg(feature = "sqlx-sqlite")]
mod sqlite {
    use super::*;

    impl Backend for sqlx::Sqlite {}

    impl Driver for sqlx::Sqlite {
        const SCHEMES: &'static [&'static str] = &["sqlite"];
        const OTHER_SCHEME: UrlFlaw = UrlFlaw::foreign(
            "must begin with sqlite:",
            "write sqlite://path, or sqlite::memory:",
        );

        /// Sqlx refuses what it does not know.
        fn check(_: &str) -> Result<(), UrlFlaw> {
            Ok(())
        }

        /// Reads the header of the file; a ping would not touch it. One that somebody else writes to just now is well.
        async fn ask(connection: &mut Self::Connection) -> Result<(), Error> {
            let asked = sqlx::query("PRAGMA schema_version").fetch_one(connection).await;
            match asked {
                Err(Error::Database(error)) if is_busy(&*error) => Ok(()),
                other => other.map(drop),
            }
        }
    }

    /// `SQLITE_BUSY` and `SQLITE_LOCKED`, with their extended codes.
    fn is_busy(error: &dyn sqlx::error::DatabaseError) -> bool {
        error
            .code()
            .and_then(|code| code.parse::<u32>().ok())
            .is_some_and(|code| matches!(code & 0xff, 5 | 6))
    }
}
