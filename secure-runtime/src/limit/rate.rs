//! So many at once and then an even pace: the generic cell rate algorithm, in 8 bytes.
//!
//! A key's state is the moment at which it would be whole again (the *theoretical arrival time* of ITU-T
//! I.371). Each request moves it on by one interval; it may lie ahead by the whole burst.

use super::{
    algorithm::{Algorithm, Load, Outcome},
    clock::Span,
    quota::Quota,
};

/// The numbers of a rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Nanoseconds between two requests at an even pace.
    interval: u64,
    /// 2⁶⁴ / `interval`, rounded down: to multiply costs less than to divide.
    inverse: u64,
    /// Nanoseconds that the burst takes to come back.
    full: u64,
}

impl Rate {
    pub(super) fn new(quota: &Quota) -> Self {
        let interval = quota.interval_nanos();
        Self {
            interval,
            inverse: u64::MAX / interval,
            // At most 366 days, as a quota has checked.
            full: interval * u64::from(quota.capacity()),
        }
    }

    /// What there is to spend when a key is whole again in `ahead` nanoseconds, at most `full`.
    #[inline]
    fn allow(&self, ahead: u64, at: u64) -> Outcome {
        let free = self.full - ahead;
        let mut remaining = (u128::from(free) * u128::from(self.inverse) >> 64) as u64;
        // The inverse was rounded down, which makes one too few at most.
        if free - remaining * self.interval >= self.interval {
            remaining += 1;
        }
        Outcome {
            allowed: true,
            remaining: remaining as u32,
            more_in: match ahead {
                0 => 0,
                _ => (remaining + 1) * self.interval - free,
            },
            at,
        }
    }

    #[inline]
    fn refuse(&self, ahead: u64, at: u64) -> Outcome {
        Outcome {
            allowed: false,
            remaining: 0,
            more_in: ahead + self.interval - self.full,
            at,
        }
    }

    /// Whether a key that is whole in `ahead` nanoseconds has nothing to spend.
    #[inline]
    fn is_exhausted(&self, ahead: u64) -> bool {
        ahead + self.interval > self.full
    }
}

impl Algorithm for Rate {
    type State = u64;

    /// A key that will not be whole for a while moves on from where it is, whatever the time is now. Its
    /// answer must hold for all of the span.
    #[inline]
    fn is_settled(&self, whole_at: &u64, now: Span) -> bool {
        *whole_at >= now.to
            && self.is_exhausted(*whole_at - now.from) == self.is_exhausted(*whole_at - now.to)
    }

    #[inline]
    fn spend(&self, whole_at: &mut u64, now: Span) -> Outcome {
        let ahead = whole_at.saturating_sub(now.from);
        if self.is_exhausted(ahead) {
            return self.refuse(ahead, now.to);
        }
        *whole_at = now.to.max(*whole_at) + self.interval;
        // After a span the two may be further apart than the burst.
        self.allow((ahead + self.interval).min(self.full), now.to)
    }

    fn undo(&self, whole_at: &mut u64, at: u64) {
        // The moment is a sum, so it does not matter whose interval is taken off; a key that is whole has
        // nothing to give back.
        *whole_at -= self.interval.min(whole_at.saturating_sub(at));
    }

    fn peek(&self, whole_at: &u64, now: Span) -> Outcome {
        let ahead = whole_at.saturating_sub(now.from);
        if self.is_exhausted(ahead) {
            self.refuse(ahead, now.to)
        } else {
            self.allow(ahead, now.to)
        }
    }

    fn load(&self, whole_at: &u64, now: Span) -> Load {
        match whole_at.saturating_sub(now.from) {
            0 => Load::Idle,
            ahead if self.is_exhausted(ahead) => Load::Exhausted,
            ahead => Load::Used(ahead),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn spend(rate: &Rate, state: &mut u64, now: u64) -> Outcome {
        rate.spend(state, Span::exact(now))
    }

    fn peek(rate: &Rate, state: &u64, now: u64) -> Outcome {
        rate.peek(state, Span::exact(now))
    }

    fn load(rate: &Rate, state: &u64, now: u64) -> Load {
        rate.load(state, Span::exact(now))
    }

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
            let outcome = spend(&rate, &mut state, now);
            assert!(outcome.allowed);
            assert_eq!(outcome.remaining, 19 - n);
            assert_eq!(outcome.more_in, 200 * MS);
        }
        let refused = spend(&rate, &mut state, now);
        assert_eq!(
            refused,
            Outcome {
                allowed: false,
                remaining: 0,
                more_in: 200 * MS,
                at: now
            }
        );
        assert!(!spend(&rate, &mut state, now + 200 * MS - 1).allowed);
        assert!(spend(&rate, &mut state, now + 200 * MS).allowed);
        assert!(!spend(&rate, &mut state, now + 200 * MS).allowed);
        assert_eq!(peek(&rate, &state, now + 4_200 * MS).remaining, 20);
        assert_eq!(load(&rate, &state, now + 4_200 * MS), Load::Idle);
    }

