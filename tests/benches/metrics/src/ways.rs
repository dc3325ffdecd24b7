//! The same requests and the same series, by each library.
//!
//! A request is a method, a route of eight and a status, so the same label values come again and again, as in a service.
//! What is scraped is 50 routes with three statuses each and 14 buckets: 50 × (3 + 14 + 3) = 1,000 lines.

pub mod ours;
pub mod prometheus_client_rs;
pub mod prometheus_rs;
pub mod recorder;

use std::{hint::black_box, ops::Range};

pub const ROUTES: [&str; 8] = [
    "/",
    "/users/{id}",
    "/users/{id}/orders",
    "/orders/{id}",
    "/login",
    "/logout",
    "/search",
    "/files/{*path}",
];

/// The bounds of [`Buckets::requests`](secure_runtime::metrics::Buckets::requests).
pub const BOUNDS: [f64; 14] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

pub const STATUSES: [&str; 3] = ["200", "404", "500"];
pub const SCRAPED_ROUTES: usize = 50;

/// A request that took from 0.3 to 3.9 ms.
pub fn nanos(n: usize) -> u64 {
    300_000 + (n % 10) as u64 * 400_000
}

pub fn seconds(n: usize) -> f64 {
    nanos(n) as f64 / 1e9
}

pub fn route(n: usize) -> &'static str {
    black_box(ROUTES[n % ROUTES.len()])
}

pub fn scraped_route(n: usize) -> String {
    format!("/resources/r{n}/{{id}}")
}

/// One way to do something a number of times.
pub struct Way {
    pub name: &'static str,
    pub run: Box<dyn FnMut(Range<usize>)>,
    /// What has to be done now and then, but is not timed.
    pub after: Box<dyn FnMut()>,
}

impl Way {
    pub fn new<R>(name: &'static str, mut call: impl FnMut(usize) -> R + 'static) -> Self {
        Self {
            name,
            run: Box::new(move |calls| {
                for n in calls {
                    let _ = black_box(call(n));
                }
            }),
            after: Box::new(|| {}),
        }
    }
}

/// Asserts that what is scraped is the same for everyone: 1,000 lines, more or less.
pub fn assert_series(text: &str) {
    let lines = text.lines().filter(|line| line.contains("resources/r")).count();
    assert_eq!(lines, 1_000, "{text}");
}
