//! How checks are run: once per period, one at a time, cut off, survived.

use std::future::pending;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use http::StatusCode;
use secure_config::SecureConfig;
use secure_runtime::health::{BoxError, Check, Health, HealthSettings, Outcome, Policy, StartError, Status};
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::support::{Counter, details, get};

const SECOND: Duration = Duration::from_secs(1);

fn every_second() -> Policy {
    Policy::critical().period(SECOND).timeout(SECOND / 2)
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_probes_cause_one_run_per_period() {
    let runs = Counter::default();
    let counted = runs.clone();
    let health = Health::builder()
        .system(false)
        .check("database", Policy::critical().period(SECOND * 3), move || {
            counted.add();
            async {
                sleep(Duration::from_millis(300)).await;
                Ok::<_, BoxError>(())
            }
        })
        .start()
        .unwrap();
    health.lifecycle().serve();
    let mut healthy = 0;
    for _ in 0..10_000 {
        sleep(Duration::from_millis(1)).await;
        healthy += usize::from(get(&health, "/health").status() == StatusCode::OK);
    }
    assert_eq!(runs.count(), 4, "after 0, 3, 6 and 9 seconds of 10");
    assert!(
        (9_700..=9_701).contains(&healthy),
        "all but those before the first result: {healthy}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_hanging_check_times_out_and_blocks_nothing() {
    let runs = Counter::default();
    let counted = runs.clone();
    let health = Health::builder()
        .system(false)
        .check("database", every_second(), move || {
            let held = counted.clone();
            async move {
                held.add();
                let _held = held;
                pending::<Result<(), BoxError>>().await
            }
        })
        .check("cache", every_second(), async || Ok::<_, BoxError>(()))
        .start()
        .unwrap();
    health.lifecycle().serve();
    sleep(SECOND / 4).await;
    assert_eq!(health.status(), Status::Starting, "not heard of yet");
    assert_eq!(details(&health)["checks"]["cache"]["status"], "healthy");
    sleep(SECOND / 2).await;
    assert_eq!(
        get(&health, "/health/ready").status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(get(&health, "/health/live").status(), StatusCode::OK);
    let database = details(&health)["checks"]["database"].clone();
    assert_eq!(database["reason"], "timeout");
    assert_eq!(database["response_time_ms"], 500);
    sleep(SECOND * 2).await;
    assert_eq!(runs.count(), 3, "it is asked again");
    assert_eq!(runs.holders(), 2, "and what was cut off is dropped");
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_check_is_unhealthy_and_not_fatal() {
    let runs = Counter::default();
    let counted = runs.clone();
    let health = Health::builder()
        .system(false)
        .check("database", every_second(), move || {
            let run = counted.add();
            async move {
                assert!(run != 1, "swordfish");
                Ok::<_, BoxError>(())
            }
        })
        .start()
        .unwrap();
    health.lifecycle().serve();
    health.settled().await;
    assert_eq!(health.status(), Status::Unhealthy);
    assert_eq!(details(&health)["checks"]["database"]["reason"], "panicked");
    sleep(SECOND * 3 / 2).await;
    assert_eq!(health.status(), Status::Healthy, "the next run counts");
}

/// A panic before the first await happens in the closure itself, not in its future.
#[tokio::test(start_paused = true)]
async fn a_panic_of_the_closure_is_no_different() {
    fn ask() -> std::future::Ready<Result<(), BoxError>> {
        panic!("swordfish")
    }
    let health = Health::builder()
        .system(false)
        .critical("database", ask)
        .start()
        .unwrap();
    health.lifecycle().serve();
    health.settled().await;
    assert_eq!(details(&health)["checks"]["database"]["reason"], "panicked");
}

#[tokio::test(start_paused = true)]
async fn liveness_stays_200_while_a_critical_check_fails() {
    let health = Health::builder()
        .system(false)
        .critical("database", async || Err::<(), _>("connection refused"))
        .start()
        .unwrap();
    health.lifecycle().serve();
    health.settled().await;
    assert_eq!(get(&health, "/health").status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        get(&health, "/health/ready").status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(get(&health, "/health/live").status(), StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn what_is_optional_or_works_badly_degrades() {
    struct Replica;
    impl Check for Replica {
        async fn run(&self) -> Result<Outcome, BoxError> {
            Ok(Outcome::degraded().with("lag_ms", 4_210))
        }
    }
    let optional = Health::builder()
        .system(false)
        .critical("database", async || Ok::<_, BoxError>(()))
        .optional("cache", async || Err::<(), _>("connection refused"))
        .start()
        .unwrap();
    let badly = Health::builder()
        .system(false)
        .critical("replica", Replica)
        .start()
        .unwrap();
    sleep(SECOND).await;
    for health in [&optional, &badly] {
        health.lifecycle().serve();
        assert_eq!(health.status(), Status::Degraded);
        assert_eq!(get(health, "/health/ready").status(), StatusCode::OK);
    }
    let checks = details(&optional)["checks"].clone();
    assert_eq!(checks["database"]["status"], "healthy");
    assert_eq!(
        (&checks["cache"]["status"], &checks["cache"]["reason"]),
        (&"unhealthy".into(), &"failed".into())
    );
    assert_eq!(details(&badly)["checks"]["replica"]["lag_ms"], 4_210);
}

/// A check that never yields holds a thread of the runtime: it is noticed, not doubled, and its old result is not believed.
#[test]
fn a_check_that_holds_its_thread_is_noticed_and_not_doubled() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(3)
        .enable_all()
        .build()
        .unwrap();
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let runs = Counter::default();
    let counted = runs.clone();
    let policy = Policy::critical()
        .period(Duration::from_millis(5))
        .timeout(Duration::from_millis(20));
    let builder = Health::builder()
        .system(false)
        .check("database", policy, move || {
            if counted.add() > 1 {
                // Ends when the test lets go of its end.
                let _ = held.lock().unwrap().recv();
            }
            async { Ok::<_, BoxError>(()) }
        });
    let health = runtime.block_on(async { builder.start() }).unwrap();
    health.lifecycle().serve();
    // From outside of the runtime, which may be what is held up.
    let wait_for = |what: &str, seen: &dyn Fn() -> bool| {
        for _ in 0..30_000 {
            if seen() {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("not seen in 30 seconds: {what}");
    };
    let reason = |expected| details(&health)["checks"]["database"]["reason"] == expected;
    wait_for("the timeout", &|| reason("timeout"));
    wait_for("the stale result", &|| reason("stale"));
    assert_eq!(runs.count(), 2);
    assert_eq!(health.status(), Status::Unhealthy);
    drop(release);
    wait_for("the next result", &|| health.status() == Status::Healthy);
}

#[tokio::test(start_paused = true)]
async fn starting_serving_draining() {
    let health = Health::builder()
        .system(false)
        .critical("database", async || {
            sleep(SECOND).await;
            Ok::<_, BoxError>(())
        })
        .start()
        .unwrap();
    let ready = || get(&health, "/health/ready").status();
    assert_eq!(
        (health.status(), ready()),
        (Status::Starting, StatusCode::SERVICE_UNAVAILABLE)
    );
    health.lifecycle().serve();
    assert_eq!(
        health.status(),
        Status::Starting,
        "the database has not answered yet"
    );
    health.settled().await;
    assert_eq!((health.status(), ready()), (Status::Healthy, StatusCode::OK));
    health.lifecycle().drain();
    assert_eq!(
        (health.status(), ready()),
        (Status::Draining, StatusCode::SERVICE_UNAVAILABLE)
    );
    assert_eq!(get(&health, "/health/live").status(), StatusCode::OK);
    health.lifecycle().serve();
    assert_eq!(health.status(), Status::Draining, "for good");
}

#[tokio::test(start_paused = true)]
async fn the_checks_end_with_the_last_handle() {
    let runs = Counter::default();
    let counted = runs.clone();
    let health = Health::builder()
        .system(false)
        .check("database", every_second(), move || {
            let counted = counted.clone();
            async move {
                counted.add();
                sleep(SECOND / 4).await;
                Ok::<_, BoxError>(())
            }
        })
        .start()
        .unwrap();
    let clone = health.clone();
    drop(health);
    sleep(SECOND * 10 + SECOND / 8).await;
    assert_eq!(runs.count(), 11, "a clone keeps them");
    drop(clone);
    sleep(SECOND * 10).await;
    assert_eq!(runs.count(), 11);
    assert_eq!(runs.holders(), 1, "the run under way is dropped too");
}

#[test]
fn a_start_outside_of_a_runtime_is_an_error() {
    assert!(matches!(Health::builder().start(), Err(StartError::NoRuntime)));
}

#[tokio::test]
async fn mistakes_are_found_at_the_start() {
    let named = |names: &[&str]| {
        let ok = async || Ok::<_, BoxError>(());
        names
            .iter()
            .fold(Health::builder(), |builder, name| builder.optional(*name, ok))
            .start()
    };
    assert!(named(&["database", "read-replica_2"]).is_ok());
    for name in ["", "system", "Database", "a b", "a\"b", &"a".repeat(65)] {
        assert!(
            matches!(named(&[name]), Err(StartError::InvalidName(_))),
            "{name}"
        );
    }
    assert!(matches!(named(&["a", "b", "a"]), Err(StartError::DuplicateName(name)) if name == "a"));
    let many: Vec<_> = (0..65).map(|n| n.to_string()).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert!(matches!(named(&many), Err(StartError::TooManyChecks)));
    assert!(named(&many[..64]).is_ok());
    for policy in [
        Policy::optional().period(Duration::ZERO),
        Policy::optional().timeout(Duration::ZERO),
        Policy::optional().period(Duration::MAX),
    ] {
        let started = Health::builder()
            .check("a", policy, async || Ok::<_, BoxError>(()))
            .start();
        assert!(matches!(started, Err(StartError::InvalidTime(name)) if name == "a"));
    }
    for policy in [
        Policy::optional().failure_threshold(0),
        Policy::optional().success_threshold(0),
        Policy::optional().failure_threshold(101),
    ] {
        let started = Health::builder()
            .check("a", policy, async || Ok::<_, BoxError>(()))
            .start();
        assert!(matches!(started, Err(StartError::InvalidThreshold(name)) if name == "a"));
    }
}

/// The default timeout is longer than a short period. What falls silent has failed before the next run is due.
#[tokio::test(start_paused = true)]
async fn a_silent_check_has_failed_before_the_next_run_whatever_its_timeout() {
    for policy in [
        Policy::critical().period(SECOND),
        Policy::critical().period(SECOND).timeout(SECOND * 60),
    ] {
        let runs = Counter::default();
        let counted = runs.clone();
        let health = Health::builder()
            .system(false)
            .check("database", policy.failure_threshold(1), move || {
                let run = counted.add();
                async move {
                    if run > 1 {
                        pending::<()>().await;
                    }
                    Ok::<_, BoxError>(())
                }
            })
            .start()
            .unwrap();
        health.lifecycle().serve();
        health.settled().await;
        assert_eq!(health.status(), Status::Healthy);
        sleep(SECOND * 3 / 2 + Duration::from_millis(10)).await;
        assert_eq!((runs.count(), health.status()), (2, Status::Unhealthy));
        assert_eq!(details(&health)["checks"]["database"]["reason"], "timeout");
    }
}

/// How a run ends: well, slowly but well, with an error, with a panic, or not at all.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Run {
    Well,
    Slow,
    Error,
    Panic,
    Silent,
}

/// A service whose one critical check runs once a second, in these ways and then well.
fn service(settings: HealthSettings, policy: Policy, runs: &'static [Run]) -> Health {
    let counted = Counter::default();
    let health = Health::builder()
        .settings(settings)
        .system(false)
        .check("database", policy.period(SECOND), move || {
            let run = runs.get(counted.add() - 1).copied().unwrap_or(Run::Well);
            async move {
                match run {
                    Run::Well => {}
                    // Many times what the runs before took.
                    Run::Slow => sleep(SECOND / 2 - Duration::from_millis(1)).await,
                    Run::Error => return Err::<_, BoxError>("connection refused".into()),
                    Run::Panic => panic!("swordfish"),
                    Run::Silent => pending().await,
                }
                Ok(())
            }
        })
        .start()
        .unwrap();
    health.lifecycle().serve();
    health
}

/// The status and the code of readiness after each of `count` runs, as seen at any time between one and the next.
async fn after_each(health: &Health, count: usize) -> Vec<(Status, u16)> {
    let mut seen = Vec::new();
    // Each run is over half a second after it began, at the latest.
    sleep(SECOND / 2 + Duration::from_millis(1)).await;
    for _ in 0..count {
        let now = (health.status(), get(health, "/health/ready").status().as_u16());
        assert_eq!(get(health, "/health/live").status(), StatusCode::OK);
        seen.push(now);
        sleep(SECOND).await;
    }
    seen
}

const HEALTHY: (Status, u16) = (Status::Healthy, 200);
const DEGRADED: (Status, u16) = (Status::Degraded, 200);
const UNHEALTHY: (Status, u16) = (Status::Unhealthy, 503);

/// One slow second of a database that all replicas share must not take all of them out.
#[tokio::test(start_paused = true)]
async fn one_slow_or_failed_run_does_not_take_the_service_out() {
    for bad in [Run::Error, Run::Panic, Run::Silent] {
        let runs: &'static [Run] = Box::leak(Box::new([Run::Well, bad, Run::Well, bad, bad, Run::Well]));
        let health = service(HealthSettings::default(), Policy::critical(), runs);
        let expected = [HEALTHY, DEGRADED, HEALTHY, DEGRADED, DEGRADED, HEALTHY];
        assert_eq!(after_each(&health, 6).await, expected, "{bad:?}");
    }
    let slow = &[Run::Well, Run::Well, Run::Slow, Run::Slow, Run::Slow, Run::Slow];
    let health = service(HealthSettings::default(), Policy::critical(), slow);
    // At each moment of a slow run, too.
    for at in 0..600 {
        sleep(Duration::from_millis(10)).await;
        assert_eq!(health.status(), Status::Healthy, "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_take_the_service_out_and_one_success_brings_it_back() {
    let runs = &[
        Run::Well,
        Run::Silent,
        Run::Error,
        Run::Panic,
        Run::Error,
        Run::Well,
    ];
    let health = service(HealthSettings::default(), Policy::critical(), runs);
    let expected = [HEALTHY, DEGRADED, DEGRADED, UNHEALTHY, UNHEALTHY, HEALTHY];
    assert_eq!(after_each(&health, 6).await, expected);
}

/// A service that has never reached its database is not ready, and one that has just reached it is.
#[tokio::test(start_paused = true)]
async fn the_first_results_count_at_once() {
    let policy = Policy::critical().failure_threshold(3).success_threshold(3);
    let runs = &[Run::Error, Run::Silent, Run::Well, Run::Error, Run::Well];
    let health = service(HealthSettings::default(), policy, runs);
    let expected = [UNHEALTHY, UNHEALTHY, HEALTHY, DEGRADED, HEALTHY];
    assert_eq!(after_each(&health, 5).await, expected);
}

#[tokio::test(start_paused = true)]
async fn thresholds_are_those_of_the_check_or_of_the_settings() {
    let settings = || {
        let vars = [("FAILURE_THRESHOLD", "2"), ("SUCCESS_THRESHOLD", "2")];
        HealthSettings::loader().vars(vars).load().unwrap()
    };
    let runs = &[
        Run::Well,
        Run::Error,
        Run::Error,
        Run::Well,
        Run::Well,
        Run::Error,
    ];
    let health = service(settings(), Policy::critical(), runs);
    let expected = [HEALTHY, DEGRADED, UNHEALTHY, UNHEALTHY, HEALTHY, DEGRADED];
    assert_eq!(after_each(&health, 6).await, expected);

    let policy = Policy::critical().failure_threshold(1).success_threshold(1);
    let health = service(settings(), policy, runs);
    let expected = [HEALTHY, UNHEALTHY, UNHEALTHY, HEALTHY, HEALTHY, UNHEALTHY];
    assert_eq!(after_each(&health, 6).await, expected);
}

#[tokio::test(start_paused = true)]
async fn details_count_the_failures_in_a_row() {
    let runs = &[Run::Well, Run::Silent, Run::Error, Run::Error, Run::Well];
    let policy = Policy::critical().success_threshold(2);
    let health = service(HealthSettings::default(), policy, runs);
    let mut seen = Vec::new();
    sleep(SECOND / 2 + Duration::from_millis(1)).await;
    for _ in 0..6 {
        let check = details(&health)["checks"]["database"].clone();
        let word = |name: &str| check[name].as_str().unwrap_or("-").to_owned();
        let failures = check["consecutive_failures"].as_u64();
        seen.push((word("status"), word("reason"), failures));
        sleep(SECOND).await;
    }
    let expected = [
        ("healthy", "-", None),
        ("degraded", "timeout", Some(1)),
        ("degraded", "failed", Some(2)),
        ("unhealthy", "failed", Some(3)),
        ("unhealthy", "recovering", None),
        ("healthy", "-", None),
    ];
    let expected =
        expected.map(|(status, reason, failures)| (status.to_owned(), reason.to_owned(), failures));
    assert_eq!(seen, expected);
}

/// A drain counts at once, whatever the checks have been.
#[tokio::test(start_paused = true)]
async fn thresholds_do_not_hold_up_a_drain() {
    let health = service(HealthSettings::default(), Policy::critical(), &[]);
    health.settled().await;
    assert_eq!(health.status(), Status::Healthy);
    health.lifecycle().drain();
    assert_eq!(
        (health.status(), get(&health, "/health/ready").status()),
        (Status::Draining, StatusCode::SERVICE_UNAVAILABLE)
    );
}
