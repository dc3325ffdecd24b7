//! What holds of a ring of keys, whatever happens to it in whatever order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use secure_config::keyring::{Clock, KeyId, KeyRing};
use secure_config::{SecretBytes, SecretString, SecureConfig};
use tests::{STRONG, Scratch};

use crate::{dotenv, write};

/// Time that goes when it is told to.
#[derive(Clone)]
struct Time {
    start: Instant,
    millis: Arc<AtomicU64>,
}

const EPOCH: u64 = 1_800_000_000;

impl Time {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            millis: Arc::default(),
        }
    }

    fn go(&self, millis: u64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }

    fn millis(&self) -> u64 {
        self.millis.load(Ordering::SeqCst)
    }
}

impl Clock for Time {
    fn monotonic(&self) -> Instant {
        self.start + Duration::from_millis(self.millis())
    }

    fn wall(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(EPOCH) + Duration::from_millis(self.millis())
    }
}

fn ring(time: &Time, grace: u64) -> KeyRing {
    let secret = SecretString::new(&secret(0));
    KeyRing::builder(&secret)
        .grace(Duration::from_millis(grace))
        .clock(time.clone())
        .build()
}

fn secret(number: u8) -> String {
    format!("the secret of number {number}, made for this test")
}

#[derive(Clone, Debug)]
enum Step {
    Rotate(u8),
    Go(u64),
    Sweep,
    Verify(u8),
    LogOut,
    Issue,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..6_u8).prop_map(Step::Rotate),
        3 => (0..1500_u64).prop_map(Step::Go),
        1 => Just(Step::Sweep),
        3 => (0..6_u8).prop_map(Step::Verify),
        1 => Just(Step::LogOut),
        2 => Just(Step::Issue),
    ];
    // Always some of each, and a token from before them.
    prop::collection::vec(step, 20..60).prop_map(|mut steps| {
        steps.insert(0, Step::Issue);
        steps.push(Step::LogOut);
        steps
    })
}

proptest! {
    /// Against a model: the key that signs, and for each other the moment it ends.
    #[test]
    fn a_key_verifies_while_it_is_current_and_until_its_grace_ends(steps in steps(), grace in 0..3000_u64) {
        let time = Time::new();
        let ring = ring(&time, grace);
        let mut current = 0;
        let mut ends = [None::<u64>; 6];
        let mut issued: Vec<(u64, u32)> = Vec::new();
        let mut logouts = 0_u32;
        for step in steps {
            match step {
                Step::Rotate(next) => {
                    let is_new = ring.rotate(&SecretString::new(&secret(next)));
                    prop_assert_eq!(is_new, next != current);
                    if is_new {
                        ends[usize::from(current)] = Some(time.millis() + grace);
                        ends[usize::from(next)] = None;
                        current = next;
                    }
                }
                Step::Go(millis) => time.go(millis),
                Step::Sweep => {
                    let next = ring.sweep();
                    let left = ends.iter().flatten().filter(|end| **end > time.millis());
                    let expected = left.min().map(|end| Duration::from_millis(end - time.millis()));
                    prop_assert_eq!(next, expected);
                }
                Step::Verify(key) => {
                    let mut tried = 0;
                    let found = ring.verify_with(|candidate| {
                        tried += 1;
                        candidate.ct_eq(secret(key)).then(|| candidate.id().clone())
                    });
                    let is_alive = |key: u8| key == current || ends[usize::from(key)].is_some_and(|end| time.millis() < end);
                    prop_assert_eq!(found.is_some(), is_alive(key));
                    prop_assert_eq!(ring.holds(secret(key)), is_alive(key));
                    prop_assert_eq!(tried, (0..6).filter(|key| is_alive(*key)).count(), "every live key is tried");
                    if let Some(id) = found {
                        prop_assert!(ring.key(&id).unwrap().ct_eq(secret(key)));
                    }
                }
                Step::LogOut => {
                    let instant = ring.log_out_everyone();
                    prop_assert_eq!(ring.not_before(), Some(instant));
                    logouts += 1;
                }
                Step::Issue => issued.push((ring.issue_time(), logouts)),
            }
            prop_assert!(ring.current().ct_eq(secret(current)));
            for (at, before) in &issued {
                prop_assert_eq!(ring.admits(*at), *before == logouts, "issued after {} of {} logouts", before, logouts);
            }
            prop_assert!(ring.issue_time() <= EPOCH + time.millis() / 1000 + 1 + u64::from(logouts));
        }
    }

    #[test]
    fn the_instant_of_a_logout_only_rises(instants in prop::collection::vec(0..4_000_000_000_000_u64, 1..20)) {
        let time = Time::new();
        let ring = ring(&time, 0);
        let mut newest = 0;
        for millis in instants {
            ring.set_not_before(UNIX_EPOCH + Duration::from_millis(millis));
            newest = newest.max(millis.div_ceil(1000));
            prop_assert!(ring.admits(newest) && (newest == 0 || !ring.admits(newest - 1)));
        }
    }
}

