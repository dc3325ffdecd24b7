//! Never more than the quota, in any window.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use proptest::prelude::*;
use secure_runtime::limit::{Clock, Key, Limiter, Quota};

const HOUR: Duration = Duration::from_secs(3600);

fn waits() -> impl Strategy<Value = Vec<u64>> {
    let wait = prop_oneof![
        5 => Just(0),
        3 => 0..60_000_u64,
        2 => 0..600_000_u64,
        1 => 0..4_000_000_u64,
        1 => 3_599_990..3_600_010_u64,
    ];
    prop::collection::vec(wait, 1..400)
}

/// The moments, in milliseconds, at which requests with these waits between them pass.
fn passed(quota: Quota, waits: &[u64]) -> Vec<u64> {
    let clock = Clock::manual();
    let limiter = Limiter::new(quota).with_places(16).with_clock(clock.clone());
    let mut now = 0;
    let mut passed = Vec::new();
    for &wait in waits {
        now += wait;
        clock.advance(Duration::from_millis(wait));
        if limiter.check(Key::user("alice")).is_ok() {
            passed.push(now);
        }
    }
    passed
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ten_per_hour_is_ten_in_any_60_minutes(waits in waits()) {
        let passed = passed("10 per hour".parse().unwrap(), &waits);
        prop_assert!(passed.len() >= waits.len().min(10), "the first ten pass");
        for &start in &passed {
            let within = passed.iter().filter(|&&at| (start..=start + 3_600_000).contains(&at)).count();
            prop_assert!(within <= 10);
        }
    }

    #[test]
    fn so_for_any_count_and_period(waits in waits(), count in 1..200_u32, seconds in 1..10_000_u64) {
        let passed = passed(Quota::window(count, Duration::from_secs(seconds)).unwrap(), &waits);
        prop_assert!(passed.len() >= waits.len().min(count as usize), "the first ones pass");
        for &start in &passed {
            let within = passed.iter().filter(|&&at| (start..=start + seconds * 1_000).contains(&at)).count();
            prop_assert!(within <= count as usize);
        }
    }

    #[test]
    fn a_rate_lets_through_its_burst_and_its_pace(
        waits in waits(),
        count in 1..200_u32,
        seconds in 1..10_000_u64,
        burst in 1..100_u32,
    ) {
        let Ok(quota) = Quota::rate(count, Duration::from_secs(seconds), burst) else { return Ok(()) };
        let passed = passed(quota, &waits);
        prop_assert!(passed.len() >= waits.len().min(burst as usize), "the burst passes");
        for (n, &start) in passed.iter().enumerate() {
            for (m, &end) in passed.iter().enumerate().skip(n) {
                let pace = u128::from(end - start) * u128::from(count) / u128::from(seconds * 1_000);
                prop_assert!(((m - n) as u128) < u128::from(burst) + pace);
            }
        }
    }

    #[test]
    fn text_never_panics_and_what_is_read_is_written(text in "[ 0-9a-z/,-]{0,40}|\\PC{0,40}") {
        if let Ok(quota) = text.parse::<Quota>() {
            prop_assert_eq!(quota.to_string().parse::<Quota>().unwrap(), quota);
        }
    }

    #[test]
    fn any_quota_is_written_as_it_is_read(count in 1..1_000_u32, seconds in 1..1_000_000_u64, burst in 0..1_000_u32) {
        let period = Duration::from_secs(seconds);
        let quota = match burst {
            0 => Quota::window(count, period),
            burst => Quota::rate(count, period, burst),
        };
        if let Ok(quota) = quota {
            prop_assert_eq!(quota.to_string().parse::<Quota>().unwrap(), quota);
        }
    }
}

/// A whole day of one request a second: 10 in each hour, no fewer.
#[test]
fn the_quota_is_there_to_be_used() {
    let clock = Clock::manual();
    let limiter = Limiter::new(Quota::window(10, HOUR).unwrap()).with_clock(clock.clone());
    let mut passed = Vec::new();
    for second in 0..86_400 {
        if limiter.check(Key::global()).is_ok() {
            passed.push(second);
        }
        clock.advance(Duration::from_secs(1));
    }
    // A second late each hour, because a request counts to the end of its tick.
    assert!((239..=240).contains(&passed.len()), "{}", passed.len());
}

/// Who waits as long as he is told gets through, and not a moment earlier.
#[test]
fn retry_after_is_true() {
    for quota in [
        "10 per hour",
        "3 per minute",
        "1000/d",
        "5/s burst 20",
        "1/h burst 1",
    ] {
        let clock = Clock::manual();
        let limiter = Limiter::new(quota.parse().unwrap()).with_clock(clock.clone());
        let mut dice = 1_u64;
        for _ in 0..200 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            clock.advance(Duration::from_millis(dice >> 52));
            if let Err(refusal) = limiter.check(Key::global()) {
                clock.advance(refusal.retry_after() - Duration::from_nanos(1));
                assert!(limiter.check(Key::global()).is_err(), "{quota}");
                clock.advance(Duration::from_nanos(1));
                assert!(limiter.check(Key::global()).is_ok(), "{quota}");
            }
        }
    }
}

#[test]
fn threads_that_spend_at_once_spend_the_quota_exactly() {
    for quota in ["1000 per hour", "1/h burst 1000"] {
        let limiter = Arc::new(Limiter::new(quota.parse().unwrap()));
        let passed = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (limiter, passed) = (Arc::clone(&limiter), Arc::clone(&passed));
                thread::spawn(move || {
                    for _ in 0..1_000 {
                        if limiter.check(Key::global()).is_ok() {
                            passed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(passed.load(Ordering::Relaxed), 1_000, "{quota}");
    }
}
