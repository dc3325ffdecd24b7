//! The demo as a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child as Process, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// The demo's executable.
pub(crate) const DEMO: &str = env!("CARGO_BIN_EXE_server-demo");

/// A running demo; killed when dropped.
pub(crate) struct Child {
    process: Process,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Child {
    pub(crate) fn start(vars: &[(&str, &str)]) -> Self {
        Self::spawn(Command::new(DEMO).envs(vars.iter().copied()))
    }

    /// Starts a command that becomes the demo. It gets none of this process's variables but `PATH`.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let vars: Vec<_> = command
            .get_envs()
            .map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)))
            .collect();
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("PORT", "0")
            .env("DRAIN_DELAY", "0s");
        for (name, value) in vars {
            command.env(name, value.unwrap_or_default());
        }
        let mut process = command.stdout(Stdio::piped()).spawn().expect("starts");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        Self { process, lines }
    }

    pub(crate) fn line(&mut self) -> String {
        self.lines.next().expect("a line").expect("readable")
    }

    /// The address in the next line, which must be of `listener`.
    pub(crate) fn listening(&mut self, listener: &str) -> String {
        let line = self.line();
        let addr = line.strip_prefix(&format!("listening {listener} "));
        addr.unwrap_or_else(|| panic!("{line}")).to_owned()
    }

    pub(crate) fn main_addr(&mut self) -> SocketAddr {
        self.listening("main").parse().expect("a TCP address")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw)
            .expect("a process");
        kill_process(pid, signal).expect("signalled");
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("ours") {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it hangs");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A line of `/proc/PID/status`, in KiB: `VmRSS` or `VmHWM`.
    pub(crate) fn memory(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("alive");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("on Linux");
        line.trim_matches([':', ' ', '\t', 'k', 'B'])
            .parse()
            .expect("a number")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