#[test]
fn there_are_never_more_than_sixteen_keys() {
    let time = Time::new();
    let ring = ring(&time, 1_000_000);
    for number in 1..=100_u8 {
        time.go(1);
        ring.rotate(&SecretString::new(&secret(number)));
    }
    assert_eq!(ring.ids().len(), 16);
    assert!(ring.holds(secret(100)) && ring.holds(secret(85)) && !ring.holds(secret(84)));
}

#[test]
fn a_grace_without_end_ends_never() {
    let time = Time::new();
    let ring = KeyRing::builder(&SecretString::new(&secret(0)))
        .grace(Duration::MAX)
        .clock(time.clone())
        .build();
    ring.rotate(&SecretString::new(&secret(1)));
    time.go(1 << 40);
    assert_eq!(ring.sweep(), None);
    assert!(ring.holds(secret(0)));
}

#[test]
fn ids_are_the_same_everywhere_or_as_given() {
    let by_text = KeyRing::new(&SecretString::new(STRONG[0]), Duration::ZERO);
    let by_bytes = KeyRing::new(&SecretBytes::new(STRONG[0].as_bytes()), Duration::ZERO);
    assert_eq!(by_text.current().id(), by_bytes.current().id());

    let november = KeyId::new("2026-11").unwrap();
    let ring = KeyRing::builder(&SecretString::new(STRONG[0]))
        .id(november.clone())
        .build();
    assert_eq!(ring.current().id(), &november);
    let taken = ring.rotate_as(november.clone(), &SecretString::new(STRONG[1]));
    assert_eq!(
        taken.unwrap_err().to_string(),
        "another key of the ring is called 2026-11"
    );
    assert!(ring.current().ct_eq(STRONG[0]), "nothing was changed");
    let december = KeyId::new("2026-12").unwrap();
    assert_eq!(
        ring.rotate_as(december.clone(), &SecretString::new(STRONG[1])),
        Ok(true)
    );
    assert_eq!(ring.ids(), [december, november]);
}

#[test]
fn tokens_of_the_second_of_the_logout_are_refused_and_later_ones_are_not() {
    let time = Time::new();
    time.go(999);
    let ring = ring(&time, 0);
    let before = ring.issue_time();
    assert_eq!(before, EPOCH);
    assert!(ring.admits(0), "before the first logout everything is");
    let _ = ring.log_out_everyone();
    assert!(!ring.admits(before));
    let after = ring.issue_time();
    assert_eq!(after, EPOCH + 1, "the same second by the clock");
    assert!(ring.admits(after));

    let replica = self::ring(&time, 0);
    replica.set_not_before(ring.not_before().unwrap());
    assert!(!replica.admits(before) && replica.admits(after));
}

#[test]
fn two_logouts_in_one_second_are_two() {
    let time = Time::new();
    let ring = ring(&time, 0);
    let first = ring.log_out_everyone();
    let between = ring.issue_time();
    assert!(ring.admits(between));
    assert!(ring.log_out_everyone() > first);
    assert!(!ring.admits(between), "it was issued before the second");
    assert!(ring.admits(ring.issue_time()));
}

#[derive(SecureConfig)]
struct Settings {
    token_secret: SecretString,
    #[secure(default = 1)]
    number: u32,
}

