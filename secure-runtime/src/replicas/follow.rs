//! Does on this replica what was said to all of them.

use std::fmt;
use std::time::{Duration, SystemTime};

use redis::pipe;
use tokio::task::AbortHandle;

use super::commands::{LONGEST_NOTICE, instant};
use super::error::Unavailable;
use super::valkey::Valkey;

/// From one look to the next: four fit into the second that is promised.
const EVERY: Duration = Duration::from_millis(250);

type OnMaintenance = Box<dyn Fn(Option<&str>) + Send + Sync>;
type OnLogOut = Box<dyn Fn(SystemTime) + Send + Sync>;

/// Does on this replica what was said to all of them: the maintenance switch, the forced logout.
///
/// It looks four times a second. What it finds is told when it is another than before, and once at the start. While the server
/// is gone everything stays as it is, and the log says so once.
#[must_use = "nothing is followed before it is started"]
pub struct Follower {
    valkey: Valkey,
    every: Duration,
    on_maintenance: Vec<OnMaintenance>,
    on_log_out: Vec<OnLogOut>,
}

/// Following that ends when this is dropped. What was told stays as it is then.
#[derive(Debug)]
#[must_use = "dropping it ends the following at once"]
pub struct Following(AbortHandle);

impl Follower {
    /// Follows what this server is told.
    pub fn new(valkey: &Valkey) -> Self {
        Self {
            valkey: valkey.clone(),
            every: EVERY,
            on_maintenance: Vec::new(),
            on_log_out: Vec::new(),
        }
    }

    /// Sets how long it is from one look to the next: from 50 ms to 10 s. What is longer than 500 ms does not keep the promise of a
    /// second.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval.clamp(Duration::from_millis(50), Duration::from_secs(10));
        self
    }

    /// Calls `told` with the notice when the service is shut for all, and with `None` when it is open. It must not block.
    pub fn on_maintenance(mut self, told: impl Fn(Option<&str>) + Send + Sync + 'static) -> Self {
        self.on_maintenance.push(Box::new(told));
        self
    }

    /// Turns this switch as [`Cause::Shared`](crate::maintenance::Cause::Shared). A notice that cannot be read shuts the service all
    /// the same.
    #[cfg(feature = "maintenance")]
    pub fn switch(self, switch: &crate::maintenance::Switch) -> Self {
        use crate::maintenance::{Cause, Notice};
        let switch = switch.clone();
        self.on_maintenance(move |notice| {
            match notice {
                Some(text) => switch.turn_on(Cause::Shared, text.parse().unwrap_or_else(|_| Notice::new())),
                None => switch.turn_off(Cause::Shared),
            };
        })
    }

    /// Calls `told` with the instant before which no token counts: give it to `KeyRing::set_not_before`. It must not block.
    pub fn on_log_out(mut self, told: impl Fn(SystemTime) + Send + Sync + 'static) -> Self {
        self.on_log_out.push(Box::new(told));
        self
    }

    /// Looks once, so that a replica which starts knows what was said before, and then again and again until the guard is dropped.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub async fn start(self) -> Following {
        let mut seen = Seen::default();
        self.look(&mut seen).await;
        let task = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(self.every);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                self.look(&mut seen).await;
            }
        });
        Following(task.abort_handle())
    }

    async fn look(&self, seen: &mut Seen) {
        match self.read().await {
            Ok((notice, not_before)) => {
                if std::mem::take(&mut seen.is_gone) {
                    tracing::info!("what replicas share is followed again");
                }
                if seen.notice.as_ref() != Some(&notice) {
                    let text = notice.as_deref().map(String::from_utf8_lossy);
                    for told in &self.on_maintenance {
                        told(text.as_deref());
                    }
                    seen.notice = Some(notice);
                }
                if let Some(instant) = not_before.filter(|_| seen.not_before != not_before) {
                    for told in &self.on_log_out {
                        told(instant);
                    }
                    seen.not_before = not_before;
                }
            }
            Err(reason) if !seen.is_gone => {
                seen.is_gone = true;
                let reason = reason.as_str();
                tracing::warn!(
                    reason,
                    "what replicas share cannot be followed: it stays as it is; said once"
                );
            }
            Err(_) => {}
        }
    }

    /// The notice, if the service is shut, and the instant of the last logout, if there was one.
    async fn read(&self) -> Result<(Option<Vec<u8>>, Option<SystemTime>), Unavailable> {
        let names = self.valkey.names();
        let (maintenance, not_before) = (names.of_state("maintenance"), names.of_state("not_before"));
        let (is_shut, notice, second): (bool, Vec<u8>, Option<Vec<u8>>) = self
            .valkey
            .ask(|mut connection| async move {
                pipe()
                    .atomic()
                    .exists(&maintenance)
                    .getrange(&maintenance, 0, LONGEST_NOTICE as isize - 1)
                    .get(not_before)
                    .query_async(&mut connection)
                    .await
            })
            .await?;
        Ok((
            is_shut.then_some(notice),
            second.and_then(|second| instant(&second)),
        ))
    }
}

/// What was told already.
#[derive(Default)]
struct Seen {
    /// `None` before the first look.
    notice: Option<Option<Vec<u8>>>,
    not_before: Option<SystemTime>,
    is_gone: bool,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower")
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}
