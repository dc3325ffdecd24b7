//! What one replica says to all of them.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis::{AsyncCommands, Script};

use super::error::Unavailable;
use super::valkey::Valkey;

/// The most that a notice of maintenance has; what is longer is cut.
pub(super) const LONGEST_NOTICE: usize = 4096;

static LOG_OUT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("log_out.lua")));

impl Valkey {
    /// Shuts the service on every replica, and tells clients `notice`: `10m Back at noon.`, or nothing.
    ///
    /// # Errors
    ///
    /// The server does not answer: whether the command reached it is not known, and it may be given again.
    pub async fn shut(&self, notice: &str) -> Result<(), Unavailable> {
        let key = self.names().of_state("maintenance");
        let notice = &notice[..notice.floor_boundary(LONGEST_NOTICE)];
        self.ask(|mut connection| async move { connection.set::<_, _, ()>(key, notice).await })
            .await
    }

    /// Opens the service again, as far as [`shut`](Self::shut) shut it.
    ///
    /// # Errors
    ///
    /// As of [`shut`](Self::shut).
    pub async fn open(&self) -> Result<(), Unavailable> {
        let key = self.names().of_state("maintenance");
        self.ask(|mut connection| async move { connection.del::<_, ()>(key).await })
            .await
    }

    /// Logs everyone out on every replica: tokens issued before the instant that this gives are void.
    ///
    /// It is the beginning of the next second, by the later one of the server's clock and this replica's, as of
    /// [`KeyRing::log_out_everyone`](https://docs.rs/secure-config/latest/secure_config/keyring/struct.KeyRing.html).
    ///
    /// # Errors
    ///
    /// As of [`shut`](Self::shut).
    pub async fn log_out_everyone(&self) -> Result<SystemTime, Unavailable> {
        let key = self.names().of_state("not_before");
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let second: String = self
            .ask(|mut connection| async move {
                let mut call = LOG_OUT.key(key);
                call.arg(now);
                call.invoke_async(&mut connection).await
            })
            .await?;
        instant(second.as_bytes()).ok_or(Unavailable::Failed)
    }
}

/// The instant that the server holds as a second since 1970.
pub(super) fn instant(second: &[u8]) -> Option<SystemTime> {
    let second = std::str::from_utf8(second).ok()?.parse().ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(second))
}

trait FloorBoundary {
    fn floor_boundary(&self, index: usize) -> usize;
}

impl FloorBoundary for str {
    /// The largest boundary of a character that is no further than `index`.
    fn floor_boundary(&self, index: usize) -> usize {
        (0..=index.min(self.len()))
            .rev()
            .find(|&at| self.is_char_boundary(at))
            .unwrap_or(0)
    }
}
