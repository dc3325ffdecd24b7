//! Whole processes, read from outside: the end of a process, readers that stall or leave, full disks, panics.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tests::json::Json;

use crate::capture::{field, number, parse, parse_line};

fn child(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_log-child"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for variable in [
        "APP_ENV",
        "NODE_ENV",
        "RUST_ENV",
        "RUST_LOG",
        "LOG_LEVEL",
        "LOG_FORMAT",
        "RUST_BACKTRACE",
    ] {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str]) -> (Vec<Json>, Output) {
    let output = child(arguments).output().unwrap();
    (parse(&split(&output.stdout)), output)
}

fn split(stdout: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(stdout).unwrap();
    assert!(
        text.is_empty() || text.ends_with('\n'),
        "torn at the end: {text:?}"
    );
    text.lines().map(str::to_owned).collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The number behind `name=`.
fn value(text: &str, name: &str) -> u64 {
    let found = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok());
    found.unwrap_or_else(|| panic!("no {name} in {text:?}"))
}

fn assert_counted(lines: &[Json], count: usize) {
    assert_eq!(lines.len(), count);
    assert!(
        lines
            .iter()
            .enumerate()
            .all(|(n, line)| number(line, "n") == n.to_string())
    );
}

#[test]
fn no_line_is_lost_at_the_end() {
    for scenario in ["lines", "batched", "batched-exit"] {
        let (lines, output) = run(&[scenario, "20000"]);
        assert!(output.status.success(), "{scenario}: {}", stderr(&output));
        assert_counted(&lines, 20_000);
    }
}

#[test]
fn nor_when_main_panics() {
    let (lines, output) = run(&["panic-in-main", "1000"]);
    assert!(!output.status.success());
    assert_counted(&lines[..1_000], 1_000);
    assert_eq!(field(&lines[1_000], "message"), "panicked");
    assert!(!format!("{lines:?}{}", stderr(&output)).contains("hunter2"));
}

#[test]
fn lines_of_many_threads_are_whole() {
    let (lines, _) = run(&["threads", "500"]);
    assert_eq!(lines.len(), 4_000);
    for thread in 0..8 {
        let of_thread = lines
            .iter()
            .filter(|line| number(line, "thread") == thread.to_string());
        assert!(
            of_thread
                .enumerate()
                .all(|(n, line)| number(line, "n") == n.to_string())
        );
    }
}

