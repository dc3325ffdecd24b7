//! Sockets: unix ones, inherited ones, and what the service manager and signals get to hear.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use secure_runtime::server::{BindAddr, Server};
use tests::Scratch;
use tokio::net::UnixStream;

use crate::child::{Child, DEMO};
use crate::client::Client;
use crate::running::{settings, start};

#[tokio::test(flavor = "multi_thread")]
async fn serves_over_a_unix_socket_and_removes_it() {
    let directory = Scratch::new();
    let path = directory.join("main.sock");
    let mut settings = settings();
    settings.bind_addr = Some(BindAddr::Unix(path.clone()));
    let server = start(settings.clone()).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
    let mut client = Client::new(UnixStream::connect(&path).await.unwrap());
    assert_eq!(client.get("/connection").await.body, "main none tls=false");

    let error = Server::builder(settings.clone()).bind().await.unwrap_err();
    assert!(error.is_bind(), "a living socket is not taken over: {error}");
    server.handle.shutdown();
    server.stopped().await;
    assert!(!path.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_told_with_its_address() {
    let server = start(settings()).await;
    let mut settings = settings();
    settings.bind_addr = Some(BindAddr::Ip(server.addr.ip()));
    settings.port = server.addr.port();
    let error = Server::builder(settings).bind().await.unwrap_err();
    assert!(error.is_bind() && !error.is_setting());
    assert_eq!(
        error.to_string(),
        format!("the main listener cannot bind {}", server.addr)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_over_a_socket_of_the_service_manager() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr: SocketAddr = listener.local_addr().unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", "exec 3<&0 </dev/null; exec \"$0\"", DEMO])
        .env("LISTEN_FDS", "1")
        .env("LISTEN_FDNAMES", "main")
        .stdin(OwnedFd::from(listener));
    let mut child = Child::spawn(&mut command);
    // This process's own copy went with the command.
    drop(command);
    assert_eq!(child.main_addr(), addr);
    assert_eq!(Client::connect(addr).await.get("/").await.body, "hello");
}

/// `ListenStream=` twice in one unit: both sockets are of the main listener, and served in turns.
#[tokio::test(flavor = "multi_thread")]
async fn several_inherited_sockets_are_all_served() {
    let bind = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (first, second) = (bind(), bind());
    let addrs = [&first, &second].map(|socket| socket.local_addr().unwrap());
    let mut command = Command::new("sh");
    command
        .args(["-c", "exec 3<&0 4<&2 </dev/null 2>/dev/null; exec \"$0\"", DEMO])
        .env("LISTEN_FDS", "2")
        .env("LISTEN_FDNAMES", "demo.socket:demo.socket")
        .stdin(OwnedFd::from(first))
        .stderr(OwnedFd::from(second));
    let mut child = Child::spawn(&mut command);
    // This process's own copies went with the command.
    drop(command);
    assert_eq!((child.main_addr(), child.main_addr()), (addrs[0], addrs[1]));
    for _ in 0..5 {
        for addr in addrs {
            assert_eq!(Client::connect(addr).await.get("/").await.body, "hello");
        }
    }
    child.signal(Signal::TERM);
    assert!(child.wait().success());
    for addr in addrs {
        assert!(std::net::TcpStream::connect(addr).is_err(), "both are closed");
    }
}

/// A page whose name resolves to this machine (DNS rebinding) reads no metrics.
#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_listener_answers_for_this_machine_only() {
    let mut child = Child::start(&[("METRICS_PORT", "0")]);
    child.main_addr();
    let addr: SocketAddr = child.listening("metrics").parse().unwrap();
    for (host, status) in [
        ("localhost", 200),
        (&addr.to_string(), 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
    ] {
        let mut client = Client::connect(addr).await;
        client
            .send(format!("GET / HTTP/1.1\r\nhost: {host}\r\n\r\n"))
            .await;
        assert_eq!(client.response().await.unwrap().status, status, "{host}");
    }
}

/// `ulimit -f`, `LimitFSIZE=`: a file at its limit costs what would be written, not the service.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_at_its_size_limit_does_not_end_the_service() {
    let scratch = Scratch::new();
    let path = scratch.join("output");
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -f 1; exec \"$0\"", DEMO])
        .env("WRITE_FILE", &path);
    let mut child = Child::spawn(&mut command);
    let addr = child.main_addr();
    let mut client = Client::connect(addr).await;
    let answer = client.get("/write").await;
    assert!(answer.body.starts_with("failed: File too large"), "{answer:?}");
    assert_eq!(client.get("/").await.body, "hello");
    assert!(fs::metadata(&path).unwrap().len() <= 1024);
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_the_service_manager_and_ends_on_sigterm() {
    let directory = Scratch::new();
    let path = directory.join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let heard = || {
        let mut message = [0; 256];
        let bytes = manager.recv(&mut message).expect("a message");
        String::from_utf8_lossy(&message[..bytes]).into_owned()
    };
    let vars = [
        ("NOTIFY_SOCKET", path.to_str().unwrap()),
        ("WATCHDOG_USEC", "100000"),
    ];
    let mut child = Child::start(&vars);
    let addr = child.main_addr();
    let (mut ready, mut alive) = (false, 0);
    while !ready || alive < 3 {
        match heard().as_str() {
            "READY=1" => ready = true,
            "WATCHDOG=1" => alive += 1,
            other => panic!("{other}"),
        }
    }
    let mut client = Client::connect(addr).await;
    assert_eq!(client.get("/").await.body, "hello");
    child.signal(Signal::HUP);
    while !heard().starts_with("RELOADING=1\nMONOTONIC_USEC=") {}
    assert_eq!(child.line(), "reloading");
    while heard() != "READY=1" {}
    assert_eq!(client.get("/").await.body, "hello", "it lives on");
    child.signal(Signal::TERM);
    while heard() != "STOPPING=1" {}
    assert_eq!(child.line(), "draining");
    assert!(child.wait().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_at_once() {
    let mut child = Child::start(&[]);
    let mut client = Client::connect(child.main_addr()).await;
    client.send("GET /slow?600000 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    // Seen to be at work: another connection is answered after it.
    tokio::time::sleep(Duration::from_millis(100)).await;
    child.signal(Signal::INT);
    assert_eq!(child.line(), "draining");
    child.signal(Signal::INT);
    assert_eq!(child.wait().code(), Some(128 + 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_open_files_are_outlived() {
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -n 120; exec \"$0\"", DEMO])
        .env("HOLD_FILES", "85");
    let mut child = Child::spawn(&mut command);
    let addr = child.main_addr();
    let mut clients = Vec::new();
    for _ in 0..60 {
        clients.push(Client::connect(addr).await);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    // The silent ones are let go of, and the next one is served.
    let mut client = Client::connect(addr).await;
    assert_eq!(client.get("/").await.body, "hello");
    child.signal(Signal::TERM);
    assert_eq!(child.line(), "draining");
    let stats = child.line();
    assert!(
        stats.contains("accept_errors: ") && !stats.contains("accept_errors: 0,"),
        "{stats}"
    );
    assert!(child.wait().success());
}
