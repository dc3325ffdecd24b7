//! Runs code with a log of its own, and reads what it wrote.

use std::io;
use std::sync::{Arc, Mutex};

use secure_runtime::log::{self, LogFormat, LogGuard, LogOutput, LogSettings};
use tests::json::Json;
use tracing_subscriber::layer::SubscriberExt;

/// A writer that keeps each call of `write` apart.
#[derive(Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Vec<Vec<u8>>>>);

impl Capture {
    /// The writes so far, as they came.
    pub(crate) fn shared(&self) -> Arc<Mutex<Vec<Vec<u8>>>> {
        Arc::clone(&self.0)
    }

    /// The lines so far. Each was one write, and ends in the only newline it has.
    pub(crate) fn lines(&self) -> Vec<String> {
        let writes = self.0.lock().unwrap();
        let line = |write: &Vec<u8>| {
            let line = String::from_utf8(write.clone()).expect("UTF-8");
            assert!(line.len() <= 16_000, "{} bytes", line.len());
            let line = line.strip_suffix('\n').expect("a newline at the end").to_owned();
            assert!(!line.contains(['\n', '\r']), "{line:?}");
            line
        };
        writes.iter().map(line).collect()
    }
}

impl io::Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn json() -> LogSettings {
    LogSettings::new().format(LogFormat::Json)
}

/// Runs `run` with a log of these settings as the thread's, and returns the lines and the guard.
pub(crate) fn lines(settings: LogSettings, run: impl FnOnce()) -> (Vec<String>, LogGuard) {
    let capture = Capture::default();
    let (layer, guard) = log::layer(settings, LogOutput::writer(capture.clone())).unwrap();
    tests::lines::share_tracing();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), run);
    (capture.lines(), guard)
}

/// The lines of `run` as objects, read by a parser that refuses any that is not strictly JSON.
pub(crate) fn objects(run: impl FnOnce()) -> Vec<Json> {
    parse(&lines(json(), run).0)
}

pub(crate) fn parse(lines: &[String]) -> Vec<Json> {
    lines.iter().map(|line| parse_line(line)).collect()
}

pub(crate) fn parse_line(line: &str) -> Json {
    let json = Json::parse(line).unwrap_or_else(|error| panic!("{error}"));
    for (key, is_valid) in [
        ("timestamp", is_timestamp as fn(&str) -> bool),
        ("level", |level| {
            ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"].contains(&level)
        }),
        ("message", |_| true),
        ("target", |target| !target.is_empty()),
    ] {
        let value = json.get(key).and_then(Json::as_str);
        assert!(value.is_some_and(is_valid), "{key} of {line}");
    }
    json
}

/// `2025-11-02T10:30:45.123Z`
fn is_timestamp(text: &str) -> bool {
    let shape = "0000-00-00T00:00:00.000Z";
    text.len() == shape.len()
        && text
            .chars()
            .zip(shape.chars())
            .all(|(a, b)| if b == '0' { a.is_ascii_digit() } else { a == b })
}

/// The only line of `run`.
pub(crate) fn object(run: impl FnOnce()) -> Json {
    let mut objects = objects(run);
    assert_eq!(objects.len(), 1, "{objects:?}");
    objects.remove(0)
}

/// The text of a field of a line.
pub(crate) fn field<'a>(line: &'a Json, key: &str) -> &'a str {
    line.get(key)
        .and_then(Json::as_str)
        .unwrap_or_else(|| panic!("no text {key:?} in {line:?}"))
}

/// A number, bool or null of a line, as it is spelled.
pub(crate) fn number<'a>(line: &'a Json, key: &str) -> &'a str {
    match line.get(key) {
        Some(Json::Number(number)) => number,
        Some(Json::Bool(true)) => "true",
        Some(Json::Bool(false)) => "false",
        other => panic!("{key:?} is {other:?}"),
    }
}
