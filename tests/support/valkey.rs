//! A server of Valkey, and what becomes of it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::Scratch;
use crate::program::{Server, VALKEY, free_port};

/// A server of a test's own.
#[derive(Debug)]
pub struct Shared {
    binary: PathBuf,
    server: Option<Server>,
    scratch: Scratch,
    port: u16,
}

impl Shared {
    /// Starts one; `None` when none is to be had.
    #[must_use]
    pub fn start() -> Option<Self> {
        let mut shared = Self {
            binary: VALKEY.find()?,
            server: None,
            scratch: Scratch::new(),
            port: free_port(),
        };
        shared.go();
        Some(shared)
    }

    /// Starts it again on its port, with nothing in it.
    pub fn go(&mut self) {
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
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Keeps it from running, while the system still accepts connections for it; or lets it go on.
    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.server.as_ref().unwrap().id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// What the server says to a command.
    #[must_use]
    pub fn say(&self, command: &str) -> String {
        said(self.port, command).unwrap()
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
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
