//! Says how long a line may wait for room, by how the reader has behaved.

use std::time::{Duration, Instant};

/// A reader that has taken nothing for so long is stalled, for whatever reason.
const PAUSE: Duration = Duration::from_millis(100);

/// How much waiting can be saved up, and is there at the start.
const CREDIT: Duration = Duration::from_secs(5);

/// Of the time that passes, one part in so many is given back to the credit.
const SHARE: u32 = 20;

/// What is known of the reader, and how much was waited for it.
#[derive(Default)]
pub(super) struct Patience {
    /// Waiting has failed, and there is not much more room since.
    is_stalled: bool,
    /// What was waited, less what was given back.
    waited: Duration,
    /// When that was reckoned last.
    reckoned: Option<Instant>,
}

impl Patience {
    /// How long a line may wait now for a reader that has taken nothing for the time of `silence`.
    pub(super) fn pause(&mut self, now: Instant, silence: Duration) -> Duration {
        if self.is_stalled {
            return Duration::ZERO;
        }
        if let Some(reckoned) = self.reckoned.replace(now) {
            self.waited = self
                .waited
                .saturating_sub(now.saturating_duration_since(reckoned) / SHARE);
        }
        PAUSE
            .saturating_sub(silence)
            .min(CREDIT.saturating_sub(self.waited))
    }

    /// Reckons a wait, which has brought room or has not. Of threads that wait at one time, each counts.
    pub(super) fn waited(&mut self, time: Duration, has_room: bool) {
        self.waited += time;
        self.is_stalled |= !has_room;
    }

    /// Whether waiting is of no use.
    pub(super) fn is_stalled(&self) -> bool {
        self.is_stalled
    }

    /// There is a good deal of room again.
    pub(super) fn recover(&mut self) {
        self.is_stalled = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_silent_reader_is_not_waited_for() {
        let (mut patience, now) = (Patience::default(), Instant::now());
        assert_eq!(patience.pause(now, Duration::ZERO), PAUSE);
        assert_eq!(patience.pause(now, 30 * MS), PAUSE - 30 * MS);
        assert_eq!(patience.pause(now, PAUSE), Duration::ZERO);
    }

    #[test]
    fn after_a_wait_in_vain_nobody_waits_until_there_is_room() {
        let (mut patience, now) = (Patience::default(), Instant::now());
        patience.waited(PAUSE, false);
        assert!(patience.is_stalled());
        assert_eq!(patience.pause(now, Duration::ZERO), Duration::ZERO);
        patience.recover();
        assert_eq!(patience.pause(now, Duration::ZERO), PAUSE);
    }

    #[test]
    fn waiting_uses_credit_up_and_time_gives_it_back() {
        let (mut patience, start) = (Patience::default(), Instant::now());
        assert_eq!(patience.pause(start, Duration::ZERO), PAUSE);
        patience.waited(CREDIT, true);
        assert_eq!(patience.pause(start, Duration::ZERO), Duration::ZERO);
        assert_eq!(patience.pause(start + 200 * MS, Duration::ZERO), 10 * MS);
        assert_eq!(patience.pause(start + 400 * MS, Duration::ZERO), 20 * MS);
        assert_eq!(patience.pause(start + CREDIT * SHARE, Duration::ZERO), PAUSE);
    }
}
