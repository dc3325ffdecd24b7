//! What the README says of the first five minutes, done to the letter: its code, its commands, and what it says they answer.
//!
//! The crate stands in a folder of its own beside a link to this checkout, as the README has it. Two things are not a reader's: the lock
//! of the workspace, so that nothing is fetched, and a free port instead of 8080.

mod console;
mod newcomer;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tests::json::Json;
use tests::loopback::ask;
use tests::markdown::{Block, blocks, section};
use tests::tools::has;

use console::Console;
use newcomer::Newcomer;

const README: &str = include_str!("../../README.md");

/// What a reader is promised to write at most.
const LINES: usize = 31;

fn five_minutes(language: &str) -> Vec<Block> {
    let mut blocks = blocks(section(README, "In your service in five minutes"));
    blocks.retain(|block| block.language() == language);
    blocks
}

/// The only block of a language.
fn only(language: &str) -> String {
    let mut blocks = five_minutes(language);
    assert_eq!(blocks.len(), 1, "{language}");
    blocks.remove(0).text
}

#[test]
fn it_takes_about_thirty_lines() {
    let code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    let (manifest, main) = (only("toml"), only("rust"));
    let own = manifest.lines().chain(main.lines()).filter(code).count();
    assert!(own <= LINES, "{own} lines");
    assert!(
        main.lines().all(|line| line.len() <= 100),
        "a line is too long to be one"
    );
}

#[tokio::test]
async fn it_refuses_then_is_given_a_secret_then_serves() {
    let consoles: Vec<Console> = five_minutes("console").iter().map(Console::read).collect();
    let [new, refused, config, serve, asked] = &consoles[..] else {
        panic!("the section has {} blocks of commands", consoles.len());
    };
    let newcomer = Newcomer::arrives();
    assert_eq!(new.script, "cargo new hello && cd hello\n");
    new.assert_said(&newcomer.run(newcomer.folder(), &new.script));
    newcomer.depends(&only("toml"));
    newcomer.writes("src/main.rs", &only("rust"));
    newcomer.locks();

    let said = newcomer.run(&newcomer.hello(), &refused.script);
    refused.assert_said(&said);
    assert!(!said.contains("warning:"), "a reader is warned: {said}");
    config.assert_said(&newcomer.run(&newcomer.hello(), &config.script));
    assert_eq!(newcomer.mode(".env"), 0o600);

    // A shell that is told to end waits for the service, and ends as it does.
    let patient = format!("trap : TERM\n{}", serve.script);
    let mut service = Service::start(newcomer.command(&newcomer.hello(), &patient));
    let mut said = service.line();
    while !said.contains("\"message\":\"listening\"") {
        said = said + "\n" + &service.line();
    }
    let addr = addr(said.lines().last().unwrap_or_default());
    serve.on_port(addr.port()).assert_said(&said);

    let answer = ask(addr, "GET / HTTP/1.1", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello\n"));
    for name in HARDENED {
        assert!(answer.header(name).is_some(), "no {name} in {answer:?}");
    }
    let id = answer.header("x-request-id").expect("it has one").to_owned();
    let line = Json::parse(&service.line()).expect("a line of the log is JSON");
    assert_eq!(line.get("route").and_then(Json::as_str), Some("/"), "{line:?}");
    assert_eq!(
        line.get("request_id").and_then(Json::as_str),
        Some(id.as_str()),
        "{line:?}"
    );

    if has("curl") {
        let asked = asked.on_port(addr.port());
        asked.assert_said(&newcomer.run(&newcomer.hello(), &asked.script).replace('\r', ""));
    }
    assert_eq!(service.stop(), Some(0), "it ends well when it is told to");
}

/// Where it listens, by the line that says so.
fn addr(listening: &str) -> SocketAddr {
    let line = Json::parse(listening).unwrap_or_else(|error| panic!("{error}: {listening}"));
    let addr = line.get("addr").and_then(Json::as_str);
    addr.expect("an address").parse().expect("an address")
}

/// What every answer has, by the README's own words "it serves, hardened".
const HARDENED: [&str; 10] = [
    "content-security-policy",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-dns-prefetch-control",
    "x-frame-options",
    "x-permitted-cross-domain-policies",
];

/// The service that the README starts, with a free port; it ends with this.
struct Service {
    process: Child,
    lines: Box<dyn Iterator<Item = std::io::Result<String>>>,
}

impl Service {
    fn start(mut command: Command) -> Self {
        let mut process = command
            .env("PORT", "0")
            .env("DRAIN_DELAY", "0s")
            .stdout(Stdio::piped())
            // Of its own, so that the shell and the service can be ended together.
            .process_group(0)
            .spawn()
            .expect("the shell runs");
        let stdout = process.stdout.take().expect("piped");
        Self {
            process,
            lines: Box::new(BufReader::new(stdout).lines()),
        }
    }

    fn line(&mut self) -> String {
        let line = self.lines.next().expect("it goes on");
        line.expect("it is UTF-8")
    }

    fn signal(&self, signal: Signal) {
        let group = Pid::from_raw(self.process.id().cast_signed()).expect("it is not 0");
        // It may have ended by itself.
        let _ = kill_process_group(group, signal);
    }

    fn stop(&mut self) -> Option<i32> {
        self.signal(Signal::TERM);
        for line in self.lines.by_ref() {
            Json::parse(&line.expect("it is UTF-8")).expect("the end is told in JSON, too");
        }
        self.process.wait().expect("it was started").code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.process.wait();
    }
}
