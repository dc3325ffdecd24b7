//! At most so many in any window of time: the moments of the last requests, in 32 bytes.
//!
//! A moment is kept as a *tick*, of which a window has 16,384 to 32,767. Up to [`STAMPS`] requests have a
//! stamp each. Above that, ⌈count / `STAMPS`⌉ requests in a row share one, the tick of the last of them. All
//! rounding is towards counting a request for longer, so there are never more than `count` in a window;
//! in return up to ⌈count / `STAMPS`⌉ − 1 requests may count as long as their group.

use super::{
    algorithm::{Algorithm, Load, Outcome},
    quota::Quota,
};

/// How many groups of requests are told apart.
pub(super) const STAMPS: usize = 12;

/// The most ticks in a window. A stamp is 16 bits of a tick: the age of one within a window, seen again
/// before another window is over, must not wrap.
const MAX_TICKS: u64 = u16::MAX as u64 / 2;

/// The numbers of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    count: u32,
    /// How many requests share a stamp.
    group: u32,
    /// How many bits of nanoseconds are below a tick.
    shift: u32,
    /// How many ticks a request counts for after its own.
    ticks: u16,
}

/// What is kept of one key: when the last group ended, how many groups there are, how many requests are
/// in the last one, and the low bits of each group's tick, the last one first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    /// 44 bits of a tick, 4 of the number of groups, 16 of the number of requests in the last one.
    head: u64,
    stamps: [u16; STAMPS],
}

impl State {
    fn new(tick: u64, groups: usize, open: u32, stamps: [u16; STAMPS]) -> Self {
        Self {
            head: tick << 20 | (groups as u64) << 16 | u64::from(open),
            stamps,
        }
    }

    /// When the last group ended. 44 bits last for 18 years at the shortest window.
    fn tick(&self) -> u64 {
        self.head >> 20
    }

    fn groups(&self) -> usize {
        (self.head >> 16 & 0xf) as usize
    }

    /// How many requests are in the last group.
    fn open(&self) -> u32 {
        (self.head & 0xffff) as u32
    }
}

/// A state as it is at some moment.
struct View {
    tick: u64,
    /// How many groups still count.
    groups: usize,
    /// How many requests they stand for.
    used: u32,
}

impl Window {
    pub(super) fn new(quota: &Quota) -> Self {
        // At most 366 days: 3.2e16.
        let nanos = u64::try_from(quota.period().as_nanos()).unwrap_or(u64::MAX >> 1);
        let tick = nanos.div_ceil(MAX_TICKS).next_power_of_two();
        Self {
            count: quota.count(),
            group: quota.count().div_ceil(STAMPS as u32),
            shift: tick.trailing_zeros(),
            ticks: nanos.div_ceil(tick) as u16,
        }
    }

    fn view(&self, state: &State, now: u64) -> View {
        let tick = (now >> self.shift).max(state.tick());
        // `state.tick()` is 0 for a fresh state, which has no groups to count.
        let groups = if tick - state.tick() > u64::from(self.ticks) {
            0
        } else {
            state.stamps[..state.groups()]
                .iter()
                .filter(|&&stamp| (tick as u16).wrapping_sub(stamp) <= self.ticks)
                .count()
        };
        let used = match groups {
            0 => 0,
            _ => (groups as u32 - 1) * self.group + state.open(),
        };
        View { tick, groups, used }
    }

    /// Nanoseconds until the oldest of `groups` counts no more.
    fn more_in(&self, stamps: &[u16; STAMPS], groups: usize, tick: u64, now: u64) -> u64 {
        let Some(oldest) = groups.checked_sub(1) else {
            return 0;
        };
        let age = (tick as u16).wrapping_sub(stamps[oldest]);
        let over = tick + u64::from(self.ticks.saturating_sub(age)) + 1;
        (over << self.shift).saturating_sub(now)
    }
}

impl Algorithm for Window {
    type State = State;

    #[inline]
    fn spend(&self, state: &mut State, now: u64) -> Outcome {
        let View { tick, groups, used } = self.view(state, now);
        if used >= self.count {
            return Outcome {
                allowed: false,
                remaining: 0,
                more_in: self.more_in(&state.stamps, groups, tick, now),
            };
        }
        let mut stamps = state.stamps;
        let joins = groups > 0 && state.open() < self.group;
        let (groups, open) = if joins {
            (groups, state.open() + 1)
        } else {
            // Full groups that stand for less than `count` are less than `STAMPS`.
            stamps.copy_within(..STAMPS - 1, 1);
            (groups + 1, 1)
        };
        stamps[0] = tick as u16;
        *state = State::new(tick, groups, open, stamps);
        Outcome {
            allowed: true,
            remaining: self.count - used - 1,
            more_in: self.more_in(&stamps, groups, tick, now),
        }
    }

    fn undo(&self, state: &mut State, now: u64) {
        let View { groups, .. } = self.view(state, now);
        if groups == 0 || state.tick() != now >> self.shift {
            // A later one has been spent, and to forget that one would be to let it pass again early.
            return;
        }
        if state.open() > 1 {
            *state = State::new(state.tick(), groups, state.open() - 1, state.stamps);
        } else if groups == 1 {
            *state = State::default();
        } else {
            let mut stamps = state.stamps;
            stamps.copy_within(1.., 0);
            let back = state.stamps[0].wrapping_sub(stamps[0]);
            *state = State::new(state.tick() - u64::from(back), groups - 1, self.group, stamps);
        }
    }

    fn peek(&self, state: &State, now: u64) -> Outcome {
        let View { tick, groups, used } = self.view(state, now);
        Outcome {
            allowed: used < self.count,
            remaining: self.count - used,
            more_in: self.more_in(&state.stamps, groups, tick, now),
        }
    }

    fn load(&self, state: &State, now: u64) -> Load {
        match self.view(state, now).used {
            0 => Load::Idle,
            used if used >= self.count => Load::Exhausted,
            // 20 bits of requests above 44 of time.
            used => Load::Used(u64::from(used) << 44 | state.tick()),
        }
    }
}

#[cfg(test)]
mod tests;
