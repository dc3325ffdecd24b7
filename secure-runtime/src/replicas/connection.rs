//! The connection: one for all, made anew in the background when it breaks.

use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};
use tokio::sync::Notify;

use super::error::Unavailable;

/// From a failed attempt to the next one: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// How long an attempt may take: longer than a question, since it needs several.
const CONNECT: Duration = Duration::from_secs(2);

/// The connection of the moment, if there is one.
pub(super) struct Link {
    client: Client,
    timeout: Duration,
    current: RwLock<Current>,
    /// Tells who keeps the connection that it is gone, or that nobody needs it any more.
    lost: Arc<Notify>,
}

struct Current {
    connection: Option<MultiplexedConnection>,
    /// Why the newest attempt failed.
    reason: Unavailable,
    /// Counts the connections, so that a late answer of an old one does not end the new one.
    number: u64,
}

impl Link {
    /// Tries to connect once; from then on a task does. It ends with the link.
    pub(super) async fn start(client: Client, timeout: Duration) -> Arc<Self> {
        let link = Arc::new(Self {
            client,
            timeout,
            current: RwLock::new(Current {
                connection: None,
                reason: Unavailable::Disconnected,
                number: 0,
            }),
            lost: Arc::new(Notify::new()),
        });
        let failed = link.connect().await.err();
        if let Some(reason) = failed {
            warn(reason);
        }
        tokio::spawn(keep(Arc::downgrade(&link), Arc::clone(&link.lost), failed));
        link
    }

    /// The connection and its number.
    pub(super) fn current(&self) -> Result<(MultiplexedConnection, u64), Unavailable> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let connection = current.connection.clone().ok_or(current.reason)?;
        Ok((connection, current.number))
    }

    /// This connection is of no use: it broke, or does not answer.
    pub(super) fn give_up(&self, number: u64) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.number == number && current.connection.take().is_some() {
            current.reason = Unavailable::Disconnected;
            self.lost.notify_one();
        }
    }

    async fn connect(&self) -> Result<(), Unavailable> {
        let connection = self.open().await;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        match connection {
            Ok(connection) => {
                current.connection = Some(connection);
                current.number += 1;
                Ok(())
            }
            Err(reason) => {
                current.reason = reason;
                Err(reason)
            }
        }
    }

    async fn open(&self) -> Result<MultiplexedConnection, Unavailable> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(self.timeout));
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let connection = tokio::time::timeout(CONNECT, connecting).await;
        connection
            .map_err(|_| Unavailable::TimedOut)?
            .map_err(|error| Unavailable::of(&error))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.lost.notify_one();
    }
}

/// Connects again whenever the connection was lost; at first if it `failed`, for this reason. A reason is a warning when it is new.
async fn keep(link: Weak<Link>, lost: Arc<Notify>, mut failed: Option<Unavailable>) {
    let mut pause = PAUSE.0;
    loop {
        if failed.is_none() {
            lost.notified().await;
        }
        let Some(link) = link.upgrade() else { return };
        if failed.is_none() {
            tracing::warn!("the connection to the server that replicas share is lost");
            pause = PAUSE.0;
        }
        match link.connect().await {
            Ok(()) => {
                tracing::info!("connected to the server that replicas share");
                failed = None;
                continue;
            }
            Err(reason) => {
                if failed != Some(reason) {
                    warn(reason);
                }
                failed = Some(reason);
            }
        }
        drop(link);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

fn warn(reason: Unavailable) {
    tracing::warn!(
        reason = reason.as_str(),
        "the server that replicas share cannot be used: {reason}; trying on in the background"
    );
}
