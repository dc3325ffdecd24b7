//! Which of the refused requests are worth a line.
//!
//! Who floods a service is refused by the limit at little cost; a line for each would give the cost back to him.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use super::{Context, Event, emit::security};

/// How long a client that has a line gets no other.
const QUIET: u64 = 60;

/// Lines at once, and one more a second.
const BURST: u64 = 20;

/// Clients are told apart by this many places; those that share one share its line.
const PLACES: usize = 256;

/// Lets a few through.
#[derive(Debug)]
pub(super) struct Throttle {
    /// When each place had its last line: a second, from 1.
    last: [AtomicU64; PLACES],
    lines: Mutex<Lines>,
    suppressed: AtomicU64,
}

#[derive(Debug)]
struct Lines {
    left: u64,
    second: u64,
}

impl Throttle {
    pub(super) const fn new() -> Self {
        Self {
            last: [const { AtomicU64::new(0) }; PLACES],
            lines: Mutex::new(Lines {
                left: BURST,
                second: 0,
            }),
            suppressed: AtomicU64::new(0),
        }
    }

    /// Whether a client has a line in this second, counted from 1; if so, how many there were without one since the last.
    pub(super) fn pass(&self, client: u64, second: u64) -> Option<u64> {
        if self.is_worth_it(client, second) {
            Some(self.suppressed.swap(0, Ordering::Relaxed))
        } else {
            self.suppressed.fetch_add(1, Ordering::Relaxed);
            None
        }
    }

    fn is_worth_it(&self, client: u64, second: u64) -> bool {
        let place = &self.last[client as usize % PLACES];
        let last = place.load(Ordering::Relaxed);
        if last != 0 && second.saturating_sub(last) < QUIET {
            return false;
        }
        let taken = {
            let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            let more = second.saturating_sub(lines.second);
            lines.left = lines.left.saturating_add(more).min(BURST);
            lines.second = lines.second.max(second);
            let is_left = lines.left > 0;
            lines.left -= u64::from(is_left);
            is_left
        };
        if taken {
            place.store(second, Ordering::Relaxed);
        }
        taken
    }
}

static THROTTLE: Throttle = Throttle::new();

/// Where time begins, and what clients are told apart by: nobody outside can choose who shares a place with him.
static BEGIN: LazyLock<(Instant, RandomState)> = LazyLock::new(|| (Instant::now(), RandomState::new()));

/// A rate limit refused somebody. It is counted, and a line is written if it is worth it.
#[cold]
pub(crate) fn limited(context: &Context<'_>, who: impl Hash, rule: &str) {
    const EVENT: Event = Event::ExcessRateLimitExceeded;
    const LEVEL: tracing::Level = EVENT.level();
    let (begin, state) = &*BEGIN;
    let second = begin.elapsed().as_secs() + 1;
    match THROTTLE.pass(state.hash_one(who), second) {
        None => EVENT.add_one(),
        Some(suppressed) => security!(
            @ EVENT, LEVEL, context, "a rate limit was exceeded",
            name rule = rule, plain suppressed = (suppressed > 0).then_some(suppressed)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_a_line_a_minute() {
        let throttle = Throttle::new();
        assert_eq!(throttle.pass(7, 1), Some(0));
        for second in 1..=60 {
            assert_eq!(throttle.pass(7, second), None);
        }
        assert_eq!(throttle.pass(7, 61), Some(60));
        assert_eq!(throttle.pass(8, 61), Some(0));
    }

    #[test]
    fn many_clients_have_a_line_a_second() {
        let throttle = Throttle::new();
        let lines = |clients: std::ops::Range<u64>, second| {
            clients
                .filter(|&client| throttle.pass(client, second).is_some())
                .count()
        };
        assert_eq!(lines(0..100, 1), 20);
        assert_eq!(lines(100..200, 1), 0);
        assert_eq!(lines(100..200, 2), 1);
        assert_eq!(lines(100..200, 5), 3);
    }
}
