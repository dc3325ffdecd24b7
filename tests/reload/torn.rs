//! A thousand reloads while others read, and while the files are exchanged at any moment: no set is ever torn, no bad one ever seen.
#![cfg(unix)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use secure_config::{LoadError, ProblemKind, SecretString, SecureConfig};
use tests::{Numbers, Scratch, base64};

use crate::volume::Volume;

/// All of it says the same number.
#[derive(Debug, SecureConfig)]
struct Settings {
    first: u64,
    #[secure(min_len = 32)]
    key: SecretString,
    #[secure(nested)]
    inner: Inner,
    /// Whether the set is one that must be refused; no such set passes its rule.
    #[secure(range = 0..=0)]
    bad: u8,
    last: u64,
}

#[derive(Debug, SecureConfig)]
struct Inner {
    middle: u64,
}

fn files(generation: u64) -> [(&'static str, String); 5] {
    let text = generation.to_string();
    [
        ("FIRST", text.clone()),
        ("KEY", key(generation)),
        ("INNER_MIDDLE", text.clone()),
        ("BAD", u8::from(generation % 5 == 3).to_string()),
        ("LAST", text),
    ]
}

/// A strong key that its number can be told from.
fn key(generation: u64) -> String {
    base64(&Numbers::new(generation).bytes(32))
}

/// Whether a refusal is one of the two that are due.
fn is_due(error: &LoadError) -> bool {
    let is_due = |key: &str, kind| {
        (key == "BAD" && kind == ProblemKind::OutOfRange) || kind == ProblemKind::Unreadable
    };
    error
        .problems()
        .all(|problem| is_due(problem.key(), problem.kind()))
}

#[test]
fn a_thousand_reloads_while_others_read() {
    let scratch = Scratch::new();
    let mut volume = Volume::new(&scratch, &files(0));
    let none: [(&str, &str); 0] = [];
    let (live, _) = Settings::loader()
        .vars(none)
        .secrets_dir(volume.path())
        .live()
        .unwrap();
    let (done, reads) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let (mut newest, mut checked) = (0, u64::MAX);
                while !done.load(Ordering::Relaxed) {
                    let set = live.read();
                    assert_eq!((set.first, set.inner.middle, set.bad), (set.last, set.last, 0));
                    assert!(set.last >= newest, "{} after {newest}", set.last);
                    newest = set.last;
                    if checked != newest {
                        assert!(set.key.ct_eq(key(newest)), "{newest}");
                        checked = newest;
                    }
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let exchanger = scope.spawn(|| {
            let mut generation = 0;
            while !done.load(Ordering::Relaxed) {
                generation += 1;
                volume.exchange(&files(generation));
                // Now and then in the middle of a load, and never so fast that none comes to its end.
                thread::sleep(Duration::from_micros(500 + generation * 137 % 2000));
            }
            generation
        });
        for _ in 0..1000 {
            if let Err(error) = live.reload() {
                assert!(is_due(&error), "{error}");
            }
        }
        done.store(true, Ordering::Relaxed);
        let generation = exchanger.join().unwrap();
        let status = live.status();
        assert_eq!(status.exchanged + status.unchanged + status.refused, 1000);
        assert!(status.exchanged >= 20 && status.refused >= 5, "{status:?}");
        assert!(generation >= 20 && reads.load(Ordering::Relaxed) > 1000);
    });
    // When all is quiet, what stands in the files is what is in force.
    let last = (1_u64 << 40) - 4;
    volume.exchange(&files(last));
    live.reload().unwrap();
    assert_eq!(live.read().last, last);
}
