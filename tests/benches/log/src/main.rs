//! Logs one event with three fields by several ways, and counts the instructions and allocations of one event.
//!
//! `cargo run --release -p bench-log` prints the table, and fails if a bound is passed; it needs valgrind. `bench-log WAY CASE COUNT` logs COUNT
//! events to standard output, for a profiler. The cases: in no span, in one, in three, and in a span that is
//! opened, entered, left and closed around the event.

mod allocations;
mod floor;

use std::process::{Command, ExitCode, Stdio};

use secure_runtime::log::{LogFormat, LogOutput, LogSettings};
use tracing::{Dispatch, Subscriber, info, info_span};
use tracing_subscriber::layer::SubscriberExt;

const WAYS: [&str; 5] = [
    "floor",
    "no-op layer",
    "secure-runtime",
    "tracing-subscriber json",
    "json-subscriber",
];
const CASES: [&str; 4] = ["none", "one", "three", "opened"];

/// How many times the floor an event may cost, or, of the last case, how many instructions.
const BOUNDS: [f64; 4] = [2.2, 2.5, 2.5, 5_000.0];

/// How many allocations.
const ALLOCATIONS: [f64; 4] = [0.0, 0.0, 0.0, 5.0];

/// 101 bytes.
const PATH: &str =
    "/api/v1/organizations/0194fdc2-fa2f-7cc0-81d3-ff12045b73c8/projects/0194fdc2/members/bob/settings/all";

const SPAN: &str = ",\"request_id\":\"0194fdc2-fa2f-7cc0-81d3-ff12045b73c8\",\"route\":\"/members/{id}\"";
const OUTER: &str = ",\"service\":\"orders\",\"region\":\"eu-central-1\",\"worker\":\"3\"";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => return table(),
        [way, case, count] => run(way, case, count.parse().expect("a count")),
        _ => panic!("bench-log [WAY CASE COUNT]"),
    }
    ExitCode::SUCCESS
}

fn run(way: &str, case: &str, count: u64) {
    if way == "floor" {
        let spans = match case {
            "none" => String::new(),
            "three" => format!("{SPAN}{OUTER}"),
            _ => SPAN.to_owned(),
        };
        let file = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/stdout")
            .expect("standard output");
        let floor = floor::Floor::new(file, &spans);
        return measured(count, || {
            let fields = [("user_id", "123"), ("path", PATH), ("ip", "192.0.2.17")];
            floor.log(
                std::hint::black_box("user logged in"),
                std::hint::black_box(&fields),
            );
        });
    }
    // Kept until the end, when it writes what waits.
    let mut _guard = None;
    let dispatch = match way {
        "no-op layer" => Dispatch::new(tracing_subscriber::registry().with(NoOp)),
        "secure-runtime" => {
            let settings = LogSettings::new().format(LogFormat::Json);
            let (layer, guard) = secure_runtime::log::layer(settings, LogOutput::stdout()).expect("a log");
            _guard = Some(guard);
            Dispatch::new(tracing_subscriber::registry().with(layer))
        }
        "tracing-subscriber json" => Dispatch::new(
            tracing_subscriber::fmt()
                .json()
                .flatten_event(true)
                .with_writer(std::io::stdout)
                .finish(),
        ),
        "json-subscriber" => {
            let mut layer = json_subscriber::JsonLayer::stdout();
            layer.with_timer("timestamp", tracing_subscriber::fmt::time::SystemTime);
            layer.with_level("level");
            layer.with_target("target");
            layer.with_flattened_event();
            layer.with_top_level_flattened_span_list();
            Dispatch::new(tracing_subscriber::registry().with(layer))
        }
        _ => panic!("unknown way"),
    };
    tracing::dispatcher::set_global_default(dispatch).expect("the first");
    match case {
        "none" => measured(count, event),
        "one" => request_span().in_scope(|| measured(count, event)),
        "three" => info_span!("service", service = "orders", region = "eu-central-1").in_scope(|| {
            info_span!("worker", worker = "3").in_scope(|| request_span().in_scope(|| measured(count, event)))
        }),
        "opened" => measured(count, || request_span().in_scope(event)),
        _ => panic!("unknown case"),
    }
}

fn request_span() -> tracing::Span {
    info_span!(
        "request",
        request_id = "0194fdc2-fa2f-7cc0-81d3-ff12045b73c8",
        route = "/members/{id}"
    )
}

#[inline(never)]
fn event() {
    info!(
        user_id = "123",
        path = std::hint::black_box(PATH),
        ip = "192.0.2.17",
        "user logged in"
    );
}

/// Calls `log`, and says on standard error how many allocations it made.
fn measured(count: u64, log: impl Fn()) {
    // What is set up once, and what grows once.
    log();
    log();
    let before = allocations::count();
    for _ in 0..count {
        log();
    }
    eprintln!("allocations: {}", allocations::count() - before);
}

/// A layer that does nothing: the price of `tracing` and its registry.
struct NoOp;

impl<S: Subscriber> tracing_subscriber::Layer<S> for NoOp {}

fn table() -> ExitCode {
    println!("instructions an event (× the floor), allocations\n");
    println!("| | {} |\n|---|---|---|---|---|", CASES.join(" | "));
    let mut floor = Vec::new();
    let mut is_within = true;
    for way in WAYS {
        let mut row = format!("| {way} |");
        for (index, &case) in CASES.iter().enumerate() {
            const FEW: u64 = 100;
            const MANY: u64 = 1_100;
            let (few, _) = measure(way, case, FEW);
            let (many, allocations) = measure(way, case, MANY);
            let instructions = (many - few) as f64 / (MANY - FEW) as f64;
            if way == "floor" {
                floor.push(instructions);
            }
            let (ratio, allocations) = (instructions / floor[index], allocations as f64 / MANY as f64);
            if way == "secure-runtime" {
                let cost = if case == "opened" { instructions } else { ratio };
                is_within &= cost <= BOUNDS[index] && allocations <= ALLOCATIONS[index];
            }
            row += &format!(" {instructions:.0} ({ratio:.2}), {allocations:.1} |");
        }
        println!("{row}");
    }
    if is_within {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The instructions of a whole run, and the allocations of its events.
fn measure(way: &str, case: &str, count: u64) -> (u64, u64) {
    let me = std::env::current_exe().expect("a path");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(me)
        .args([way, case, &count.to_string()])
        .stdout(Stdio::null())
        .output()
        .expect("valgrind");
    let log = String::from_utf8_lossy(&output.stderr);
    let number = |mark: &str| {
        let rest = log
            .lines()
            .find_map(|line| line.split(mark).nth(1))
            .unwrap_or_else(|| panic!("{log}"));
        rest.trim().parse().expect("a number")
    };
    (number("Collected : "), number("allocations: "))
}
