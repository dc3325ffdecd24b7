//! An example as a process of its own, whose log is read.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::json::Json;

/// Longer than any start takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running example; killed when dropped.
#[derive(Debug)]
pub struct Example {
    process: Child,
    lines: Arc<Mutex<Vec<Json>>>,
}

impl Example {
    /// Starts a program with these variables and no others, in development and with free ports unless they say otherwise,
    /// and waits until it listens on as many addresses as `listeners`.
    #[must_use]
    pub fn start(program: &str, vars: &[(&str, &str)], listeners: usize) -> Self {
        Self::start_in(Path::new("."), program, vars, listeners)
    }

    /// The same in another folder, where its `.env` may lie.
    #[must_use]
    pub fn start_in(folder: &Path, program: &str, vars: &[(&str, &str)], listeners: usize) -> Self {
        let example = Self::launch_in(folder, program, vars);
        let begun = Instant::now();
        while example.addrs().len() < listeners {
            assert!(
                begun.elapsed() < PATIENCE,
                "it does not listen: {:?}",
                example.lines()
            );
            thread::sleep(Duration::from_millis(5));
        }
        example
    }

    /// The same as [`start`](Self::start) without the wait.
    #[must_use]
    pub fn launch(program: &str, vars: &[(&str, &str)]) -> Self {
        Self::launch_in(Path::new("."), program, vars)
    }

    fn launch_in(folder: &Path, program: &str, vars: &[(&str, &str)]) -> Self {
        let mut process = Command::new(program)
            .current_dir(folder)
            .env_clear()
            .envs([
                ("APP_ENV", "development"),
                ("LOG_FORMAT", "json"),
                ("PORT", "0"),
                ("DRAIN_DELAY", "0s"),
            ])
            .envs(vars.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = Arc::<Mutex<Vec<Json>>>::default();
        let stdout = BufReader::new(process.stdout.take().expect("piped"));
        let read = Arc::clone(&lines);
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let line = Json::parse(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                read.lock().unwrap().push(line);
            }
        });
        Self { process, lines }
    }

    /// The lines of its log so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Json> {
        self.lines.lock().unwrap().clone()
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits for its end; the exit code.
    #[must_use]
    pub fn wait(mut self) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("it is a child") {
                return status.code();
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end: {:?}", self.lines());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(id.expect("a process"), signal).unwrap();
    }

    /// Waits for a line behind the first `seen`, with this in its message.
    #[must_use]
    pub fn line_with(&self, message: &str, seen: usize) -> Json {
        let has_it = |line: &&Json| {
            let text = line.get("message").and_then(Json::as_str);
            text.is_some_and(|text| text.contains(message))
        };
        let (begun, mut seen) = (Instant::now(), seen);
        loop {
            {
                let lines = self.lines.lock().unwrap();
                if let Some(line) = lines.iter().skip(seen).find(has_it) {
                    return line.clone();
                }
                seen = seen.max(lines.len());
            }
            let last = || self.lines().split_off(seen.saturating_sub(20));
            assert!(
                begun.elapsed() < PATIENCE,
                "it never says {message:?}: {:?}",
                last()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many lines its log has so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lines.lock().unwrap().len()
    }

    /// Where a listener listens: `main`, `metrics` or `admin`.
    #[must_use]
    pub fn addr(&self, listener: &str) -> SocketAddr {
        self.addrs()[listener]
    }

    fn addrs(&self) -> BTreeMap<String, SocketAddr> {
        let text = |line: &Json, key| line.get(key).and_then(Json::as_str).map(str::to_owned);
        self.lines()
            .iter()
            .filter(|line| text(line, "message").as_deref() == Some("listening"))
            .filter_map(|line| Some((text(line, "listener")?, text(line, "addr")?.parse().ok()?)))
            .collect()
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
