//! A window beside a plain list of moments.

use std::{collections::VecDeque, time::Duration};

use super::*;

const SECOND: u64 = 1_000_000_000;

fn window(count: u32, seconds: u64) -> Window {
    Window::new(&Quota::window(count, Duration::from_secs(seconds)).unwrap())
}

fn spend(window: &Window, state: &mut State, now: u64) -> Outcome {
    window.spend(state, Span::exact(now))
}

fn peek(window: &Window, state: &State, now: u64) -> Outcome {
    window.peek(state, Span::exact(now))
}

fn load(window: &Window, state: &State, now: u64) -> Load {
    window.load(state, Span::exact(now))
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn a_state_is_32_bytes() {
    assert_eq!(size_of::<State>(), 32);
}

#[test]
fn ticks_are_fine_and_never_too_short() {
    for seconds in [1, 2, 59, 60, 3600, 86_400, 366 * 86_400] {
        let window = window(10, seconds);
        assert!(
            u64::from(window.ticks) << window.shift >= seconds * SECOND,
            "{seconds}"
        );
        assert!(
            (16_384..=32_767).contains(&window.ticks),
            "{seconds}: {}",
            window.ticks
        );
    }
}

#[test]
fn ten_an_hour_in_a_row() {
    let window = window(10, 3600);
    let mut state = State::default();
    for n in 0..10 {
        let outcome = spend(&window, &mut state, n * SECOND);
        assert!(outcome.allowed);
        assert_eq!(outcome.remaining, 9 - n as u32);
    }
    let refused = spend(&window, &mut state, 60 * SECOND);
    assert!(!refused.allowed);
    let free = 60 * SECOND + refused.more_in;
    assert!((3600 * SECOND..3601 * SECOND).contains(&free), "{free}");
    assert!(!spend(&window, &mut state, free - 1).allowed);
    assert!(spend(&window, &mut state, free).allowed);
    assert!(
        !spend(&window, &mut state, free).allowed,
        "only the first has left the window"
    );
}

/// Random traffic against a list of every request that passed, which is the definition itself.
#[test]
fn never_more_than_the_count_and_hardly_ever_less() {
    for count in [1, 2, 9, 10, 11, 12, 13, 24, 25, 100, 1_000] {
        for seed in 0..20 {
            let window = window(count, 3600);
            let length = 3600 * SECOND;
            let tick = 1 << window.shift;
            let mut dice = Dice(seed << 32 | u64::from(count));
            let mut state = State::default();
            let mut passed = VecDeque::new();
            let mut now = dice.below(1 << 40);
            // Bursts, trickles and pauses, around the pace that uses up the quota.
            let pace = length / u64::from(count);
            for _ in 0..4 * u64::from(count) + 400 {
                now += match dice.below(10) {
                    0..4 => 0,
                    4..9 => dice.below(pace + pace / 2),
                    _ => dice.below(length + length / 4),
                };
                while passed
                    .front()
                    .is_some_and(|&at| at + length + 2 * tick + Span::SLACK < now)
                {
                    passed.pop_front();
                }
                // Half of the time is read on a clock that is late.
                let late = now.saturating_sub(dice.below(Span::SLACK));
                let about = Span {
                    from: late,
                    to: late + Span::SLACK,
                };
                let outcome = if seed % 2 == 0 || !window.is_settled(&state, about) {
                    spend(&window, &mut state, now)
                } else {
                    window.spend(&mut state, about)
                };
                if outcome.allowed {
                    passed.push_back(now);
                    let within = passed.iter().filter(|&&at| at + length >= now).count();
                    assert!(within <= count as usize, "{within} of {count} passed");
                } else {
                    // One group at most straddles the start of the window.
                    let least = count + 1 - window.group;
                    assert!(
                        passed.len() >= least as usize,
                        "refused after {} of {count}",
                        passed.len()
                    );
                }
            }
        }
    }
}

#[test]
fn what_peek_says_comes_true() {
    for count in [3, 10, 100] {
        let window = window(count, 60);
        let mut dice = Dice(count.into());
        let mut state = State::default();
        let mut now = 0;
        for _ in 0..2_000 {
            now += dice.below(120 * SECOND / u64::from(count));
            let seen = peek(&window, &state, now);
            let before = load(&window, &state, now);
            let came = spend(&window, &mut state, now);
            assert_eq!(seen.allowed, came.allowed);
            assert_eq!(before == Load::Exhausted, !came.allowed);
            assert_eq!(seen.remaining, came.remaining + u32::from(came.allowed));
        }
    }
}

#[test]
fn an_undone_request_is_as_if_it_had_not_been() {
    for count in [1, 10, 30, 100] {
        let window = window(count, 60);
        let mut dice = Dice(count.into());
        let (mut state, mut twin) = (State::default(), State::default());
        let mut now = 0;
        for _ in 0..2_000 {
            // Each at a tick of its own.
            now += (1 << window.shift) + dice.below(120 * SECOND / u64::from(count));
            if spend(&window, &mut state, now).allowed && dice.below(3) == 0 {
                window.undo(&mut state, now);
            } else {
                spend(&window, &mut twin, now);
            }
            let (state, twin) = (peek(&window, &state, now), peek(&window, &twin, now));
            if window.group == 1 {
                assert_eq!(state.remaining, twin.remaining);
            } else {
                // The group it joined counts from then on.
                assert!(state.remaining <= twin.remaining && twin.remaining - state.remaining < window.group);
            }
        }
    }
}

#[test]
fn an_undo_never_forgets_a_later_request() {
    let window = window(2, 60);
    let mut state = State::default();
    spend(&window, &mut state, 0);
    spend(&window, &mut state, 59 * SECOND);
    window.undo(&mut state, 0);
    assert!(!peek(&window, &state, 59 * SECOND).allowed);
}

#[test]
fn time_that_runs_back_frees_nothing() {
    let window = window(2, 60);
    let mut state = State::default();
    spend(&window, &mut state, 100 * SECOND);
    spend(&window, &mut state, 99 * SECOND);
    assert!(!spend(&window, &mut state, 10 * SECOND).allowed);
    assert!(!spend(&window, &mut state, 160 * SECOND).allowed);
    assert!(spend(&window, &mut state, 161 * SECOND).allowed);
}

#[test]
fn a_stamp_that_lies_long_back_is_not_taken_for_a_new_one() {
    let window = window(1, 60);
    for wraps in 1..5 {
        let mut state = State::default();
        spend(&window, &mut state, 0);
        // The low bits of the tick are the same again.
        let now = (wraps << 16) << window.shift;
        assert_eq!(load(&window, &state, now), Load::Idle);
        assert!(spend(&window, &mut state, now).allowed);
    }
}

#[test]
fn more_used_is_more_load_and_then_the_later_one() {
    let window = window(10, 60);
    let used = |times: &[u64]| {
        let mut state = State::default();
        for &at in times {
            spend(&window, &mut state, at * SECOND);
        }
        load(&window, &state, 30 * SECOND)
    };
    assert!(used(&[1, 1]) > used(&[20]));
    assert!(used(&[20]) > used(&[1]));
    assert!(used(&[1]) > Load::Idle);
    assert_eq!(used(&[0; 10]), Load::Exhausted);
}
