//! The running example, and whoever calls it.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tests::STRONG;

const ADMIN: &str = STRONG[0];

/// Longer than anything here takes, so that only a hang fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The running example; killed when dropped.
pub struct Service {
    process: Child,
    output: BufReader<ChildStdout>,
    /// What it has logged so far.
    pub lines: Vec<String>,
    folder: PathBuf,
    main: SocketAddr,
    admin: SocketAddr,
}

impl Service {
    /// With a look at the files at SIGHUP alone.
    pub fn start(folder: &Path, grace: Duration) -> Self {
        Self::start_with(folder, grace, "0s")
    }

    pub fn start_with(folder: &Path, grace: Duration, period: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_rotation"))
            .current_dir(folder)
            .env_clear()
            .env("APP_ENV", "production")
            .env("TOKEN_KEY_FILE", folder.join("key"))
            .env("TOKEN_GRACE", format!("{}s", grace.as_secs()))
            .env("RELOAD_PERIOD", period)
            .env("ADMIN_TOKEN", ADMIN)
            .env("BIND_ADDR", "127.0.0.1")
            .env("PORT", "0")
            .env("ADMIN_PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let output = BufReader::new(process.stdout.take().expect("piped"));
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut service = Self {
            process,
            output,
            lines: Vec::new(),
            folder: folder.to_owned(),
            main: nowhere,
            admin: nowhere,
        };
        for _ in 0..2 {
            let line = service.line_with("listening");
            let addr = line["addr"]
                .as_str()
                .and_then(|addr| addr.parse().ok())
                .expect("an address");
            match line["listener"].as_str() {
                Some("admin") => service.admin = addr,
                _ => service.main = addr,
            }
        }
        service
    }

    /// Reads its log up to a line with this message.
    pub fn line_with(&mut self, message: &str) -> Value {
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).expect("readable");
            assert!(read > 0, "it ended: {:?}", self.lines);
            let json: Value = serde_json::from_str(&line).expect("a line of JSON");
            self.lines.push(line);
            if json["message"]
                .as_str()
                .is_some_and(|text| text.contains(message))
            {
                return json;
            }
        }
    }

    pub fn login(&self, user: &str) -> String {
        let (status, token) = ask(self.main, "POST /login", "", user);
        assert_eq!(status, 200, "{token}");
        token
    }

    /// The answer to who a token is of.
    pub fn who(&self, token: &str) -> (u16, String) {
        ask(
            self.main,
            "GET /",
            &format!("authorization: Bearer {token}\r\n"),
            "",
        )
    }

    pub fn admin(&self, path: &str) -> (u16, String) {
        let (status, text) = ask(
            self.admin,
            &format!("POST {path}"),
            &format!("authorization: Bearer {ADMIN}\r\n"),
            "",
        );
        (status, text.trim().to_owned())
    }

    /// Puts another key in the place of the old one, in one step.
    pub fn exchange_key(&self, key: &str) {
        let new = self.folder.join("key.new");
        fs::write(&new, key).expect("written");
        fs::set_permissions(&new, Permissions::from_mode(0o600)).expect("private");
        fs::rename(new, self.folder.join("key")).expect("renamed");
    }

    pub fn hang_up(&self) {
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process"), Signal::HUP).expect("signalled");
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Asks until it is so.
    pub fn eventually(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < PATIENCE, "never: {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One request on a connection of its own: status and body.
fn ask(addr: SocketAddr, line: &str, fields: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(addr).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n{fields}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    (status.expect("a status"), body.unwrap_or_default())
}
