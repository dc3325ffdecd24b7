//! A table of fixed size, against floods.

use std::time::Duration;

use secure_runtime::limit::{Clock, Key, Limiter};

fn user(n: u32) -> Key {
    Key::user(n.to_le_bytes())
}

#[test]
fn a_flood_neither_resets_an_exhausted_key_nor_locks_fresh_ones_out() {
    for quota in ["10 per hour", "1/m burst 10"] {
        let clock = Clock::manual();
        let limiter = Limiter::new(quota.parse().unwrap())
            .with_places(16_384)
            .with_clock(clock.clone());
        let exhausted: Vec<Key> = (0..1_000).map(user).collect();
        for &key in &exhausted {
            while limiter.check(key).is_ok() {}
        }
        // Fifteen times as many fresh keys as there are places, in a few seconds.
        let (mut fresh, mut refused) = (0, 0);
        for n in 1_000..250_000 {
            if n % 1_000 == 0 {
                clock.advance(Duration::from_millis(60));
            }
            let passed = limiter.check(user(n)).is_ok();
            // Every hundredth is someone who comes for the first time.
            if n % 100 == 0 {
                fresh += 1;
                refused += u32::from(!passed);
            }
        }
        assert!(
            refused * 100 <= fresh,
            "{refused} of {fresh} fresh clients refused"
        );
        for &key in &exhausted {
            assert!(limiter.check(key).is_err(), "{quota}: a key was reset");
        }
        assert_eq!(limiter.places(), 16_384);
    }
}

/// Keys that use all but one of their quota push out those that have used less, but never an exhausted one.
#[test]
fn a_flood_of_busy_keys_resets_no_exhausted_one() {
    let limiter = Limiter::new("10 per hour".parse().unwrap())
        .with_places(1_024)
        .with_clock(Clock::manual());
    for n in 0..100 {
        while limiter.check(user(n)).is_ok() {}
    }
    for n in 1_000..11_000 {
        for _ in 0..9 {
            let _ = limiter.check(user(n));
        }
    }
    assert!((0..100).all(|n| limiter.check(user(n)).is_err()));
}

/// With every place exhausted nobody new gets a quota for himself, and nobody passes uncounted.
#[test]
fn a_table_that_is_full_of_exhausted_keys_fails_closed() {
    let clock = Clock::manual();
    let limiter = Limiter::new("2 per hour".parse().unwrap())
        .with_places(64)
        .with_clock(clock.clone());
    for n in 0..10_000 {
        let _ = (limiter.check(user(n)), limiter.check(user(n)));
    }
    let passed = (20_000..30_000)
        .filter(|&n| limiter.check(user(n)).is_ok())
        .count();
    assert_eq!(passed, 0);
    clock.advance(Duration::from_secs(3_601));
    assert!(limiter.check(user(40_000)).is_ok());
}

#[test]
fn keys_of_different_kinds_do_not_share_a_quota() {
    let limiter = Limiter::new("1 per hour".parse().unwrap());
    let client = Key::client(secure_runtime::client::ClientKey::new("192.0.2.1".parse().ok()));
    for key in [
        client,
        Key::user("192.0.2.1"),
        Key::new("ip", "192.0.2.1"),
        Key::new("tenant", "192.0.2.1"),
        Key::global(),
    ] {
        assert!(limiter.check(key).is_ok());
        assert!(limiter.check(key).is_err());
    }
}
