//! The table under attack.

use std::time::Duration;

use super::{
    super::{Clock, algorithm::Algorithm, quota::Quota, rate::Rate, window::Window},
    *,
};

const SECOND: u64 = 1_000_000_000;

fn window(count: u32, places: usize) -> Table<Window> {
    let quota = Quota::window(count, Duration::from_secs(3600)).unwrap();
    Table::new(Window::new(&quota), places)
}

/// What comes of spending at a moment.
fn spend<A: Algorithm>(table: &Table<A>, key: u64, now: u64) -> bool {
    at(now, |now| table.spend(hash(key), now).allowed)
}

fn remaining<A: Algorithm>(table: &Table<A>, key: u64, now: u64) -> u32 {
    at(now, |now| table.peek(hash(key), now).remaining)
}

fn at<R>(nanos: u64, work: impl FnOnce(&Now<'_>) -> R) -> R {
    let clock = Clock::manual();
    clock.advance(Duration::from_nanos(nanos));
    work(&clock.now())
}

/// Spreads keys as the keyed hash does (the finalizer of SplitMix64).
fn hash(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[test]
fn a_key_takes_no_more_than_40_bytes() {
    let bytes = |state: usize| size_of::<[u64; WAYS]>() / WAYS + state;
    assert_eq!(bytes(size_of::<<Window as Algorithm>::State>()), 40);
    assert_eq!(bytes(size_of::<<Rate as Algorithm>::State>()), 16);
}

#[test]
fn has_the_places_it_was_asked_for() {
    for (asked, places) in [
        (0, 16),
        (1, 16),
        (16, 16),
        (17, 32),
        (1_000, 1_024),
        (65_536, 65_536),
    ] {
        assert_eq!(window(1, asked).places(), places);
    }
}

#[test]
fn each_key_has_a_state_of_its_own() {
    let table = window(10, 4_096);
    for key in 0..1_000 {
        for _ in 0..10 {
            assert!(spend(&table, key, 0));
        }
    }
    for key in 0..1_000 {
        assert!(!spend(&table, key, 0));
    }
}

#[test]
fn a_flood_of_fresh_keys_resets_no_exhausted_one_and_locks_no_one_out() {
    let table = window(10, 4_096);
    let exhausted = 0..500;
    for key in exhausted.clone() {
        for _ in 0..10 {
            assert!(spend(&table, key, 0));
        }
    }
    // A million keys that use one each, in which a hundredth are legitimate.
    let mut refused = 0;
    for key in 1_000..1_001_000 {
        refused += u32::from(!spend(&table, key, 1));
    }
    assert_eq!(refused, 0);
    for key in exhausted {
        assert!(!spend(&table, key, 2), "{key} was reset");
    }
}

#[test]
fn a_key_is_forgotten_only_for_keys_that_have_used_as_much() {
    let table = window(10, 16);
    for _ in 0..5 {
        spend(&table, 1, 0);
    }
    for key in 100..10_000 {
        spend(&table, key, 1);
    }
    assert_eq!(remaining(&table, 1, 2), 5);
    for key in 20_000..20_100 {
        for _ in 0..6 {
            spend(&table, key, 3);
        }
    }
    assert_eq!(
        remaining(&table, 1, 4),
        10,
        "forgotten for sixteen that have used more"
    );
}

#[test]
fn what_finds_no_place_shares_one_quota() {
    let table = window(2, 16);
    for key in 0..16 {
        assert!(spend(&table, key, 0) && spend(&table, key, 0));
    }
    let passed = (100..200).filter(|&key| spend(&table, key, 1)).count();
    assert_eq!(passed, 2);
    assert_eq!(remaining(&table, 300, 1), 0);
    // And has places again when the others are whole.
    let passed = (400..500)
        .filter(|&key| spend(&table, key, 3_601 * SECOND))
        .count();
    assert_eq!(passed, 100);
}

#[test]
fn a_state_that_is_whole_again_makes_way_first() {
    let quota = Quota::rate(1, Duration::from_secs(1), 5).unwrap();
    let table = Table::new(Rate::new(&quota), 16);
    for key in 0..15 {
        for _ in 0..3 {
            spend(&table, key, 0);
        }
    }
    spend(&table, 15, 0);
    // After two seconds only the last is whole.
    spend(&table, 16, 2 * SECOND);
    for key in 0..15 {
        assert_eq!(remaining(&table, key, 2 * SECOND), 4, "{key}");
    }
}

#[test]
fn looking_changes_nothing() {
    let table = window(1, 16);
    for key in 0..1_000 {
        assert_eq!(remaining(&table, key, 0), 1);
    }
    assert!(
        table
            .shards
            .iter()
            .all(|shard| shard.0.lock().unwrap().tags.iter().flatten().all(|&tag| tag == 0))
    );
}