#[test]
fn a_ring_follows_live_settings() {
    let scratch = Scratch::new();
    let path = write(&scratch, &format!("TOKEN_SECRET={}\n", STRONG[0]));
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    let time = Time::new();
    let ring = KeyRing::builder(&live.read().token_secret)
        .grace(Duration::from_secs(60))
        .clock(time.clone())
        .build();
    // A set that comes before the ring follows is not missed.
    write(&scratch, &format!("TOKEN_SECRET={}\n", STRONG[1]));
    live.reload().unwrap();
    let following = ring.follow(&live, |settings| &settings.token_secret);
    assert!(ring.current().ct_eq(STRONG[1]) && ring.holds(STRONG[0]));

    write(&scratch, &format!("TOKEN_SECRET={}\nNUMBER=2\n", STRONG[1]));
    live.reload().unwrap();
    assert_eq!(
        (ring.ids().len(), live.read().number),
        (2, 2),
        "another field is no rotation"
    );

    write(&scratch, "TOKEN_SECRET=changeme\n");
    assert!(live.reload().is_err());
    assert!(ring.current().ct_eq(STRONG[1]), "a refused key never signs");

    write(&scratch, &format!("TOKEN_SECRET={}\n", STRONG[2]));
    live.reload().unwrap();
    assert!(ring.current().ct_eq(STRONG[2]));
    drop(following);
    write(&scratch, &format!("TOKEN_SECRET={}\n", STRONG[3]));
    live.reload().unwrap();
    assert!(ring.current().ct_eq(STRONG[2]));
}

/// Sets its flag when it is dropped.
struct EndWith<'a>(&'a AtomicBool);

impl Drop for EndWith<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn verifying_while_others_rotate_always_finds_a_key_within_its_grace() {
    let ring = KeyRing::new(&SecretString::new(&secret(0)), Duration::from_secs(3600));
    let (rotations, is_enough) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Ends with the other, also when that one fails.
            while !is_enough.load(Ordering::SeqCst) {
                // Two keys in turn: each is always current or within its grace.
                let number = u8::from(rotations.load(Ordering::SeqCst) % 2 == 0);
                assert!(ring.rotate(&SecretString::new(&secret(number))));
                ring.sweep();
                rotations.fetch_add(1, Ordering::SeqCst);
            }
        });
        let end = EndWith(&is_enough);
        let mut looks = 0;
        // Each has had its turns beside the other, however the threads are scheduled.
        while looks < 200 || rotations.load(Ordering::SeqCst) < 200 {
            assert!(ring.holds(secret(0)));
            let current = ring.current();
            assert!(ring.key(current.id()).is_some());
            looks += 1;
        }
        drop(end);
    });
    assert!(rotations.load(Ordering::SeqCst) >= 200);
}

#[test]
#[cfg(target_os = "linux")]
fn the_thread_that_sweeps_ends_with_the_ring() {
    /// How many threads of this process bear the name.
    fn sweeping() -> usize {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
        let name = |task: &std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm"));
        tasks
            .filter(|task| name(task).is_ok_and(|name| name.trim() == "keyring"))
            .count()
    }
    fn wait_for(count: usize) {
        let begun = Instant::now();
        while sweeping() != count {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{} threads",
                sweeping()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    let ring = KeyRing::new(&SecretString::new(&secret(0)), Duration::ZERO);
    ring.sweep_in_background().unwrap();
    wait_for(1);
    let other = ring.clone();
    drop(ring);
    assert!(other.holds(secret(0)));
    wait_for(1);
    drop(other);
    wait_for(0);
}

/// Whoever has a key signs what they like within its grace: a forced logout alone does not keep them out.
#[test]
fn what_is_forgotten_verifies_nothing() {
    let time = Time::new();
    let ring = ring(&time, 60_000);
    assert_eq!(ring.forget_previous(), 0);
    for number in 1..4 {
        assert!(ring.rotate(&SecretString::new(&secret(number))));
    }
    assert_eq!(ring.ids().len(), 4);
    assert!(ring.holds(secret(0)) && ring.holds(secret(3)));
    assert_eq!(ring.forget_previous(), 3);
    assert_eq!(ring.ids(), [ring.current().id().clone()]);
    assert!(ring.holds(secret(3)) && (0..3).all(|number| !ring.holds(secret(number))));
    // One that comes back does so by a rotation.
    assert!(ring.rotate(&SecretString::new(&secret(1))));
    assert!(ring.holds(secret(1)) && ring.holds(secret(3)));
}
