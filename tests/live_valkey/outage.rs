//! A server that is killed, stopped, or was never there.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use secure_runtime::replicas::{Outage, SharedLimiter, SharedRefusal, Subject};

use super::server::{Replicas, Shared, until};

const QUOTA: &str = "10 per hour";

#[tokio::test(flavor = "multi_thread")]
async fn killed_it_fails_as_was_chosen_and_recovers_by_itself() {
    let Some(mut shared) = Shared::start() else { return };
    let (open, closed) = (shared.replica("open").await, shared.replica("closed").await);
    let open_limiter = SharedLimiter::new(&open, "login", QUOTA.parse().unwrap()).unwrap();
    let closed_limiter = SharedLimiter::new(&closed, "login", QUOTA.parse().unwrap()).unwrap();
    let alice = Subject::user("alice");
    for _ in 0..4 {
        open_limiter.check(alice).await.unwrap();
    }

    shared.stop();
    // Open: what this replica let through before counts on.
    let mut passed = 0;
    for _ in 0..50 {
        passed += u32::from(open_limiter.check(alice).await.is_ok());
    }
    assert_eq!(passed, 6, "the local limit holds");
    assert!(open_limiter.alone() >= 6);
    let refusal = closed_limiter.check(alice).await.unwrap_err();
    assert!(matches!(refusal, SharedRefusal::Outage(_)));
    let answer = refusal.into_response::<bytes::Bytes>();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    // A choice of its own.
    let own = SharedLimiter::new(&closed, "own", QUOTA.parse().unwrap()).unwrap();
    assert!(own.on_outage(Outage::FailOpen).check(alice).await.is_ok());

    shared.go();
    until("both connect again", || {
        open.is_connected() && closed.is_connected()
    })
    .await;
    assert!(closed_limiter.check(alice).await.is_ok());
    // This replica's own gate still knows that it let ten through.
    assert!(matches!(
        open_limiter.check(alice).await,
        Err(SharedRefusal::Quota(_))
    ));
    assert!(open_limiter.check(Subject::user("bob")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_it_holds_nobody_up() {
    let Some(shared) = Shared::start() else { return };
    let valkey = shared.replica_with("closed", "50ms").await;
    let limiter = SharedLimiter::new(&valkey, "login", QUOTA.parse().unwrap()).unwrap();
    until("it answers in 50 ms", || valkey.is_connected()).await;
    shared.signal(Signal::STOP);
    let started = Instant::now();
    for _ in 0..20 {
        assert!(matches!(
            limiter.check(Subject::global()).await,
            Err(SharedRefusal::Outage(_))
        ));
    }
    // One waits for 50 ms, and then nobody asks; the margin is for a machine that is busy.
    assert!(started.elapsed() < Duration::from_secs(60));
    shared.signal(Signal::CONT);
    let again = SharedLimiter::new(&valkey, "again", "1000 per hour".parse().unwrap()).unwrap();
    let started = Instant::now();
    while again.check(Subject::global()).await.is_err() {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "it recovers by itself"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_at_the_start_the_service_starts_and_finds_it_later() {
    let Some(mut shared) = Shared::start() else { return };
    shared.stop();
    let valkey = shared.replica("closed").await;
    let limiter = SharedLimiter::new(&valkey, "login", QUOTA.parse().unwrap()).unwrap();
    assert!(limiter.check(Subject::global()).await.is_err());
    shared.go();
    until("it connects", || valkey.is_connected()).await;
    assert!(limiter.check(Subject::global()).await.is_ok());
}
