//! What it costs to count a request and its time, and to be scraped: ours beside three peers.
//!
//! `cargo run --release -p bench-metrics` prints nanoseconds and microseconds, the median and the least of rounds that
//! take turns, and then instructions and allocations. It fails when ours is over what is promised.

mod ways;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use ways::{Way, ours, prometheus_client_rs, prometheus_rs, recorder};

const ROUNDS: usize = 1_001;
/// So few that most rounds fit between two switches of a busy machine.
const REQUESTS: usize = 1_000;
const SCRAPES: usize = 20;

/// What is promised: the median of a request, and of a scrape of 1,000 series.
const REQUEST_NS: f64 = 35.0;
const SCRAPE_US: f64 = 25.0;

fn main() -> ExitCode {
    let is_child = std::env::args().nth(1).is_some_and(|first| first == "--run");
    if is_child {
        return instructions();
    }
    let in_time = times();
    println!();
    match (in_time, instructions()) {
        (true, code) => code,
        (false, _) => ExitCode::FAILURE,
    }
}

fn instructions() -> ExitCode {
    marginal::main(
        &[
            ("nothing", |calls| calls_of(|_| {}, calls)),
            ("request: secure-runtime", |calls| {
                let metrics = ours::metrics();
                calls_of(|n| ours::request(&metrics, n), calls);
            }),
            ("request: secure-runtime, families", |calls| {
                let families = ours::Families::new();
                calls_of(|n| families.request(n), calls);
            }),
            ("request: prometheus", |calls| {
                let families = prometheus_rs::Families::new();
                calls_of(|n| families.request(n), calls);
            }),
            ("request: prometheus-client", |calls| {
                let families = prometheus_client_rs::Families::new();
                calls_of(|n| families.request(n), calls);
            }),
            ("request: metrics + exporter", |calls| {
                let exporter = recorder::install();
                calls_of(recorder::request, calls);
                // What was recorded waits for a scrape.
                exporter.run_upkeep();
            }),
        ],
        &[("request: secure-runtime", 400, 0)],
    )
}

fn calls_of(mut call: impl FnMut(usize), calls: usize) {
    // Series are made at the first call.
    (0..ways::ROUTES.len()).for_each(&mut call);
    (0..calls).for_each(call);
}

/// Prints the times, and tells whether ours are as promised.
fn times() -> bool {
    let exporter = recorder::install();
    let requests = rounds(
        "ns a request: a counter and a histogram",
        REQUESTS,
        vec![
            Way::new("clock, read twice", |_| (Instant::now(), Instant::now())),
            ours::requests(),
            ours::families(),
            ours::kept(),
            prometheus_rs::requests(),
            prometheus_client_rs::requests(),
            recorder::requests(exporter.clone()),
        ],
        |time| time.as_nanos() as f64,
    );
    println!();
    let scrapes = rounds(
        "µs a scrape of 1,000 series",
        SCRAPES,
        vec![
            ours::process(),
            ours::scrape_requests(),
            ours::scrape_families(),
            prometheus_rs::scrapes(),
            prometheus_client_rs::scrapes(),
            recorder::scrapes(exporter),
        ],
        |time| time.as_nanos() as f64 / 1_000.0,
    );
    let is_in_time = requests[1] <= REQUEST_NS && scrapes[2] <= SCRAPE_US;
    if !is_in_time {
        println!("OVER: {REQUEST_NS} ns a request and {SCRAPE_US} µs a scrape are promised");
    }
    is_in_time
}

/// Runs ways in turns, prints a line for each, and answers the medians.
fn rounds(title: &str, calls: usize, mut ways: Vec<Way>, unit: fn(Duration) -> f64) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(ROUNDS); ways.len()];
    for round in 0..ROUNDS {
        for (way, times) in ways.iter_mut().zip(&mut times) {
            let start = Instant::now();
            (way.run)(round * calls..(round + 1) * calls);
            times.push(unit(start.elapsed()) / calls as f64);
            (way.after)();
        }
    }
    println!("{title:<44} {:>8} {:>8}", "median", "least");
    ways.into_iter()
        .zip(times)
        .map(|(way, mut times)| {
            times.sort_by(f64::total_cmp);
            println!("{:<44} {:>8.1} {:>8.1}", way.name, times[ROUNDS / 2], times[0]);
            times[ROUNDS / 2]
        })
        .collect()
}
