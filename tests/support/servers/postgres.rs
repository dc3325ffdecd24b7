//! A Postgres of a test's own.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::process::{self, Process};
use crate::Scratch;

/// A Postgres of a test's own, on loopback in a temporary folder; gone when dropped.
#[derive(Debug)]
pub struct Postgres {
    // Ended before its folder is removed.
    process: Option<Process>,
    port: u16,
    folder: Scratch,
}

impl Postgres {
    /// The password of its one user, `app`; machine-made, so that the gate lets it pass.
    pub const PASSWORD: &str = "8pXv0rVbQm3KwT5yLz2N";

    /// Makes a database and starts it.
    #[must_use]
    pub fn start() -> Self {
        let folder = Scratch::new();
        process::give(folder.path());
        let password = folder.file("password", Self::PASSWORD);
        process::give(&password);
        let made = process::command(&bin().join("initdb"))
            .arg("--pgdata")
            .arg(folder.join("data"))
            .arg("--pwfile")
            .arg(password)
            .args([
                "--username=app",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-sync",
            ])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        // Free now, and kept for the next starts.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut postgres = Self {
            process: None,
            port,
            folder,
        };
        postgres.start_again();
        postgres
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        format!(
            "postgres://app:{}@127.0.0.1:{}/postgres",
            Self::PASSWORD,
            self.port
        )
    }

    /// Stops it: its connections end, its port refuses.
    pub fn stop(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.signal(Signal::INT);
        assert!(process.wait(), "it does not stop");
    }

    /// Starts it again after [`stop`](Self::stop), at the same place.
    pub fn start_again(&mut self) {
        let log = fs::File::create(self.folder.join("log")).unwrap();
        let mut command = process::command(&bin().join("postgres"));
        command
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-p", &self.port.to_string()])
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
            ])
            .args(["-c", "fsync=off"])
            .stdout(Stdio::null())
            .stderr(log);
        let mut process = Process::start(&mut command);
        let begun = Instant::now();
        // Its port is open before it takes logins; those who come then are told that it is starting.
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(!process.has_ended(), "it ended: {}", log());
            assert!(begun.elapsed() < Duration::from_secs(30), "it hangs: {}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        self.process = Some(process);
    }

    /// Freezes all of it: its connections stay and are silent.
    pub fn freeze(&self) {
        self.running().signal_all(Signal::STOP);
    }

    /// Freezes what takes new connections; those that are there go on.
    pub fn freeze_listener(&self) {
        self.running().signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.running().signal_all(Signal::CONT);
    }

    fn running(&self) -> &Process {
        self.process.as_ref().expect("it runs")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.process = None;
    }
}

/// The folder of its programs: that of `tests/run`, else the newest of Debian's.
fn bin() -> PathBuf {
    if let Some(bin) = std::env::var_os("TEST_POSTGRES_BIN") {
        return bin.into();
    }
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = debian.map(|entry| entry.path()).max();
    newest
        .map(|version| version.join("bin"))
        .filter(|bin| Path::new(&bin.join("initdb")).exists())
        .expect("TEST_POSTGRES_BIN is the folder of initdb and postgres")
}
