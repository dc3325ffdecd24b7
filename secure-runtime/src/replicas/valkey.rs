//! The server that replicas share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, FromRedisValue, IntoConnectionInfo, RedisResult};

use super::connection::Link;
use super::error::{InvalidReplica, Unavailable};
use super::settings::{Outage, ReplicaSettings};
use super::subject::Names;

/// The server that replicas share: Valkey, or Redis from version 6 on; see the [module](super).
///
/// A clone is another handle of the same connection.
#[derive(Clone)]
pub struct Valkey(Arc<Inner>);

struct Inner {
    link: Arc<Link>,
    names: Names,
    timeout: Duration,
    on_outage: Outage,
}

impl Valkey {
    /// Connects; when the server is not there, it goes on trying in the background.
    ///
    /// # Errors
    ///
    /// The URL or the prefix cannot be, or there is no Tokio runtime. That the server is not there is none.
    pub async fn start(settings: &ReplicaSettings) -> Result<Self, InvalidReplica> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(InvalidReplica::Runtime);
        }
        check_name(&settings.prefix)?;
        let info = settings.url.expose_secret().into_connection_info();
        let client = info.and_then(Client::open).map_err(|_| InvalidReplica::Url)?;
        let names = Names::new(settings.key_secret.expose_secret().as_bytes(), &settings.prefix);
        Ok(Self(Arc::new(Inner {
            link: Link::start(client, settings.timeout).await,
            names: names.ok_or(InvalidReplica::Name)?,
            timeout: settings.timeout,
            on_outage: settings.on_outage,
        })))
    }

    /// Whether there is a connection at the moment: for a health check.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.0.link.current().is_ok()
    }

    pub(super) fn names(&self) -> &Names {
        &self.0.names
    }

    pub(super) fn on_outage(&self) -> Outage {
        self.0.on_outage
    }

    /// Asks the server, no longer than the deadline.
    pub(super) async fn ask<T, F>(
        &self,
        question: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Unavailable>
    where
        T: FromRedisValue,
        F: Future<Output = RedisResult<T>>,
    {
        let (connection, number) = self.0.link.current()?;
        let failed = match tokio::time::timeout(self.0.timeout, question(connection)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => Unavailable::of(&error),
            Err(_) => Unavailable::TimedOut,
        };
        // An error that the server says leaves the connection as good as it was.
        if failed != Unavailable::Failed {
            self.0.link.give_up(number);
        }
        Err(failed)
    }
}

impl fmt::Debug for Valkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Valkey")
            .field("is_connected", &self.is_connected())
            .field("on_outage", &self.0.on_outage)
            .finish_non_exhaustive()
    }
}

/// Whether the URL is of a server of this kind.
pub(super) fn check_url(url: &str) -> Result<(), InvalidReplica> {
    // What is made of it here has no password.
    let info = crate::masked::masked(url).into_connection_info();
    info.and_then(Client::open)
        .map(drop)
        .map_err(|_| InvalidReplica::Url)
}

/// Whether this can stand in a key as it is.
pub(super) fn check_name(name: &str) -> Result<(), InvalidReplica> {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(is_fine) {
        Ok(())
    } else {
        Err(InvalidReplica::Name)
    }
}
