//! The end of the service waits for events, but not for a server that does not answer.

use std::time::Duration;

use crate::{
    ingest::Manner,
    running::{Running, start, start_with},
};

#[test]
fn what_is_on_its_way_is_sent() {
    let running = start();
    for n in 0..20 {
        tracing::error!(n, "broken");
    }
    let Running { ingest, sentry, .. } = running;
    drop(sentry);
    assert_eq!(ingest.items("event").len(), 20);
}

#[test]
fn a_server_that_does_not_answer_does_not_keep_the_service() {
    let running = start_with(Manner::Hang, |settings| {
        settings.shutdown_timeout = Duration::from_millis(50);
    });
    for _ in 0..200 {
        tracing::error!("broken");
    }
    assert!(!running.sentry.flush(Duration::from_millis(1)));
    let counters = running.sentry.counters();
    assert!(counters.dropped >= 200 - 65, "{counters:?}");
    assert_eq!(counters.sent, 0);
    // Returns, although the request to Sentry goes on for an hour.
    drop(running.sentry);
}

#[test]
fn what_comes_after_the_end_is_not_sent_and_harms_nothing() {
    let running = start();
    let layer = running.sentry.layer();
    let Running {
        ingest,
        sentry,
        _subscriber: _guard,
    } = running;
    drop(sentry);
    tracing::error!("late");
    sentry::capture_message("late", sentry::Level::Error);
    drop(layer);
    assert_eq!(ingest.received().len(), 0);
}
