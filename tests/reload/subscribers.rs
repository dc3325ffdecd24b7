//! Whoever wants to know of a new set is told: functions, tasks, threads.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use secure_config::SecureConfig;
use secure_config::reload::Live;
use tests::Scratch;

use crate::{dotenv, write};

#[derive(Debug, SecureConfig)]
struct Settings {
    number: u32,
}

fn live(scratch: &Scratch) -> Live<Settings> {
    dotenv(&write(scratch, "NUMBER=1\n")).live().unwrap().0
}

fn set(scratch: &Scratch, live: &Live<Settings>, number: u32) {
    write(scratch, &format!("NUMBER={number}\n"));
    live.reload().unwrap();
}

#[test]
fn functions_are_told_in_their_order_of_what_is_in_force() {
    let scratch = Scratch::new();
    let live = live(&scratch);
    let told = Arc::new(Mutex::new(Vec::new()));
    let subscribe = |who: &'static str| {
        let (told, settings) = (Arc::clone(&told), live.clone());
        live.subscribe(move |change| {
            assert_eq!(settings.read().number, change.new.number, "it is in force");
            assert_eq!(settings.status().exchanged, u64::from(change.new.number) - 1);
            assert_eq!(change.changed, ["NUMBER"]);
            told.lock()
                .unwrap()
                .push((who, change.old.number, change.new.number));
        })
    };
    let first = subscribe("first");
    live.subscribe(|_| panic!("a subscriber that fails")).forever();
    let _second = subscribe("second");
    set(&scratch, &live, 2);
    drop(first);
    set(&scratch, &live, 3);
    live.reload().unwrap();
    write(&scratch, "NUMBER=x\n");
    assert!(live.reload().is_err());
    assert_eq!(
        *told.lock().unwrap(),
        [("first", 1, 2), ("second", 1, 2), ("second", 2, 3)]
    );
}

/// It would wait for itself for ever.
#[test]
fn a_subscriber_that_reloads_fails_and_holds_up_nobody() {
    let scratch = Scratch::new();
    let (live, other) = (live(&scratch), live(&scratch));
    let (settings, outcomes) = (live.clone(), Arc::new(Mutex::new(Vec::new())));
    let told = Arc::clone(&outcomes);
    live.subscribe(move |_| {
        // Those of others it may.
        told.lock().unwrap().push(other.reload().is_ok());
        let _ = settings.reload();
        told.lock().unwrap().push(false);
    })
    .forever();
    set(&scratch, &live, 2);
    set(&scratch, &live, 3);
    assert_eq!(*outcomes.lock().unwrap(), [true, true]);
    assert_eq!(live.read().number, 3);
}

#[test]
fn an_old_set_is_dropped_with_its_last_reader() {
    let scratch = Scratch::new();
    let live = live(&scratch);
    let old = Arc::downgrade(&live.current());
    let reader = live.read();
    set(&scratch, &live, 2);
    assert_eq!(reader.number, 1, "what was taken stays as it was");
    assert!(old.upgrade().is_some());
    drop(reader);
    assert!(old.upgrade().is_none());
}

#[tokio::test]
async fn a_task_waits_for_the_newest() {
    let scratch = Scratch::new();
    let live = live(&scratch);
    let mut changes = live.changes();
    let waiting = tokio::spawn(async move {
        let first = changes.changed().await.number;
        (first, changes)
    });
    tokio::task::yield_now().await;
    set(&scratch, &live, 2);
    let (number, mut changes) = waiting.await.unwrap();
    assert_eq!(number, 2);
    for number in 3..6 {
        set(&scratch, &live, number);
    }
    assert_eq!(
        changes.changed().await.number,
        5,
        "who is slow misses what lies between"
    );
    let none = tokio::time::timeout(Duration::from_millis(1), changes.changed()).await;
    assert!(none.is_err());
    assert!(changes.wait_timeout(Duration::ZERO).is_none());
}

#[tokio::test]
async fn a_watch_receiver_has_the_newest() {
    let scratch = Scratch::new();
    let live = live(&scratch);
    let mut receiver = secure_runtime::reload::receiver(&live);
    assert_eq!(receiver.borrow().number, 1);
    tokio::task::yield_now().await;
    set(&scratch, &live, 2);
    receiver.changed().await.unwrap();
    assert_eq!(receiver.borrow_and_update().number, 2);
}
