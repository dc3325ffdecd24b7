//! What a request pays for settings that may change: a look at the set in force, beside the usual ways; and for a ring of keys.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use secure_config::keyring::KeyRing;
use secure_config::reload::Live;
use secure_config::{SecretString, SecureConfig};
use tokio::sync::watch;

#[derive(SecureConfig)]
struct Settings {
    number: u64,
}

fn live() -> Live<Settings> {
    Settings::loader()
        .vars([("NUMBER", "7")])
        .live()
        .expect("sound settings")
        .0
}

fn set() -> Arc<Settings> {
    Arc::new(Settings { number: 7 })
}

/// A ring with two live keys.
fn ring() -> KeyRing {
    let [old, new] = [0; 2].map(|_| SecretString::generate().expect("random"));
    let ring = KeyRing::new(&old, Duration::from_secs(3600));
    ring.rotate(&new);
    ring
}

const CASES: &[marginal::Case] = &[
    ("nothing", |calls| (0..calls).for_each(|call| _ = black_box(call))),
    ("a snapshot: Live::read", |calls| {
        let live = live();
        (0..calls).for_each(|_| _ = black_box(live.read().number));
    }),
    ("a snapshot: ArcSwap::load", |calls| {
        let swap = ArcSwap::new(set());
        (0..calls).for_each(|_| _ = black_box(swap.load().number));
    }),
    ("a snapshot: watch::Receiver::borrow", |calls| {
        let (_sender, receiver) = watch::channel(set());
        (0..calls).for_each(|_| _ = black_box(receiver.borrow().number));
    }),
    ("a snapshot: RwLock<Arc>", |calls| {
        let lock = RwLock::new(set());
        (0..calls).for_each(|_| {
            let set = lock.read().expect("no panic").clone();
            _ = black_box(set.number);
        });
    }),
    ("to keep: Live::current", |calls| {
        let live = live();
        (0..calls).for_each(|_| drop(black_box(live.current())));
    }),
    ("the key that signs", |calls| {
        let ring = ring();
        (0..calls).for_each(|_| drop(black_box(ring.current())));
    }),
    ("a token of 43 bytes against two keys", |calls| {
        let ring = ring();
        let candidate = [b'x'; 43];
        (0..calls).for_each(|_| _ = black_box(ring.holds(black_box(candidate))));
    }),
];

/// A look costs no lock and no allocation.
const LIMITS: &[(&str, i64, i64)] = &[
    ("a snapshot: Live::read", 120, 0),
    ("to keep: Live::current", 200, 0),
];

fn main() -> ExitCode {
    marginal::main(CASES, LIMITS)
}