#[test]
fn batched_lines_do_not_wait_for_others() {
    let mut child = child(&["batched-idle"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(field(&parse_line(line.trim_end()), "message"), "waits");
}

/// Waits for the first line of standard error: until then, nobody reads standard output.
fn until_logged(child: &mut Child) -> BufReader<std::process::ChildStderr> {
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    errors.read_line(&mut line).unwrap();
    assert_eq!(line, "logged\n");
    errors
}

/// Runs a scenario whose output is not read until all is logged, and returns its lines and counters.
fn stalled(mut child: Child, mut stdout: impl Read) -> (Vec<Json>, String) {
    let mut errors = until_logged(&mut child);
    let mut bytes = Vec::new();
    stdout.read_to_end(&mut bytes).unwrap();
    let mut counts = String::new();
    errors.read_to_string(&mut counts).unwrap();
    assert!(child.wait().unwrap().success());
    (parse(&split(&bytes)), counts)
}

fn assert_account(lines: &[Json], counts: &str, count: u64) {
    let dropped = value(counts, "dropped");
    assert!(dropped > 0, "{counts}");
    let (reports, rest): (Vec<_>, Vec<_>) = lines
        .iter()
        .partition(|line| field(line, "message") == "log lines lost");
    let told: u64 = reports
        .iter()
        .map(|line| number(line, "dropped").parse::<u64>().unwrap())
        .sum();
    assert_eq!(told, dropped, "what the lines say is what was counted");
    assert_eq!(
        rest.len() as u64 + dropped,
        count,
        "every line is there or counted"
    );
    let numbers: Vec<u64> = rest
        .iter()
        .map(|line| number(line, "n").parse().unwrap())
        .collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "in order");
    let errors = |lines: &[&Json]| {
        lines
            .iter()
            .filter(|line| field(line, "level") == "ERROR")
            .count() as f64
    };
    let share = errors(&rest) / rest.len() as f64;
    assert!(share > 0.02, "errors outlive information: {share}");
}

#[test]
fn a_stalled_reader_of_a_pipe_stops_nobody() {
    for scenario in ["stall", "stall-batched"] {
        let mut child = child(&[scenario, "60000"]).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let (lines, counts) = stalled(child, stdout);
        assert_account(&lines, &counts, 60_000);
    }
}

#[test]
#[cfg(unix)]
fn nor_one_of_a_socket() {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let child = child(&["stall", "60000"])
        .stdout(Stdio::from(std::os::fd::OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    let (lines, counts) = stalled(child, ours);
    assert_account(&lines, &counts, 60_000);
}

#[test]
fn a_short_stall_loses_nothing() {
    let mut child = child(&["stall", "3000"]).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let (lines, counts) = stalled(child, stdout);
    assert_counted(&lines, 3_000);
    assert_eq!(value(&counts, "dropped"), 0);
}

#[test]
fn a_reader_that_never_reads_does_not_keep_the_process() {
    let mut child = child(&["unread", "5000"]).spawn().unwrap();
    let _unread = child.stdout.take().unwrap();
    let mut errors = until_logged(&mut child);
    let mut counts = String::new();
    // The guard waits for two seconds without progress, then the process ends.
    errors.read_to_string(&mut counts).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_leaves_is_counted() {
    let mut child = child(&["lines", "1000"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let counts = stderr(&output);
    assert_eq!(value(&counts, "written") + value(&counts, "failed"), 1_000);
    assert!(value(&counts, "failed") > 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_counted() {
    let full = File::options()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    for scenario in ["lines", "batched"] {
        let full = full.try_clone().unwrap();
        let output = child(&[scenario, "100"]).stdout(full).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let counts = stderr(&output);
        assert_eq!(
            (value(&counts, "written"), value(&counts, "dropped")),
            (0, 0),
            "{counts}"
        );
        assert_eq!(value(&counts, "failed"), 100);
    }
}

#[test]
fn a_file_gets_every_line() {
    let path = std::env::temp_dir().join(format!("log-child-{}.log", std::process::id()));
    for scenario in ["lines", "batched"] {
        let file = File::create(&path).unwrap();
        assert!(
            child(&[scenario, "5000"])
                .stdout(file)
                .status()
                .unwrap()
                .success()
        );
        assert_counted(&parse(&split(&std::fs::read(&path).unwrap())), 5_000);
    }
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn standard_output_stays_blocking_for_others() {
    // The flag would be seen through our end's twin: a shell that shares the pipe would get EAGAIN.
    let output = Command::new("sh")
        .args(["-c", "\"$0\" lines 10; head -c 1000000 /dev/zero | tr '\\0' x"])
        .arg(env!("CARGO_BIN_EXE_log-child"))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(output.stdout.ends_with(&[b'x'; 1_000_000]));
}

#[test]
fn panics_are_lines_without_payload() {
    let (lines, output) = run(&["panics"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert!(
        !text.contains("hunter2") && !text.contains("payload in"),
        "{text}"
    );
    let panics: Vec<_> = lines
        .iter()
        .filter(|line| field(line, "message") == "panicked")
        .collect();
    assert_eq!(panics.len(), 3);
    assert!(
        panics
            .iter()
            .all(|line| field(line, "level") == "ERROR" && field(line, "panic.payload") == "[REDACTED]")
    );
    assert!(
        panics
            .iter()
            .all(|line| field(line, "panic.location").contains("child.rs:"))
    );
    assert_eq!(
        (field(panics[0], "panic.thread"), field(panics[0], "request_id")),
        ("worker", "r1")
    );
    let goes_on = lines
        .iter()
        .find(|line| field(line, "message") == "goes on")
        .unwrap();
    assert_eq!(
        (field(goes_on, "value"), number(goes_on, "after")),
        ("[formatting panicked]", "1")
    );
    assert_eq!(field(lines.last().unwrap(), "message"), "last");
}

#[test]
fn a_payload_is_scrubbed_when_it_is_asked_for() {
    let (lines, output) = run(&["payload"]);
    assert_eq!(
        field(&lines[0], "panic.payload"),
        "it has password=[REDACTED] in { token: [REDACTED] }"
    );
    assert!(!String::from_utf8_lossy(&output.stdout).contains("hunter2"));
}

#[test]
fn values_that_log_while_they_are_formatted() {
    let (lines, output) = run(&["nested"]);
    let messages: Vec<_> = lines.iter().map(|line| field(line, "message")).collect();
    assert_eq!(messages[..3], ["inside", "inside", "outside"]);
    assert_eq!(
        (
            number(&lines[0], "depth"),
            number(&lines[1], "depth"),
            number(&lines[2], "after")
        ),
        ("1", "2", "1")
    );
    assert_eq!(messages[messages.len() - 2..], ["too deep", "last"]);
    assert!(value(&stderr(&output), "nested") > 0);
}

#[test]
fn threads_log_until_they_are_gone() {
    let (lines, output) = run(&["thread-exit"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let dropped: Vec<_> = lines
        .iter()
        .filter(|line| field(line, "message") == "dropped")
        .collect();
    let mut names: Vec<_> = dropped.iter().map(|line| field(line, "name")).collect();
    names.sort_unstable();
    assert_eq!(names, ["after", "after", "before", "before"]);
}

#[test]
fn records_of_the_log_crate_keep_their_target() {
    let (lines, _) = run(&["bridge"]);
    let found: Vec<_> = lines
        .iter()
        .map(|line| (field(line, "target"), field(line, "message")))
        .collect();
    assert_eq!(
        found,
        [
            ("sqlx::query", "select 1"),
            ("own", "written"),
            ("a\"b\n", "kv\n"),
            ("x", "with a file")
        ]
    );
    let kv = &lines[2];
    assert_eq!((field(kv, "level"), field(kv, "field.level")), ("WARN", "X"));
    assert_eq!(
        (field(kv, "user"), field(kv, "request_id"), field(kv, "password")),
        ("kv", "r1", "[REDACTED]")
    );
    assert_eq!(
        (number(kv, "n"), number(kv, "f"), number(kv, "b")),
        ("7", "1.5", "true")
    );
}

#[test]
fn a_second_log_is_an_error() {
    let (lines, output) = run(&["again"]);
    assert!(stderr(&output).contains("was started before"));
    assert_eq!(lines.len(), 2);
    assert!(stderr(&run(&["foreign"]).1).contains("another crate has set a global `tracing` subscriber"));
}

#[test]
fn levels_change_for_tracing_and_log() {
    let (lines, _) = run(&["level"]);
    let messages: Vec<_> = lines
        .iter()
        .map(|line| field(line, "message"))
        .filter(|message| !message.contains("levels"))
        .collect();
    assert_eq!(messages, ["tracing", "log"]);
}

#[test]
fn the_profile_chooses_the_format() {
    for (profile, is_json) in [
        (None, true),
        (Some("production"), true),
        (Some("staging"), true),
        (Some("dev"), false),
        (Some("test"), false),
        (Some("typo"), true),
    ] {
        let mut command = child(&["default"]);
        profile.map(|profile| command.env("APP_ENV", profile));
        let output = command.output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!(stdout.starts_with('{'), is_json, "{profile:?}: {stdout}");
        assert!(stdout.contains("hello") && !stdout.contains('\x1b'));
    }
}

#[test]
fn the_environment_sets_levels_and_mistakes_are_refused() {
    let run = |vars: &[(&str, &str)]| child(&["env"]).envs(vars.iter().copied()).output().unwrap();
    assert_eq!(split(&run(&[]).stdout).len(), 1);
    assert_eq!(split(&run(&[("LOG_LEVEL", "debug")]).stdout).len(), 2);
    assert_eq!(
        split(&run(&[("LOG_LEVEL", "debug"), ("RUST_LOG", "log_child=error")]).stdout).len(),
        0
    );
    for vars in [
        [("LOG_LEVEL", "inof")],
        [("RUST_LOG", "inof")],
        [("LOG_FORMAT", "xml")],
    ] {
        let output = run(&vars);
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(stderr(&output).contains(vars[0].0));
    }
}

#[test]
fn a_slow_reader_gets_everything_at_the_end() {
    let mut child = child(&["batched", "5000"]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (mut bytes, mut chunk) = (Vec::new(), [0; 32 * 1024]);
    while let Ok(read @ 1..) = stdout.read(&mut chunk) {
        bytes.extend_from_slice(&chunk[..read]);
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait().unwrap();
    assert_counted(&parse(&split(&bytes)), 5_000);
}

#[test]
fn a_line_has_the_id_of_its_request_wherever_it_is_written() {
    let (lines, output) = run(&["requests"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let told: Vec<(&str, &str, &str)> = lines
        .iter()
        .map(|line| {
            let of = |key| line.get(key).map_or("", |_| field(line, key));
            let inner = if line.get("inner").is_some() || line.get("outer").is_some() {
                "with"
            } else {
                ""
            };
            (of("request_id"), field(line, "message"), inner)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("plain", "line", ""),
            ("awaits", "line", ""),
            ("child", "line", "with"),
            ("child", "line", "with"),
            ("child", "line", ""),
            ("recorded", "line", "with"),
            ("spawns", "line", ""),
            ("", "alone", ""),
            ("outlived", "line", ""),
            ("panics", "panicked", ""),
            ("panics", "line", ""),
            ("record", "line", ""),
            ("left", "line", ""),
            ("right", "line", ""),
            ("left", "line", ""),
            ("right", "line", ""),
            ("left", "line", ""),
            ("right", "line", ""),
            ("within", "line", "with"),
            ("inside", "line", ""),
            ("outside", "line", ""),
            ("", "alone", ""),
            ("", "log levels changed", ""),
        ]
    );
}
