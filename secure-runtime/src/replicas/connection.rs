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

#[derive(Default)]
struct Current {
    connection: Option<MultiplexedConnection>,
    /// Counts the connections, so that a late answer of an old one does not end the new one.
    number: u64,
}

impl Link {
    /// Tries to connect once; from then on a task does. It ends with the link.
    pub(super) async fn start(client: Client, timeout: Duration) -> Arc<Self> {
        let link = Arc::new(Self {
            client,
            timeout,
            current: RwLock::default(),
            lost: Arc::new(Notify::new()),
        });
        let is_connected = link.connect().await.is_ok();
        if !is_connected {
            tracing::warn!("the server that replicas share cannot be reached; trying on in the background");
        }
        tokio::spawn(keep(Arc::downgrade(&link), Arc::clone(&link.lost), is_connected));
        link
    }

    /// The connection and its number.
    pub(super) fn current(&self) -> Result<(MultiplexedConnection, u64), Unavailable> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let connection = current.connection.clone().ok_or(Unavailable::Disconnected)?;
        Ok((connection, current.number))
    }

    /// This connection is of no use: it broke, or does not answer.
    pub(super) fn give_up(&self, number: u64) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.number == number && current.connection.take().is_some() {
            self.lost.notify_one();
        }
    }

    async fn connect(&self) -> Result<(), Unavailable> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(self.timeout));
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let connection = tokio::time::timeout(CONNECT, connecting)
            .await
            .map_err(|_| Unavailable::TimedOut)?
            .map_err(|error| Unavailable::of(&error))?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.connection = Some(connection);
        current.number += 1;
        Ok(())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.lost.notify_one();
    }
}

/// Connects again whenever the connection was lost.
async fn keep(link: Weak<Link>, lost: Arc<Notify>, mut is_connected: bool) {
    let mut pause = PAUSE.0;
    loop {
        if is_connected {
            lost.notified().await;
        }
        let Some(link) = link.upgrade() else { return };
        if is_connected {
            tracing::warn!("the connection to the server that replicas share is lost");
            pause = PAUSE.0;
        }
        match link.connect().await {
            Ok(()) => {
                tracing::info!("connected to the server that replicas share");
                is_connected = true;
                continue;
            }
            Err(reason) => {
                tracing::debug!(
                    reason = reason.as_str(),
                    "the server that replicas share cannot be reached"
                );
                is_connected = false;
            }
        }
        drop(link);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}
