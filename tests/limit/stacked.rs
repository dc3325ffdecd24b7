//! Several limits on one request.

use std::{sync::Arc, thread, time::Duration};

use secure_runtime::{
    client::TrustedProxies,
    limit::{Clock, LimitLayer, Limits, Rule},
};

use crate::support::{call, from, limited, passed};

/// 20 for everyone and 10 for each client an hour, 1 a second for each client.
fn layer(clock: &Clock) -> LimitLayer {
    Limits::new()
        .clock(clock.clone())
        .rule(Rule::global("all", "20 per hour".parse().unwrap()))
        .rule(Rule::per_client("hourly", "10 per hour".parse().unwrap()))
        .rule(Rule::per_client("burst", "1/s burst 5".parse().unwrap()))
        .build()
        .unwrap()
}

#[test]
fn what_one_rule_refuses_costs_nothing_of_another() {
    let clock = Clock::manual();
    let layer = layer(&clock);
    let mut service = limited(TrustedProxies::none(), layer.clone());
    // Five at once, and a thousand that the burst refuses.
    assert_eq!(passed(&mut service, (0..1_005).map(|_| from("192.0.2.1:1"))), 5);
    // So of the hour's ten, five are left.
    let mut later = 0;
    for _ in 0..100 {
        clock.advance(Duration::from_secs(2));
        later += passed(&mut service, std::iter::once(from("192.0.2.1:1")));
    }
    assert_eq!(later, 5);
    // And of everyone's twenty, ten.
    let others = (0..100).map(|n| from(&format!("192.0.2.{}:1", 100 + n)));
    assert_eq!(passed(&mut service, others), 10);
    let refused: Vec<_> = layer.refused().collect();
    assert_eq!(refused, [("all", 90), ("hourly", 95), ("burst", 1_000)]);
}

#[test]
fn retry_after_is_the_longest_of_those_that_refuse() {
    let clock = Clock::manual();
    let mut service = limited(TrustedProxies::none(), layer(&clock));
    passed(&mut service, (0..5).map(|_| from("192.0.2.1:1")));
    let answer = call(&mut service, from("192.0.2.1:1"));
    // Only the burst refuses, so the wait is a second and not the rest of the hour.
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(answer.headers()["ratelimit"], r#""burst";r=0;t=1"#);

    for _ in 0..5 {
        clock.advance(Duration::from_secs(1));
        assert_eq!(call(&mut service, from("192.0.2.1:1")).status(), 200);
    }
    let answer = call(&mut service, from("192.0.2.1:1"));
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((3_590..=3_600).contains(&wait), "{wait}");
    let limits = answer.headers()["ratelimit"].to_str().unwrap();
    assert_eq!(limits, format!(r#""hourly";r=0;t={wait}, "burst";r=0;t=1"#));
}

/// Threads that pass the look together and then fail at the last rule give back what they spent before it.
#[test]
fn racing_requests_spend_all_or_nothing() {
    let clock = Clock::manual();
    let rules = [
        Rule::global("all", "100000 per hour".parse().unwrap()),
        Rule::global("pace", "100/h burst 100000".parse().unwrap()),
        Rule::per_client("client", "1000 per hour".parse().unwrap()),
    ];
    let layer = rules
        .into_iter()
        .fold(Limits::new().clock(clock), Limits::rule)
        .build()
        .unwrap();
    let layer = Arc::new(layer);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let layer = LimitLayer::clone(&layer);
            thread::spawn(move || {
                let mut service = limited(TrustedProxies::none(), layer);
                passed(&mut service, (0..500).map(|_| from("192.0.2.1:1")))
            })
        })
        .collect();
    let sum: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(sum, 1_000);
    // Everyone's limits have 99,000 left: the tightest is told.
    let mut service = limited(TrustedProxies::none(), LimitLayer::clone(&layer));
    let others = passed(
        &mut service,
        (0..99_100).map(|n| from(&format!("10.{}.{}.{}:1", n >> 16 & 255, n >> 8 & 255, n & 255))),
    );
    assert_eq!(others, 99_000);
}
