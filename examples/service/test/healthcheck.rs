//! `service healthcheck`, the real program, against a service in each of its states and against what is none.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, socket_with};
use tests::{Scratch, example::Example};

const PROGRAM: &str = env!("CARGO_BIN_EXE_service");

/// What a run ended with, and its one line.
fn healthcheck(vars: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    // A directory without a `.env`.
    let room = Scratch::new();
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(PROGRAM)
        .arg("healthcheck")
        .args(arguments)
        .env_clear()
        .envs(vars.iter().copied())
        .current_dir(room.path())
        .output()
        .unwrap();
    assert!(stdout.is_empty());
    (status.code(), String::from_utf8(stderr).unwrap())
}

fn healthy() -> (Option<i32>, String) {
    (Some(0), String::new())
}

#[track_caller]
fn assert_unhealthy(said: &(Option<i32>, String), why: &str) {
    assert_eq!(said.0, Some(1), "{said:?}");
    assert!(
        said.1.starts_with("unhealthy: ") && said.1.ends_with('\n'),
        "{said:?}"
    );
    assert!(said.1.contains(why) && said.1.lines().count() == 1, "{said:?}");
}

/// A port that was free a moment ago.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

/// Waits for a state that a service is about to be in.
fn eventually(check: impl Fn() -> bool) {
    let begun = Instant::now();
    while !check() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not come");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A server that answers each client with `answer`, or with nothing, and keeps the connection open.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut clients = Vec::<TcpStream>::new();
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let _ = client.read(&mut [0; 1024]);
            let _ = client.write_all(answer.as_bytes());
            clients.push(client);
        }
    });
    addr
}

