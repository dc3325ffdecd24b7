//! A server of OpenBao in its development mode, and what an operator does to it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use secure_config::SecretString;
use secure_config::vault::{Auth, Vault, VaultBuilder};
use serde_json::{Value, json};

use crate::Scratch;
use crate::program::{OPENBAO, Server, free_port};

/// The root token of each.
pub const ROOT: &str = "root-of-the-live-vault-suite";

/// A server of a test's own.
#[derive(Debug)]
pub struct Bao {
    binary: PathBuf,
    server: Option<Server>,
    scratch: Scratch,
    port: u16,
    is_tls: bool,
}

impl Bao {
    /// Starts one; `None` when OpenBao is not to be had.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::started(false)
    }

    /// One that speaks TLS, with an authority of its own.
    #[must_use]
    pub fn start_tls() -> Option<Self> {
        Self::started(true)
    }

    fn started(is_tls: bool) -> Option<Self> {
        let mut bao = Self {
            binary: OPENBAO.find()?,
            server: None,
            scratch: Scratch::new(),
            port: free_port(),
            is_tls,
        };
        bao.go();
        Some(bao)
    }

    /// Starts it again on its port, with nothing in it.
    pub fn go(&mut self) {
        let mut command = Command::new(&self.binary);
        command
            .args(["server", "-dev", "-dev-no-store-token"])
            .arg(format!("-dev-root-token-id={ROOT}"))
            .arg(format!("-dev-listen-address=127.0.0.1:{}", self.port))
            .env("HOME", self.scratch.path());
        if self.is_tls {
            command
                .arg("-dev-tls")
                .arg(format!("-dev-tls-cert-dir={}", self.scratch.path().display()));
        }
        let log = self.scratch.join("log");
        let (port, is_tls) = (self.port, self.is_tls);
        let seen = log.clone();
        let is_ready = move || {
            let has_started = fs::read_to_string(&seen).is_ok_and(|text| text.contains("Root Token:"));
            has_started
                && (is_tls
                    || try_call(port, "GET", "secret/config", "").is_some_and(|(status, _)| status == 200))
        };
        self.server = Some(Server::start(&mut command, &log, is_ready));
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// The authority that signed its certificate.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.scratch.join("vault-ca.pem")
    }

    /// Asked with the root token, with little patience.
    pub fn builder(&self) -> VaultBuilder {
        self.asked_by(Auth::token(SecretString::new(ROOT)))
    }

    /// Asked by whom `auth` says, with little patience.
    pub fn asked_by(&self, auth: Auth) -> VaultBuilder {
        Vault::builder(self.address(), auth).deadline(Duration::from_millis(1500))
    }

    /// Does something as root, which must succeed.
    #[expect(clippy::must_use_candidate, reason = "most callers only want it done")]
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = try_call(self.port, method, path, &body.to_string()).unwrap();
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        serde_json::from_str(&answer).unwrap_or(Value::Null)
    }

    /// Writes a new version of the secret `app`.
    pub fn put(&self, data: &Value) {
        self.call("POST", "secret/data/app", &json!({ "data": data }));
    }

    /// Seals it.
    pub fn seal(&self) {
        self.call("POST", "sys/seal", &json!({}));
    }

    /// Unseals it again.
    pub fn unseal(&self) {
        let log = fs::read_to_string(self.scratch.join("log")).unwrap();
        let (_, rest) = log.split_once("Unseal Key: ").unwrap();
        let key = rest.lines().next().unwrap().trim();
        self.call("POST", "sys/unseal", &json!({ "key": key }));
    }
}

/// Writes a secret to the server at `http://host:port`.
pub fn put_to(address: &str, token: &str, path: &str, data: &Value) {
    let at = address
        .strip_prefix("http://")
        .expect("the address begins with http://");
    let body = json!({ "data": data }).to_string();
    let (status, answer) = ask(
        at.trim_end_matches('/'),
        token,
        "POST",
        &format!("secret/data/{path}"),
        &body,
    )
    .unwrap();
    assert_eq!(status, 200, "{answer}");
}

fn try_call(port: u16, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    ask(&format!("127.0.0.1:{port}"), ROOT, method, path, body)
}

/// A request of HTTP/1.0, whose answer ends with the connection.
fn ask(at: &str, token: &str, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(at).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(
        stream,
        "{method} /v1/{path} HTTP/1.0\r\nHost: localhost\r\nX-Vault-Token: {token}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.get(9..12)?.parse().ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some((status, body.to_owned()))
}
