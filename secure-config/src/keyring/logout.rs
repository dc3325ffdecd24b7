//! Forced logout: the second before which no token counts.

use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::KeyRing;

impl KeyRing {
    /// Logs everyone out: tokens issued until now are no longer [admitted](Self::admits). The instant from which on they are.
    ///
    /// Tokens say the second they were issued in, so it is the beginning of the next one; [`issue_time`](Self::issue_time) is never
    /// before it, and whoever logs in again is not refused.
    #[must_use = "the process forgets it when it ends: store it, or say with `let _ =` that it need not last"]
    pub fn log_out_everyone(&self) -> SystemTime {
        let now = seconds(self.inner.clock.wall());
        // One more than any token can say that was issued until now: directly after another logout, that is in the future.
        let next = |before: u64| before.max(now).saturating_add(1);
        let risen = self
            .inner
            .not_before
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |before| Some(next(before)));
        instant(next(risen.unwrap_or_else(|before| before)))
    }

    /// Takes over the instant of a forced logout from elsewhere: from where it was stored, or from another replica. One that is earlier
    /// than that in force changes nothing.
    pub fn set_not_before(&self, instant: SystemTime) {
        self.inner
            .not_before
            .fetch_max(seconds_up(instant), Ordering::SeqCst);
    }

    /// The instant from which on tokens are admitted; `None` before the first forced logout.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        match self.inner.not_before.load(Ordering::SeqCst) {
            0 => None,
            second => Some(instant(second)),
        }
    }

    /// What a token that is issued now says as its time (`iat`, RFC 7519): seconds since 1970.
    ///
    /// It is now, or directly after a forced logout, the second from which on tokens are admitted.
    #[must_use]
    pub fn issue_time(&self) -> u64 {
        let now = seconds(self.inner.clock.wall());
        now.max(self.inner.not_before.load(Ordering::SeqCst))
    }

    /// Whether a token that was issued at this second since 1970 (`iat`) is admitted, or was issued before the last forced logout.
    ///
    /// Ask it for every token whose signature fits. A token without the time of its issue must be refused.
    #[must_use]
    pub fn admits(&self, issued_at: u64) -> bool {
        issued_at >= self.inner.not_before.load(Ordering::SeqCst)
    }
}

/// Whole seconds since 1970; zero before.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The same, rounded up: what was issued in a second that had begun is refused.
pub(super) fn seconds_up(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        since
            .as_secs()
            .saturating_add(u64::from(since.subsec_nanos() > 0))
    })
}

fn instant(second: u64) -> SystemTime {
    // A second that no clock can say comes from `set_not_before`, which was given a time that could be said.
    UNIX_EPOCH
        .checked_add(Duration::from_secs(second))
        .unwrap_or(UNIX_EPOCH)
}
