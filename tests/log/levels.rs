//! Levels: whose they are, and how they change.

use std::thread::sleep;
use std::time::{Duration, Instant};

use secure_config::SecureConfig;
use secure_runtime::log::{self, Directives, LogOutput, LogSettings};
use tracing::level_filters::LevelFilter;
use tracing::{debug, error, info, trace, warn};
use tracing_subscriber::layer::SubscriberExt;

use crate::capture::{Capture, field, json, lines, number, parse};

fn all_levels() {
    trace!("own");
    debug!("own");
    info!("own");
    warn!("own");
    error!("own");
    debug!(target: "dependency::inner", "named");
    info!(target: "dependency::inner", "named");
}

fn written(settings: LogSettings) -> Vec<String> {
    let (lines, _guard) = lines(settings, all_levels);
    let line = |line: &tests::json::Json| format!("{} {}", field(line, "level"), field(line, "message"));
    parse(&lines).iter().map(line).collect()
}

#[test]
fn the_level_is_the_least_severe_one() {
    let count = |level| written(json().level(level).own_target("log")).len();
    assert_eq!(count(LevelFilter::TRACE), 5 + 1);
    assert_eq!(count(LevelFilter::DEBUG), 4 + 1);
    assert_eq!(count(LevelFilter::INFO), 3 + 1);
    assert_eq!(count(LevelFilter::WARN), 2);
    assert_eq!(count(LevelFilter::ERROR), 1);
    assert_eq!(count(LevelFilter::OFF), 0);
}

#[test]
fn dependencies_stay_at_info_unless_they_are_named() {
    let debug = json().level(LevelFilter::DEBUG).own_target("log");
    assert!(!written(debug.clone()).contains(&"DEBUG named".to_owned()));
    assert!(written(debug.clone()).contains(&"INFO named".to_owned()));
    assert!(written(debug.clone().rust_log("dependency=debug").unwrap()).contains(&"DEBUG named".to_owned()));
    assert!(
        !written(debug.clone().rust_log("dependency::inner=off").unwrap()).contains(&"INFO named".to_owned())
    );
    assert!(
        written(debug.rust_log("error").unwrap())
            .iter()
            .all(|line| line.starts_with("ERROR"))
    );
}

#[test]
fn a_crate_that_logs_through_a_path_outside_is_a_dependency() {
    // The macros note the source file, which cargo makes relative for the code of the workspace only.
    assert!(!std::path::Path::new(file!()).is_absolute());
    assert!(written(json().level(LevelFilter::TRACE)).contains(&"TRACE own".to_owned()));
}

#[test]
fn mistakes_in_levels_are_problems() {
    for (name, value) in [
        ("LOG_LEVEL", "inof"),
        ("LOG_LEVEL", "3"),
        ("RUST_LOG", "inof"),
        ("RUST_LOG", "a=x"),
        ("RUST_LOG", "[a]=info"),
    ] {
        let error = LogSettings::loader()
            .vars([(name, value)])
            .load()
            .unwrap_err()
            .to_string();
        assert!(error.contains(name), "{error}");
    }
    let settings = LogSettings::loader()
        .vars([("LOG_LEVEL", "Warn"), ("RUST_LOG", "a=trace")])
        .load()
        .unwrap();
    assert_eq!(settings.level, LevelFilter::WARN);
}

#[test]
fn a_level_changes_and_comes_back() {
    let capture = Capture::default();
    let (layer, guard) = log::layer(json(), LogOutput::writer(capture.clone())).unwrap();
    let handle = guard.handle();
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
    tracing::dispatcher::with_default(&dispatch, || {
        debug!("before");
        handle
            .set_level_for(LevelFilter::DEBUG, Duration::from_millis(300))
            .unwrap();
        assert_eq!(handle.level(), LevelFilter::DEBUG);
        debug!("meanwhile");
        let start = Instant::now();
        while handle.level() == LevelFilter::DEBUG && start.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(10));
        }
        assert!(start.elapsed() >= Duration::from_millis(250));
        debug!("after");
        // The line about it comes from another thread.
        while capture.lines().len() < 3 && start.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(10));
        }
    });
    let lines = parse(&capture.lines());
    let messages: Vec<_> = lines.iter().map(|line| field(line, "message")).collect();
    assert_eq!(
        messages,
        ["log levels changed", "meanwhile", "log levels are what they were"]
    );
    assert_eq!(
        (
            field(&lines[0], "log_level"),
            number(&lines[0], "reverts_after_seconds")
        ),
        ("debug", "0")
    );
    assert_eq!(field(&lines[2], "log_level"), "info");
}

#[test]
fn a_change_lasts_fifteen_minutes_and_can_be_taken_back() {
    let capture = Capture::default();
    let (layer, guard) = log::layer(json(), LogOutput::writer(capture.clone())).unwrap();
    let handle = guard.handle();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        handle.set_level(LevelFilter::TRACE).unwrap();
        handle
            .set_directives("levels=warn".parse::<Directives>().unwrap())
            .unwrap();
        assert_eq!(
            handle.level(),
            LevelFilter::INFO,
            "the second change takes the place of the first"
        );
        handle.set_level(LevelFilter::TRACE).unwrap();
        trace!("trace");
        handle.reset();
        trace!("not this");
    });
    let lines = parse(&capture.lines());
    assert_eq!(number(&lines[0], "reverts_after_seconds"), "900");
    assert_eq!(
        lines
            .iter()
            .filter(|line| field(line, "message").contains("trace"))
            .count(),
        1
    );
    assert!(lines.iter().all(|line| field(line, "message") != "not this"));
}
