//! At most so many in any window of time: the moments of the last requests, in 32 bytes.
//!
//! A moment is kept as a *tick*, of which a window has 16,000 to 32,000. Up to [`STAMPS`] requests have a
//! stamp each. Above that, ⌈count / `STAMPS`⌉ requests in a row share one, the tick of the last of them. All
//! rounding is towards counting a request for longer, so there are never more than `count` in a window;
//! in return up to ⌈count / `STAMPS`⌉ − 1 requests may count as long as their group.

use super::{
    algorithm::{Algorithm, Load, Outcome},
    clock::Span,
    quota::Quota,
};

/// How many groups of requests are told apart.
pub(super) const STAMPS: usize = 12;

/// The most ticks in a window. A stamp is 16 bits of a tick: the age of one within a window and the slack of
/// its moment, seen again before another window is over, must not wrap.
const MAX_TICKS: u64 = 32_000;

/// From here on a moment may be off by [`Span::SLACK`]: by a thousandth of the window.
const LONG: u64 = 1_000 * Span::SLACK;

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
    is_long: bool,
}

/// What is kept of one key: when the last group ended, how many groups there are, how many requests are
/// in the last one, and each group's stamp.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    /// 44 bits of a tick, 4 of the number of groups, 16 of the number of requests in the last one.
    head: u64,
    stamps: Stamps,
}

impl State {
    fn new(tick: u64, groups: u32, open: u32, stamps: Stamps) -> Self {
        Self {
            head: tick << 20 | u64::from(groups) << 16 | u64::from(open),
            stamps,
        }
    }

    /// When the last group ended. 44 bits last for 18 years at the shortest window.
    fn tick(&self) -> u64 {
        self.head >> 20
    }

    fn groups(&self) -> u32 {
        (self.head >> 16) as u32 & 0xf
    }

    /// How many requests are in the last group.
    fn open(&self) -> u32 {
        self.head as u32 & 0xffff
    }
}

/// The low 16 bits of the tick of each group, the last group's lowest.
#[derive(Clone, Copy, Debug, Default)]
struct Stamps([u64; STAMPS / 4]);

impl Stamps {
    /// The stamp of the `back`th group before the last.
    fn get(&self, back: u32) -> u16 {
        (self.0[back as usize / 4] >> (back % 4 * 16)) as u16
    }

    /// The same, with a group after the last.
    fn pushed(&self, stamp: u16) -> Self {
        let [a, b, c] = self.0;
        Self([a << 16 | u64::from(stamp), b << 16 | a >> 48, c << 16 | b >> 48])
    }

    /// The same, without the last group.
    fn popped(&self) -> Self {
        let [a, b, c] = self.0;
        Self([a >> 16 | b << 48, b >> 16 | c << 48, c >> 16])
    }

    /// The same, with another stamp of the last group.
    fn moved(&self, stamp: u16) -> Self {
        let [a, b, c] = self.0;
        Self([a >> 16 << 16 | u64::from(stamp), b, c])
    }
}

/// A state as it is at some moment.
struct View {
    tick: u64,
    /// How many groups still count.
    groups: u32,
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
            is_long: nanos >= LONG,
        }
    }

    #[inline]
    fn view(&self, state: &State, now: u64) -> View {
        let tick = (now >> self.shift).max(state.tick());
        // `state.tick()` is 0 for a fresh state, which has no groups to count.
        let mut groups = state.groups();
        if tick - state.tick() > u64::from(self.ticks) {
            groups = 0;
        }
        while groups > 0 && (tick as u16).wrapping_sub(state.stamps.get(groups - 1)) > self.ticks {
            groups -= 1;
        }
        let used = match groups {
            0 => 0,
            _ => (groups - 1) * self.group + state.open(),
        };
        View { tick, groups, used }
    }

    /// Nanoseconds until the oldest of `groups` counts no more.
    #[inline]
    fn more_in(&self, stamps: &Stamps, groups: u32, tick: u64, now: u64) -> u64 {
        let Some(oldest) = groups.checked_sub(1) else {
            return 0;
        };
        let age = (tick as u16).wrapping_sub(stamps.get(oldest));
        let over = tick + u64::from(self.ticks.saturating_sub(age)) + 1;
        (over << self.shift).saturating_sub(now)
    }
}

impl Algorithm for Window {
    type State = State;

    /// In a long window the moment is of no weight. A refusal must hold for all of the span.
    #[inline]
    fn is_settled(&self, state: &State, now: Span) -> bool {
        self.is_long
            && (self.view(state, now.from).used < self.count || self.view(state, now.to).used >= self.count)
    }

    /// Counts what may still count, as what may be now.
    #[inline]
    fn spend(&self, state: &mut State, now: Span) -> Outcome {
        let View { tick, groups, used } = self.view(state, now.from);
        if used >= self.count {
            return Outcome {
                allowed: false,
                remaining: 0,
                more_in: self.more_in(&state.stamps, groups, tick, now.from),
                at: now.to,
            };
        }
        let tick = tick.max(now.to >> self.shift);
        let stamp = tick as u16;
        let joins = groups > 0 && state.open() < self.group;
        let (groups, open, stamps) = if joins {
            (groups, state.open() + 1, state.stamps.moved(stamp))
        } else {
            // Full groups that stand for less than `count` are less than `STAMPS`.
            (groups + 1, 1, state.stamps.pushed(stamp))
        };
        *state = State::new(tick, groups, open, stamps);
        Outcome {
            allowed: true,
            remaining: self.count - used - 1,
            more_in: self.more_in(&stamps, groups, tick, now.to),
            at: now.to,
        }
    }

    fn undo(&self, state: &mut State, at: u64) {
        let View { groups, .. } = self.view(state, at);
        if groups == 0 || state.tick() != at >> self.shift {
            // A later one has been spent, and to forget that one would be to let it pass again early.
            return;
        }
        if state.open() > 1 {
            *state = State::new(state.tick(), groups, state.open() - 1, state.stamps);
        } else if groups == 1 {
            *state = State::default();
        } else {
            let stamps = state.stamps.popped();
            let back = state.stamps.get(0).wrapping_sub(stamps.get(0));
            *state = State::new(state.tick() - u64::from(back), groups - 1, self.group, stamps);
        }
    }

    fn peek(&self, state: &State, now: Span) -> Outcome {
        let View { tick, groups, used } = self.view(state, now.from);
        Outcome {
            allowed: used < self.count,
            remaining: self.count - used,
            more_in: self.more_in(&state.stamps, groups, tick, now.from),
            at: now.to,
        }
    }

    fn load(&self, state: &State, now: Span) -> Load {
        match self.view(state, now.from).used {
            0 => Load::Idle,
            used if used >= self.count => Load::Exhausted,
            // 20 bits of requests above 44 of time.
            used => Load::Used(u64::from(used) << 44 | state.tick()),
        }
    }
}

#[cfg(test)]
mod tests;
