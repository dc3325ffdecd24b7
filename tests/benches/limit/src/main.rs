//! One check of a limit, on one hot key and on many: ours beside governor.
//!
//! `cargo run --release -p bench-limit` prints nanoseconds, the median and the least of rounds that take turns,
//! after what a flood of ten million keys does. `bench-limit WAY COUNT` does COUNT checks, for a profiler.

use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr},
    time::Instant,
};

use governor::{DefaultKeyedRateLimiter, RateLimiter};
use secure_runtime::{
    client::ClientKey,
    limit::{Key, Limiter},
};

const ROUNDS: usize = 2_001;
/// So few that most rounds fit between two switches of a busy machine.
const CHECKS: usize = 1_000;

struct Way {
    name: &'static str,
    check: Box<dyn FnMut(std::ops::Range<usize>)>,
}

impl Way {
    fn new<R>(name: &'static str, mut check: impl FnMut(usize) -> R + 'static) -> Self {
        Self {
            name,
            check: Box::new(move |calls| {
                for n in calls {
                    let _ = black_box(check(n));
                }
            }),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => {
            flood();
            table();
        }
        [name, count] => {
            let count = count.parse().expect("a count");
            let mut way = ways().into_iter().find(|way| way.name == name).expect("a way");
            (way.check)(0..count);
        }
        _ => panic!("bench-limit [WAY COUNT]"),
    }
}

fn table() {
    let mut ways = ways();
    let mut times = vec![Vec::with_capacity(ROUNDS); ways.len()];
    for round in 0..ROUNDS {
        for (way, times) in ways.iter_mut().zip(&mut times) {
            let start = Instant::now();
            (way.check)(round * CHECKS..(round + 1) * CHECKS);
            times.push(start.elapsed().as_nanos() as f64 / CHECKS as f64);
        }
    }
    println!("\n{:<40} {:>8} {:>8}", "ns a check", "median", "least");
    for (way, mut times) in ways.into_iter().zip(times) {
        times.sort_by(f64::total_cmp);
        println!("{:<40} {:>8.1} {:>8.1}", way.name, times[ROUNDS / 2], times[0]);
    }
}

/// Ten million keys against a table with room for 65,536, a thousand of them used up before.
fn flood() {
    for quota in ["10 per hour", "1/m burst 10"] {
        let before = resident();
        let limiter = limiter(quota);
        for n in 0..1_000 {
            while limiter.check(key(n)).is_ok() {}
        }
        let (taken, start) = (resident() - before, Instant::now());
        let refused = (1_000..10_000_000)
            .filter(|&n| limiter.check(key(n)).is_err())
            .count();
        let time = start.elapsed().as_nanos() as f64 / 1e7;
        let reset = (0..1_000).filter(|&n| limiter.check(key(n)).is_ok()).count();
        let more = resident().saturating_sub(before + taken);
        println!(
            "{quota:<14} {time:>6.1} ns a fresh key, {:.1} bytes a place, {} bytes more in the end, \
             {refused} fresh keys refused, {reset} of 1,000 exhausted keys reset",
            taken as f64 / limiter.places() as f64,
            more,
        );
        assert!(refused <= 100_000 && reset == 0, "the flood got through");
        assert!(more < 256 * 1024, "the flood takes memory");
    }
}

/// The bytes of this process that are in memory.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    pages
        .split(' ')
        .nth(1)
        .expect("a field")
        .parse::<usize>()
        .expect("a number")
        * 4096
}

fn address(n: usize) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(0xc000_0200 + n as u32))
}

fn key(n: usize) -> Key {
    Key::client(ClientKey::new(Some(black_box(address(n)))))
}

fn limiter(quota: &str) -> Limiter {
    Limiter::new(quota.parse().expect("a quota"))
}

fn ways() -> Vec<Way> {
    // Of a client that uses a burst up, and of one that has.
    let passing = || limiter("1000000/h burst 1000000000");
    let (hot, at_hand, many, window) = (passing(), passing(), passing(), limiter("500000/h"));
    let (full_rate, full_window) = (limiter("1/h burst 1"), limiter("10/h"));
    let idle = limiter("1000000000/s burst 1000");
    let one = key(0);

    let keyed = |quota| -> DefaultKeyedRateLimiter<IpAddr> { RateLimiter::keyed(quota) };
    let ever = governor::Quota::per_second(u32::MAX.try_into().expect("not zero"));
    let (theirs, theirs_many) = (keyed(ever), keyed(ever));
    let theirs_full = keyed(governor::Quota::per_hour(1.try_into().expect("not zero")));

    vec![
        Way::new("clock", |_| Instant::now()),
        Way::new("key of an address", |_| key(0)),
        Way::new("passes: governor", move |_| {
            theirs.check_key(&black_box(address(0)))
        }),
        Way::new("passes: rate", move |_| hot.check(key(0))),
        Way::new("passes: rate, hardly used", move |_| idle.check(key(0))),
        Way::new("passes: rate, key at hand", move |_| {
            at_hand.check(black_box(one))
        }),
        // A window that is hot for long is full, so it is the next key's turn then.
        Way::new("passes: window", move |n| window.check(key(n / 400_000))),
        Way::new("refused: governor", move |_| {
            theirs_full.check_key(&black_box(address(0)))
        }),
        Way::new("refused: rate", move |_| full_rate.check(key(0))),
        Way::new("refused: window", move |_| full_window.check(key(0))),
        Way::new("10,000 keys: governor", move |n| {
            theirs_many.check_key(&address(n % 10_000))
        }),
        Way::new("10,000 keys: rate", move |n| many.check(key(n % 10_000))),
    ]
}
