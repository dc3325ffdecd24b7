//! The premise of the image in examples/deploy, without a container engine: in a root directory made by the script that the Dockerfile calls,
//! which nobody can write to and which has no shell, the service runs as nobody, with its secrets as files, and finds itself well.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use rustix::process::{Pid, Signal, kill_process};
use tests::{STRONG, Scratch, example::Example, json::Json, skip, tools::is_root};

const PROGRAM: &str = env!("CARGO_BIN_EXE_service");
const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy");
/// The user of the image.
const NONROOT: u32 = 65_532;

/// A root directory with the service, and its secrets for the group of that user alone.
fn rootfs() -> Scratch {
    let room = Scratch::new();
    let root = room.join("root");
    let made = Command::new(format!("{DEPLOY}/rootfs"))
        .arg(PROGRAM)
        .arg(&root)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    for (name, secret) in [
        ("jwt_access_secret", STRONG[0]),
        ("jwt_refresh_secret", STRONG[1]),
        ("refresh_token_fingerprint_pepper", STRONG[2]),
    ] {
        let path = room.file(&format!("root/run/secrets/{name}"), format!("{secret}\n"));
        std::os::unix::fs::chown(&path, Some(0), Some(NONROOT)).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o440)).unwrap();
    }
    room
}

/// A program that runs `words` in the root directory, as [`Example`] takes it.
fn inside(room: &Scratch, name: &str, words: &str) -> String {
    let root = room.join("root").display().to_string();
    let script = format!("#!/bin/sh\nexec '{DEPLOY}/in-rootfs' '{root}' {words}\n");
    let path = room.file(name, script);
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path.display().to_string()
}

fn run(program: &str, vars: &[(&str, &str)]) -> Output {
    Command::new(program)
        .env_clear()
        .envs(vars.iter().copied())
        .output()
        .unwrap()
}

/// A field of `/proc/PID/status`.
fn status(pid: u32, name: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_start_matches(':').trim().replace('\t', " ")
}

#[test]
fn it_serves_as_nobody_in_a_root_that_is_read_only() {
    if !is_root("only root can make a root directory of its own") {
        return;
    }
    let room = rootfs();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    let vars = [
        ("APP_ENV", "production"),
        ("BIND_ADDR", "127.0.0.1"),
        ("PORT", port.as_str()),
    ];
    let probe = run(&inside(&room, "probe", "/service config check"), &vars);
    if probe.status.code() == Some(1) && !probe.stderr.starts_with(b"configuration") {
        let why = String::from_utf8_lossy(&probe.stderr).trim().to_owned();
        return skip("mount", &format!("mounts are not allowed here: {why}"));
    }
    assert!(probe.status.success(), "{probe:?}");

    let service = Example::start(&inside(&room, "start", "/service"), &vars, 1);
    let pid = service.id();
    let nobody = format!("{NONROOT} {NONROOT} {NONROOT} {NONROOT}");
    assert_eq!((status(pid, "Uid"), status(pid, "Gid")), (nobody.clone(), nobody));
    assert_eq!(status(pid, "Groups"), NONROOT.to_string());
    assert_eq!(status(pid, "NoNewPrivs"), "1");
    for set in ["CapPrm", "CapEff", "CapInh", "CapAmb"] {
        assert_eq!(status(pid, set), "0000000000000000", "{set}");
    }
    let mounts = fs::read_to_string(format!("/proc/{pid}/mountinfo")).unwrap();
    let root = mounts
        .lines()
        .find(|line| line.split(' ').nth(4) == Some("/"))
        .unwrap();
    assert!(
        root.split(' ')
            .nth(5)
            .unwrap()
            .split(',')
            .any(|option| option == "ro"),
        "{root}"
    );

    let healthcheck = inside(&room, "healthcheck", "/service healthcheck --timeout 30s");
    let said = run(&healthcheck, &vars);
    assert!(said.status.success(), "{said:?}");
    // Nothing else can be run there.
    let shell = run(&inside(&room, "shell", "/bin/sh -c true"), &vars);
    assert_eq!(shell.status.code(), Some(127), "{shell:?}");

    let level = |line: &Json| line.get("level").and_then(Json::as_str).map(str::to_owned);
    let loud: Vec<Json> = service
        .lines()
        .into_iter()
        .filter(|line| level(line).as_deref() == Some("ERROR"))
        .collect();
    assert!(loud.is_empty(), "{loud:?}");

    kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), Signal::TERM).unwrap();
    assert_eq!(service.wait(), Some(0));
    let said = run(&healthcheck, &vars);
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    assert!(said.stderr.starts_with(b"unhealthy: "), "{said:?}");
}

#[test]
fn the_root_directory_has_what_the_service_needs_and_nothing_else() {
    if !is_root("the secrets of the image belong to another user") {
        return;
    }
    let room = rootfs();
    let mut files = Vec::new();
    list(&room.join("root"), &mut files);
    let expected = |file: &str| {
        file == "/service"
            || file.starts_with("/run/secrets/")
            || [
                "/etc/passwd",
                "/etc/group",
                "/etc/nsswitch.conf",
                "/etc/ssl/certs/ca-certificates.crt",
            ]
            .contains(&file)
            || file.contains(".so.")
    };
    let prefix = room.join("root").display().to_string();
    for file in &files {
        let inner = file.strip_prefix(&prefix).unwrap();
        assert!(expected(inner), "{inner}");
    }
    assert!(files.len() > 4);
}

fn list(directory: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => list(&entry.path(), files),
            false => files.push(entry.path().display().to_string()),
        }
    }
}
