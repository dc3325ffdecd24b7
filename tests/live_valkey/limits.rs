//! One count for all replicas.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use secure_runtime::client::ClientKey;
use secure_runtime::limit::Rule;
use secure_runtime::replicas::{InvalidReplica, SharedLimitLayer, SharedLimiter, Subject};
use tests::loopback::{ask, serve};
use tower_layer::Layer;

use super::server::{Replicas, Shared};

/// Answers everything.
#[derive(Clone)]
struct Fine;

impl tower_service::Service<Request<Incoming>> for Fine {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Incoming>) -> Self::Future {
        std::future::ready(Ok(Response::new(Full::new(Bytes::from_static(b"fine")))))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_an_hour_exactly_ten_pass_three_replicas() {
    let Some(shared) = Shared::start() else { return };
    let mut replicas = Vec::new();
    for _ in 0..3 {
        let valkey = shared.replica("closed").await;
        let rule = Rule::per_client("login", "10 per hour".parse().unwrap()).path("/login");
        let layer = SharedLimitLayer::new(&valkey, rule).unwrap();
        replicas.push(serve(layer.layer(Fine), false).await);
    }
    let asking = (0..90).map(|n| {
        let address = replicas[n % 3];
        tokio::spawn(async move { ask(address, "POST /login HTTP/1.1", "").await })
    });
    let (mut passed, mut refused) = (0, 0);
    for answer in asking.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        match answer.status {
            200 => passed += 1,
            429 => {
                refused += 1;
                let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
                assert!((1..=3601).contains(&wait), "{wait}");
                assert!(answer.body.contains("quota-exceeded"));
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((passed, refused), (10, 80));
    // What the rule does not count passes.
    assert_eq!(ask(replicas[0], "GET / HTTP/1.1", "").await.status, 200);
    assert_eq!(ask(replicas[0], "GET /health HTTP/1.1", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_quota_holds_for_all_together() {
    let Some(shared) = Shared::start() else { return };
    for (name, quota, capacity) in [
        ("one", "1 per hour", 1),
        ("window", "100 per hour", 100),
        ("rate", "1/h burst 30", 30),
        ("fast", "1000000000/366d burst 7", 7),
    ] {
        let mut asking = Vec::new();
        for _ in 0..3 {
            let valkey = shared.replica("closed").await;
            let limiter = Arc::new(SharedLimiter::new(&valkey, name, quota.parse().unwrap()).unwrap());
            for _ in 0..50 {
                let limiter = Arc::clone(&limiter);
                asking.push(tokio::spawn(async move {
                    limiter.check(Subject::user("alice")).await
                }));
            }
        }
        let mut left = HashSet::new();
        for answer in asking {
            match answer.await.unwrap() {
                Ok(allowance) => assert!(
                    left.insert(allowance.remaining()),
                    "{name}: each sees another rest"
                ),
                Err(refusal) => assert!(refusal.retry_after() > Duration::ZERO, "{name}"),
            }
        }
        // The last one comes back every 32 ms: more may pass there, never fewer.
        if name == "fast" {
            assert!(left.len() >= capacity);
        } else {
            assert_eq!(left.len(), capacity, "{name}");
        }
    }
}

#[tokio::test]
async fn who_waits_as_long_as_he_is_told_gets_through_and_a_refusal_costs_nothing() {
    let Some(shared) = Shared::start() else { return };
    let valkey = shared.replica("closed").await;
    for (name, quota) in [("window", "2 per second"), ("rate", "2/s burst 2")] {
        let limiter = SharedLimiter::new(&valkey, name, quota.parse().unwrap()).unwrap();
        for _ in 0..3 {
            while limiter.check(Subject::global()).await.is_ok() {}
            for _ in 0..5 {
                assert!(limiter.check(Subject::global()).await.is_err());
            }
            let wait = limiter.check(Subject::global()).await.unwrap_err().retry_after();
            assert!(wait <= Duration::from_millis(1001));
            tokio::time::sleep(wait + Duration::from_millis(1)).await;
            assert!(limiter.check(Subject::global()).await.is_ok(), "{name}");
        }
    }
}

#[tokio::test]
async fn the_server_sees_no_names_and_forgets_what_is_whole_again() {
    let Some(shared) = Shared::start() else { return };
    let valkey = shared.replica("closed").await;
    let limiter = SharedLimiter::new(&valkey, "payouts", "10 per hour".parse().unwrap()).unwrap();
    let short = SharedLimiter::new(&valkey, "short", "1/s burst 1".parse().unwrap()).unwrap();
    let client = ClientKey::new(Some("192.0.2.77".parse().unwrap()));
    for subject in [
        Subject::user("alice@example.com"),
        Subject::client(client),
        Subject::new("tenant", "acme"),
    ] {
        limiter.check(subject).await.unwrap();
    }
    short.check(Subject::user("alice@example.com")).await.unwrap();
    let keys = shared.say("KEYS *");
    assert_eq!(keys.matches("{app}:").count(), 4, "{keys}");
    for name in ["alice", "192.0.2.77", "acme", "payouts"] {
        assert!(!keys.contains(name), "{keys}");
    }
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(shared.say("KEYS *").matches("{app}:").count(), 3);
    // All that is left ends by itself, too.
    for key in shared
        .say("KEYS *")
        .lines()
        .filter(|line| line.starts_with("{app}"))
    {
        let left = shared.say(&format!("PTTL {key}"));
        let left: i64 = left
            .lines()
            .next()
            .unwrap()
            .trim_start_matches(':')
            .parse()
            .unwrap();
        assert!((3_500_000..=3_600_001).contains(&left), "{left}");
    }
}

#[tokio::test]
async fn a_flood_that_is_refused_asks_the_server_once() {
    let Some(shared) = Shared::start() else { return };
    let valkey = shared.replica("closed").await;
    let another = shared.replica("closed").await;
    let [limiter, other] = [&valkey, &another]
        .map(|valkey| SharedLimiter::new(valkey, "login", "3 per hour".parse().unwrap()).unwrap());
    for _ in 0..3 {
        other.check(Subject::global()).await.unwrap();
    }
    let calls = || {
        let stats = shared.say("INFO commandstats");
        let line = stats
            .lines()
            .find(|line| line.starts_with("cmdstat_evalsha:"))
            .unwrap()
            .to_owned();
        let (_, rest) = line.split_once("calls=").unwrap();
        rest.split(',').next().unwrap().parse::<u32>().unwrap()
    };
    let before = calls();
    for _ in 0..1000 {
        assert!(limiter.check(Subject::global()).await.is_err());
    }
    assert_eq!(calls() - before, 1);
    assert_eq!((limiter.refused(), other.refused()), (1000, 0));
}

#[tokio::test]
async fn a_script_that_was_flushed_is_loaded_again() {
    let Some(shared) = Shared::start() else { return };
    let valkey = shared.replica("closed").await;
    let limiter = SharedLimiter::new(&valkey, "login", "3 per hour".parse().unwrap()).unwrap();
    limiter.check(Subject::global()).await.unwrap();
    assert!(shared.say("SCRIPT FLUSH").starts_with("+OK"));
    assert_eq!(limiter.check(Subject::global()).await.unwrap().remaining(), 1);
    assert_eq!(limiter.alone(), 0);
}

#[tokio::test]
async fn what_cannot_be_counted_is_refused_when_it_is_made() {
    let Some(shared) = Shared::start() else { return };
    let valkey = shared.replica("closed").await;
    let made = |name: &str, quota: &str| SharedLimiter::new(&valkey, name, quota.parse().unwrap()).map(drop);
    assert_eq!(made("ok", "10000 per hour"), Ok(()));
    assert_eq!(made("ok", "10001 per hour"), Err(InvalidReplica::Window));
    assert_eq!(made("a b", "10 per hour"), Err(InvalidReplica::Name));
    let rule = Rule::per_client("login", "10 per hour".parse().unwrap()).path("login");
    assert!(matches!(
        SharedLimitLayer::new(&valkey, rule),
        Err(InvalidReplica::Rule(_))
    ));
}
