//! The set in force, for those who know `tokio::sync::watch`.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use secure_config::reload::Live;
use tokio::sync::watch;

/// A receiver of the set in force. It keeps the settings alive, and the set it was given last.
///
/// [`Live::changes`] does the same without a Tokio runtime.
///
/// # Panics
///
/// Outside of a Tokio runtime.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use secure_config::SecureConfig;
/// # #[derive(SecureConfig)]
/// # struct Settings { #[secure(default = 10)] pool: u32 }
/// let (live, _) = Settings::loader().vars([("POOL", "5")]).live()?;
/// let settings = secure_runtime::reload::receiver(&live);
/// assert_eq!(settings.borrow().pool, 5);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn receiver<T: Send + Sync + 'static>(live: &Live<T>) -> watch::Receiver<Arc<T>> {
    let mut changes = live.changes();
    let (sender, receiver) = watch::channel(live.current());
    tokio::spawn(async move {
        loop {
            let next = {
                let mut closed = pin!(sender.closed());
                let either = |cx: &mut Context<'_>| match closed.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(None),
                    Poll::Pending => changes.poll_changed(cx).map(Some),
                };
                poll_fn(either).await
            };
            let Some(set) = next else { return };
            sender.send_replace(set);
        }
    });
    receiver
}