#[test]
fn a_service_that_is_ready_and_then_drains() {
    let port = free_port();
    // The operator's own variables are the address; neither has a secret.
    let vars = [
        ("PORT", port.as_str()),
        ("DRAIN_DELAY", "55s"),
        ("DRAIN_TIMEOUT", "56s"),
    ];
    let service = Example::start(PROGRAM, &vars, 1);
    eventually(|| healthcheck(&vars, &[]) == healthy());
    assert_eq!(healthcheck(&vars, &["--live"]), healthy());
    assert_eq!(
        healthcheck(&[], &[&format!("http://localhost:{port}/health")]),
        healthy()
    );
    // Its first page is no health, but it is an answer; what is not there is none.
    assert_eq!(
        healthcheck(&[], &[&format!("http://127.0.0.1:{port}/")]),
        healthy()
    );
    assert_unhealthy(
        &healthcheck(&[], &[&format!("http://127.0.0.1:{port}/nowhere")]),
        "answered 404",
    );

    let pid = rustix::process::Pid::from_raw(service.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    eventually(|| healthcheck(&vars, &[]).0 == Some(1));
    let want = format!("http://127.0.0.1:{port}: answered 503 (draining)");
    assert_unhealthy(&healthcheck(&vars, &[]), &want);
    // It is not to be restarted for that.
    assert_eq!(healthcheck(&vars, &["--live"]), healthy());
}

#[test]
fn what_is_not_well() {
    let starting =
        server("HTTP/1.1 503 Service Unavailable\r\n\r\n{\"status\":\"starting\",\"timestamp\":\"x\"}");
    assert_unhealthy(&healthcheck(&[], &[&starting]), "answered 503 (starting)");
    let redirect = server("HTTP/1.1 308 Permanent Redirect\r\nLocation: https://localhost/\r\n\r\n");
    assert_unhealthy(&healthcheck(&[], &["--timeout", "1s", &redirect]), "answered 308");
    let other = server("220 mail.example ESMTP\r\n");
    assert_unhealthy(&healthcheck(&[], &[&other]), "the answer is not HTTP/1");
    let refused = free_port();
    let vars = [("PORT", refused.as_str())];
    assert_unhealthy(&healthcheck(&vars, &[]), "cannot be reached: connection refused");
}

#[test]
fn silence_ends_at_the_time_limit() {
    let silent = server("");
    assert_unhealthy(
        &healthcheck(&[], &["--timeout", "300ms", &silent]),
        "no answer within 300ms",
    );
    assert_unhealthy(&healthcheck(&[], &[&silent]), "no answer within 2s");
    // Nor does it help to begin.
    let begun = server("HTTP/1.1 20");
    assert_unhealthy(
        &healthcheck(&[], &["--timeout", "300ms", &begun]),
        "no answer within 300ms",
    );

    // Nobody accepts, and the backlog is full.
    let room = Scratch::new();
    let path = room.join("s.sock");
    let listener = unix_socket();
    rustix::net::bind(&listener, &SocketAddrUnix::new(&path).unwrap()).unwrap();
    rustix::net::listen(&listener, 1).unwrap();
    let target = format!("unix:{}", path.display());
    let waiting: Vec<_> = (0..8).map(|_| connect(&path)).collect();
    assert!(waiting.iter().any(Option::is_none), "the backlog took them all");
    assert_unhealthy(
        &healthcheck(&[], &["--timeout", "300ms", &target]),
        "no answer within 300ms",
    );
}

fn unix_socket() -> OwnedFd {
    socket_with(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::NONBLOCK,
        None,
    )
    .unwrap()
}

/// A connection that waits to be accepted; `None` when there is no room for it.
fn connect(path: &Path) -> Option<OwnedFd> {
    let socket = unix_socket();
    rustix::net::connect(&socket, &SocketAddrUnix::new(path).unwrap()).ok()?;
    Some(socket)
}

#[test]
fn by_the_settings_of_the_server() {
    let room = Scratch::new();
    let socket = format!("unix:{}", room.join("main.sock").display());
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["service.example".to_owned()]).unwrap();
    // Long over: the server serves it and says so, and the question is whether it does.
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    let certificate = room.file("cert.pem", certificate.pem()).display().to_string();
    let key = room.file("key.pem", key.serialize_pem()).display().to_string();
    let tls = [
        ("TLS_CERT_PATH", certificate.as_str()),
        ("TLS_KEY_PATH", key.as_str()),
    ];
    let port = free_port();
    let proxied = [
        ("PORT", port.as_str()),
        ("PROXY_PROTOCOL_NETWORKS", "127.0.0.0/8"),
    ];
    let (second, third) = (free_port(), free_port());
    for vars in [
        &[("BIND_ADDR", socket.as_str())][..],
        &proxied[..],
        &[&tls[..], &[("PORT", second.as_str())]].concat(),
        &[
            &tls[..],
            &proxied[1..],
            &[("PORT", third.as_str()), ("BIND_ADDR", "0.0.0.0")],
        ]
        .concat(),
    ] {
        let service = Example::launch(PROGRAM, vars);
        eventually(|| healthcheck(vars, &[]) == healthy());
        drop(service);
        assert_unhealthy(&healthcheck(vars, &[]), "cannot be reached");
    }
}

#[test]
fn neither_secrets_nor_arguments_matter_or_are_shown() {
    let silent = server("");
    let port = silent.rsplit(':').next().unwrap();
    let secret = "Zz9Qm2vTz81LcRw4HpXb7NdK3sYf6GtJ";
    // Secrets that a start would refuse, and a file of one that cannot be read.
    let vars = [
        ("PORT", port),
        ("JWT_ACCESS_SECRET", "changeme"),
        ("JWT_REFRESH_SECRET_FILE", "/nowhere"),
        ("ADMIN_TOKEN", secret),
    ];
    assert_unhealthy(
        &healthcheck(&vars, &["--timeout", "100ms"]),
        "no answer within 100ms",
    );
    let refused = [("PORT", "80a"), ("BIND_ADDR", secret)];
    let said = healthcheck(&refused, &[]);
    assert_unhealthy(&said, "BIND_ADDR, PORT");
    assert!(!said.1.contains("Zz9Q"));
    for arguments in [
        &[secret][..],
        &["--live", secret],
        &["--timeout", secret],
        &[&format!("http://user:{secret}@127.0.0.1:80/")],
        &["127.0.0.1:80", secret],
    ] {
        let (code, said) = healthcheck(&[], arguments);
        assert_eq!(code, Some(64), "{said}");
        assert!(said.contains("usage: ") && !said.contains("Zz9Q"), "{said}");
    }
    let (code, said) = healthcheck(&[("PORT", "0")], &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("PORT is 0"), "{said}");
}
