//! An example as a process of its own, whose log is read.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::SocketAddr,
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
        let example = Self::launch(program, vars);
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

    /// The same without the wait.
    #[must_use]
    pub fn launch(program: &str, vars: &[(&str, &str)]) -> Self {
        let mut process = Command::new(program)
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

    /// The number of its process.
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

    /// The lines of its log so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Json> {
        self.lines.lock().unwrap().clone()
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
