//! A server of Valkey, and what becomes of it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use secure_config::SecureConfig;
use secure_runtime::replicas::{ReplicaSettings, Valkey};
use tests::program::{Server, VALKEY, free_port};
use tests::{STRONG, Scratch};

/// A server of our own.
pub(crate) struct Shared {
    binary: PathBuf,
    server: Option<Server>,
    scratch: Scratch,
    port: u16,
}

impl Shared {
    /// Starts one; `None` when none is to be had.
    pub(crate) fn start() -> Option<Self> {
        let mut shared = Self {
            binary: VALKEY.find()?,
            server: None,
            scratch: Scratch::new(),
            port: free_port(),
        };
        shared.go();
        VALKEY.note_ran();
        Some(shared)
    }

    /// Starts it again on its port, with nothing in it.
    pub(crate) fn go(&mut self) {
        let port = self.port;
        let mut command = Command::new(&self.binary);
        command
            .args([
                "--bind",
                "127.0.0.1",
                "--port",
                &port.to_string(),
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .current_dir(self.scratch.path());
        let is_ready = move || said(port, "PING").is_some_and(|answer| answer.starts_with("+PONG"));
        self.server = Some(Server::start(&mut command, &self.scratch.join("log"), is_ready));
    }

    /// Ends it.
    pub(crate) fn stop(&mut self) {
        self.server = None;
    }

    /// Keeps it from running, while the system still accepts connections for it; or lets it go on.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.server.as_ref().unwrap().id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// What the server says to a command.
    pub(crate) fn say(&self, command: &str) -> String {
        said(self.port, command).unwrap()
    }

    /// One more replica.
    pub(crate) async fn replica(&self, on_outage: &str) -> Valkey {
        self.replica_with(on_outage, "2s").await
    }

    /// One that waits no longer than this.
    pub(crate) async fn replica_with(&self, on_outage: &str, timeout: &str) -> Valkey {
        let vars = [
            ("VALKEY_URL", format!("redis://127.0.0.1:{}", self.port)),
            ("VALKEY_KEY_SECRET", STRONG[0].to_owned()),
            ("VALKEY_ON_OUTAGE", on_outage.to_owned()),
            ("VALKEY_TIMEOUT", timeout.to_owned()),
        ];
        let settings = ReplicaSettings::loader().vars(vars).load().unwrap();
        Valkey::start(&settings).await.unwrap()
    }
}

fn said(port: u16, command: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(stream, "{command}\r\nQUIT\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// Waits until something holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
