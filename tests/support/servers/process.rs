//! A server's process, with those it made.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Longer than any server needs.
const PATIENCE: Duration = Duration::from_secs(30);

/// The user that servers run as: that of `tests/run`, or nobody's if we are root, or ours.
fn user() -> Option<(u32, u32)> {
    let number = |name| std::env::var(name).ok()?.parse().ok();
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    Some((
        number("TEST_SERVER_UID").unwrap_or(65534),
        number("TEST_SERVER_GID").unwrap_or(65534),
    ))
}

/// Gives a directory to the user that servers run as.
pub(super) fn give(path: &Path) {
    if let Some((uid, gid)) = user() {
        std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
    }
}

/// A command that runs as that user.
pub(super) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null());
    if let Some((uid, gid)) = user() {
        command.uid(uid).gid(gid);
    }
    command
}

/// A running server; killed with its children when dropped.
#[derive(Debug)]
pub(super) struct Process(Child);

impl Process {
    pub(super) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    pub(super) fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// Sends a signal to it alone.
    pub(super) fn signal(&self, signal: Signal) {
        send(self.0.id(), signal);
    }

    /// Sends a signal to it and then to its children: once it is frozen, it makes no more.
    pub(super) fn signal_all(&self, signal: Signal) {
        self.signal(signal);
        children(self.0.id())
            .into_iter()
            .for_each(|pid| send(pid, signal));
    }

    /// Waits for its end; false if it does not come.
    pub(super) fn wait(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.has_ended() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        self.signal_all(Signal::CONT);
        // Postgres ends at once, and clears its shared memory.
        self.signal(Signal::QUIT);
        if !self.wait() {
            self.signal_all(Signal::KILL);
            let _ = self.0.wait();
        }
    }
}

fn send(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).unwrap();
    // It may have ended by itself.
    let _ = kill_process(pid, signal);
}

fn children(of: u32) -> Vec<u32> {
    let parent = format!("PPid:\t{of}\n");
    let is_child = |pid: &u32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        status.contains(&parent)
    };
    let pids = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let name = entry.ok()?.file_name();
        name.to_str()?.parse().ok()
    });
    pids.filter(is_child).collect()
}