    #[test]
    fn never_more_than_the_burst_and_the_pace_in_any_time() {
        for (count, seconds, burst) in [(5, 1, 20), (10, 3600, 1), (7, 60, 7), (1_000, 1, 50)] {
            let rate = rate(count, seconds, burst);
            let mut state = 0;
            let mut passed: Vec<u64> = Vec::new();
            let (mut now, mut dice) = (0_u64, 1_u64);
            for _ in 0..5_000 {
                dice = dice
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                now += match dice >> 60 {
                    0..8 => 0,
                    8..15 => (dice >> 20) % (2 * rate.interval),
                    _ => rate.full,
                };
                if spend(&rate, &mut state, now).allowed {
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
    fn a_late_clock_changes_no_answer() {
        for (count, seconds, burst) in [(5, 1, 20), (10, 3600, 1), (1_000, 1, 2_000), (1_000, 1, 50)] {
            let rate = rate(count, seconds, burst);
            let (mut state, mut twin) = (0, 0);
            let (mut now, mut dice, mut settled) = (1_000 * MS, 1_u64, 0);
            for _ in 0..20_000 {
                dice = dice
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                now += (dice >> 20) % (rate.interval + rate.interval / 4);
                let late = now - (dice >> 40) % Span::SLACK;
                let about = Span {
                    from: late,
                    to: late + Span::SLACK,
                };
                let exact = spend(&rate, &mut twin, now);
                let came = if rate.is_settled(&state, about) {
                    settled += 1;
                    rate.spend(&mut state, about)
                } else {
                    spend(&rate, &mut state, now)
                };
                assert_eq!((came.allowed, state), (exact.allowed, twin));
                assert!(came.remaining <= exact.remaining);
            }
            assert!(settled > 0 || burst == 50, "{count}/{seconds} burst {burst}");
        }
    }

    #[test]
    fn what_peek_says_comes_true_and_an_undo_leaves_no_trace() {
        let rate = rate(3, 1, 4);
        let (mut state, mut now, mut dice) = (0, 0_u64, 1_u64);
        for _ in 0..5_000 {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            now += (dice >> 20) % (700 * MS);
            let seen = peek(&rate, &state, now);
            let exhausted = load(&rate, &state, now) == Load::Exhausted;
            let came = spend(&rate, &mut state, now);
            assert_eq!((seen.allowed, exhausted), (came.allowed, !came.allowed));
            assert_eq!(seen.remaining, came.remaining + u32::from(came.allowed));
            if came.allowed && dice >> 62 == 0 {
                rate.undo(&mut state, now);
                assert_eq!(peek(&rate, &state, now), seen);
            }
        }
    }

    #[test]
    fn what_remains_is_exact() {
        for (count, seconds, burst) in [
            (1, 1, 1),
            (3, 1, 7),
            (7, 60, 1_000),
            (1_000_000_000, 1, 1_000_000_000),
        ] {
            let rate = rate(count, seconds, burst);
            let mut dice = 1_u64;
            for n in 0..10_000 {
                dice = dice
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                // Every boundary of the first thousand, then anywhere.
                let ahead = match n {
                    0..2_000 => (n / 2 * rate.interval).saturating_sub(n % 2).min(rate.full),
                    _ => dice % (rate.full + 1),
                };
                let outcome = rate.allow(ahead, 0);
                let used = ahead.div_ceil(rate.interval);
                assert_eq!(u64::from(outcome.remaining), u64::from(burst) - used);
                assert_eq!(outcome.more_in, ahead - used.saturating_sub(1) * rate.interval);
            }
        }
    }

    #[test]
    fn what_is_not_known_yet_is_whole() {
        let rate = rate(1, 1, 1);
        assert!(peek(&rate, &0, 0).allowed);
        assert_eq!(load(&rate, &0, 0), Load::Idle);
    }

    #[test]
    fn time_that_runs_back_frees_nothing() {
        let rate = rate(1, 10, 2);
        let mut state = 0;
        assert!(spend(&rate, &mut state, 100_000 * MS).allowed);
        assert!(spend(&rate, &mut state, 100_000 * MS).allowed);
        assert!(!spend(&rate, &mut state, 1_000 * MS).allowed);
        assert!(!peek(&rate, &state, 1_000 * MS).allowed);
    }
}
