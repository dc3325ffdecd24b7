//! So many at once and then an even pace: the generic cell rate algorithm, in 8 bytes.
//!
//! A key's state is the moment at which it would be whole again (the *theoretical arrival time* of ITU-T
//! I.371). Each request moves it on by one interval; it may lie ahead by the whole burst.

use super::{
    algorithm::{Algorithm, Load, Outcome},
    quota::Quota,
};

/// The numbers of a rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Nanoseconds between two requests at an even pace.
    interval: u64,
    /// Nanoseconds that the burst takes to come back.
    full: u64,
    burst: u32,
}

impl Rate {
    pub(super) fn new(quota: &Quota) -> Self {
        let interval = quota.interval_nanos();
        Self {
            interval,
            // At most 366 days, as a quota has checked.
            full: interval * u64::from(quota.capacity()),
            burst: quota.capacity(),
        }
    }

    /// What there is to spend when a key is whole again in `ahead` nanoseconds.
    fn outcome(&self, allowed: bool, ahead: u64) -> Outcome {
        let used = ahead.div_ceil(self.interval);
        Outcome {
            allowed,
            remaining: self.burst - used as u32,
            more_in: ahead - used.saturating_sub(1) * self.interval,
        }
    }
}

impl Algorithm for Rate {
    type State = u64;

    #[inline]
    fn spend(&self, whole_at: &mut u64, now: u64) -> Outcome {
        let ahead = whole_at.saturating_sub(now);
        if ahead + self.interval > self.full {
            return Outcome {
                allowed: false,
                remaining: 0,
                more_in: ahead + self.interval - self.full,
            };
        }
        *whole_at = now.max(*whole_at) + self.interval;
        self.outcome(true, ahead + self.interval)
    }

    fn undo(&self, whole_at: &mut u64, now: u64) {
        // The moment is a sum, so it does not matter whose interval is taken off; a key that is whole has
        // nothing to give back.
        if *whole_at >= now {
            *whole_at -= self.interval.min(*whole_at - now);
        }
    }

    fn peek(&self, whole_at: &u64, now: u64) -> Outcome {
        let ahead = whole_at.saturating_sub(now);
        if ahead + self.interval > self.full {
            return Outcome {
                allowed: false,
                remaining: 0,
                more_in: ahead + self.interval - self.full,
            };
        }
        self.outcome(true, ahead)
    }

    fn load(&self, whole_at: &u64, now: u64) -> Load {
        match whole_at.saturating_sub(now) {
            0 => Load::Idle,
            ahead if ahead + self.interval > self.full => Load::Exhausted,
            ahead => Load::Used(ahead),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const MS: u64 = 1_000_000;

    fn rate(count: u32, seconds: u64, burst: u32) -> Rate {
        Rate::new(&Quota::rate(count, Duration::from_secs(seconds), burst).unwrap())
    }

    #[test]
    fn a_burst_and_then_an_even_pace() {
        let rate = rate(5, 1, 20);
        let mut state = 0;
        let now = 1_000 * MS;
        for n in 0..20 {
            let outcome = rate.spend(&mut state, now);
            assert!(outcome.allowed);
            assert_eq!(outcome.remaining, 19 - n);
            assert_eq!(outcome.more_in, 200 * MS);
        }
        let refused = rate.spend(&mut state, now);
        assert_eq!(
            refused,
            Outcome {
                allowed: false,
                remaining: 0,
                more_in: 200 * MS
            }
        );
        assert!(!rate.spend(&mut state, now + 200 * MS - 1).allowed);
        assert!(rate.spend(&mut state, now + 200 * MS).allowed);
        assert!(!rate.spend(&mut state, now + 200 * MS).allowed);
        assert_eq!(rate.peek(&state, now + 4_200 * MS).remaining, 20);
        assert_eq!(rate.load(&state, now + 4_200 * MS), Load::Idle);
    }

    #[test]
    fn never_more_than_the_burst_and_the_pace_in_any_time() {
        for (count, seconds, burst) in [(5, 1, 20), (10, 3600, 1), (7, 60, 7), (1_000, 1, 50)] {
            let rate = rate(count, seconds, burst);
            let mut state = 0;
            let mut passed: Vec<u64> = Vec::new();
            let (mut now, mut dice) = (0_u64, 1_u64);
            for _ in 0..5_000 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                now += match dice >> 60 {
                    0..8 => 0,
                    8..15 => (dice >> 20) % (2 * rate.interval),
                    _ => rate.full,
                };
                if rate.spend(&mut state, now).allowed {
                    passed.push(now);
                }
            }
            for (n, &start) in passed.iter().enumerate() {
                for (m, &end) in passed.iter().enumerate().skip(n) {
                    let allowed = u64::from(burst) + (end - start) / rate.interval;
                    assert!((m - n) as u64 + 1 <= allowed);
                }
            }
        }
    }

    #[test]
    fn what_peek_says_comes_true_and_an_undo_leaves_no_trace() {
        let rate = rate(3, 1, 4);
        let (mut state, mut now, mut dice) = (0, 0_u64, 1_u64);
        for _ in 0..5_000 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            now += (dice >> 20) % (700 * MS);
            let seen = rate.peek(&state, now);
            let exhausted = rate.load(&state, now) == Load::Exhausted;
            let came = rate.spend(&mut state, now);
            assert_eq!((seen.allowed, exhausted), (came.allowed, !came.allowed));
            assert_eq!(seen.remaining, came.remaining + u32::from(came.allowed));
            if came.allowed && dice >> 62 == 0 {
                rate.undo(&mut state, now);
                assert_eq!(rate.peek(&state, now), seen);
            }
        }
    }

    #[test]
    fn what_is_not_known_yet_is_whole() {
        let rate = rate(1, 1, 1);
        assert!(rate.peek(&0, 0).allowed);
        assert_eq!(rate.load(&0, 0), Load::Idle);
    }

    #[test]
    fn time_that_runs_back_frees_nothing() {
        let rate = rate(1, 10, 2);
        let mut state = 0;
        assert!(rate.spend(&mut state, 100_000 * MS).allowed);
        assert!(rate.spend(&mut state, 100_000 * MS).allowed);
        assert!(!rate.spend(&mut state, 1_000 * MS).allowed);
        assert!(!rate.peek(&state, 1_000 * MS).allowed);
    }
}
