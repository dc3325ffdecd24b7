//! Waiting for the next set.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Live;
use super::versions::Waiter;

/// Waits for sets that come into force, one after the other: in a task of any runtime, or in a thread.
///
/// Who is slow misses sets in between, never the newest.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// # use secure_config::SecureConfig;
/// # #[derive(SecureConfig)]
/// # struct Settings { #[secure(default = 10)] pool: u32 }
/// let (live, _) = Settings::loader().vars([("POOL", "5")]).live()?;
/// let mut changes = live.changes();
/// assert!(changes.wait_timeout(Duration::ZERO).is_none());
///
/// # async fn resize(_: u32) {}
/// # let task =
/// async move {
///     loop {
///         let settings = changes.changed().await;
///         resize(settings.pool).await;
///     }
/// };
/// # drop(task);
/// # Ok::<(), secure_config::LoadError>(())
/// ```
pub struct Changes<T> {
    live: Live<T>,
    waiter: Waiter,
}

impl<T> Changes<T> {
    pub(super) fn of(live: &Live<T>) -> Self {
        Self {
            live: live.clone(),
            waiter: Waiter::of(&live.shared.versions),
        }
    }

    /// Waits for a set that this has not given yet. Dropping the future loses nothing.
    pub async fn changed(&mut self) -> Arc<T> {
        poll_fn(|cx| self.poll_changed(cx)).await
    }

    /// A set that this has not given yet, or the task is woken when there is one.
    pub fn poll_changed(&mut self, cx: &Context<'_>) -> Poll<Arc<T>> {
        self.waiter.poll(cx).map(|()| self.live.current())
    }

    /// Waits in this thread; `None` when the time is over.
    pub fn wait_timeout(&mut self, timeout: Duration) -> Option<Arc<T>> {
        self.waiter.wait_timeout(timeout).then(|| self.live.current())
    }
}

impl<T> fmt::Debug for Changes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes")
            .field("seen", &self.waiter.seen())
            .finish_non_exhaustive()
    }
}
