//! Settings that are read again while the service runs: by a signal, by a command, and by looking at the files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::Signal;
use tests::exposition::{Format, read};
use tests::json::Json;
use tests::loopback::ask;
use tests::{STRONG, Scratch};

use crate::client::{admin, change, check, is, open, start_in, until, who};

/// Puts another `.env` in the place of the old one, in one step.
fn write(folder: &Scratch, text: &str) {
    let new = folder.file("env.new", text);
    fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(new, folder.join(".env")).unwrap();
}

fn secrets(access: &str) -> String {
    format!(
        "JWT_ACCESS_SECRET={access}\nJWT_REFRESH_SECRET={}\nREFRESH_TOKEN_FINGERPRINT_PEPPER={}\n",
        STRONG[2], STRONG[3]
    )
}

fn text<'l>(line: &'l Json, name: &str) -> Option<&'l str> {
    line.get(name).and_then(Json::as_str)
}

#[tokio::test]
async fn a_bad_set_is_refused_and_seen_and_the_old_one_goes_on() {
    let folder = Scratch::new();
    write(&folder, &secrets(STRONG[1]));
    let service = start_in(folder.path(), &[]);
    let main = service.addr("main");
    let tokens = open(main).await;
    until("its settings are sound", async || {
        is(&service, "settings", "healthy").await
    })
    .await;

    write(&folder, &secrets("change_this_secret"));
    let seen = service.count();
    let answer = admin(&service, "reload", "").await;
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.body.contains("JWT_ACCESS_SECRET"), "{answer:?}");
    let line = service.line_with("JWT_ACCESS_SECRET is", seen);
    assert_eq!(
        (text(&line, "level"), text(&line, "key")),
        (Some("ERROR"), Some("JWT_ACCESS_SECRET"))
    );
    let metrics = ask(service.addr("metrics"), "GET /metrics HTTP/1.1", "").await;
    let families = read(&metrics.body, Format::Text);
    let reloads = &families["config_reloads"];
    assert_eq!(
        reloads.value("config_reloads_total", &[("result", "refused")]),
        Some(1.0)
    );
    // What works is not ready for nothing: it is degraded, and stays ready.
    until("health shows it", async || {
        is(&service, "settings", "degraded").await
    })
    .await;
    let details = check(&service, "settings").await;
    assert!(format!("{details:?}").contains("problems"), "{details:?}");
    assert_eq!(ask(main, "GET /health/ready HTTP/1.1", "").await.status, 200);
    assert_eq!(who(main, &tokens.access).await, 200);
    assert_eq!(who(main, &open(main).await.access).await, 200);

    write(&folder, &secrets(STRONG[4]));
    let seen = service.count();
    service.signal(Signal::HUP);
    let line = service.line_with("settings exchanged", seen);
    assert_eq!(text(&line, "changed"), Some("JWT_ACCESS_SECRET"));
    until("health shows it", async || {
        is(&service, "settings", "healthy").await
    })
    .await;
    assert_eq!(who(main, &tokens.access).await, 200, "within the grace");
    let new = open(main).await;
    assert_ne!(
        new.access.split('.').next(),
        tokens.access.split('.').next(),
        "another key's id"
    );
    for line in service.lines() {
        let line = format!("{line:?}");
        assert!(STRONG.iter().all(|secret| !line.contains(secret)), "{line}");
        assert!(!line.contains("change_this_secret"), "{line}");
    }
}

#[tokio::test]
async fn what_needs_a_restart_is_named_and_stays() {
    let folder = Scratch::new();
    write(&folder, &secrets(STRONG[1]));
    let service = start_in(folder.path(), &[("ACCOUNT_CHANGES", "1 per day")]);
    let more =
        "DATABASE_URL=sqlite::memory:\nMAX_HEADERS=50\nLIMIT_CLIENT=1 per day\nACCESS_TOKEN_LIFETIME=7m\n";
    write(&folder, &format!("{}{more}", secrets(STRONG[1])));
    let answer = admin(&service, "reload", "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for name in ["DATABASE_", "LIMIT_CLIENT", "MAX_HEADERS"] {
        let (changed, pending) = answer.body.split_once("needs a restart").unwrap();
        assert!(!changed.contains(name) && pending.contains(name), "{answer:?}");
    }
    let main = service.addr("main");
    let tokens = open(main).await;
    let claims = tokens.access.split('.').nth(1).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&base64url(claims)).unwrap();
    let number = |name: &str| claims[name].as_u64().unwrap();
    assert_eq!(number("exp") - number("iat"), 420, "the new time");
    for _ in 0..3 {
        assert_eq!(ask(main, "GET / HTTP/1.1", "").await.status, 200, "the old limit");
    }
}

/// RFC 4648, section 5, without padding.
fn base64url(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.bytes() {
        bits = bits << 6 | u32::from(digit(byte));
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// Nobody says anything: the files are looked at, and a volume of Kubernetes is exchanged by a link.
#[tokio::test]
async fn what_changes_in_files_is_found() {
    let folder = Scratch::new();
    let set = |name: &str, access: &str| {
        let folder = folder.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("access"), access).unwrap();
        fs::write(folder.join("refresh"), STRONG[2]).unwrap();
        fs::write(folder.join("pepper"), STRONG[3]).unwrap();
    };
    let swap = |name: &str| {
        std::os::unix::fs::symlink(name, folder.join("..tmp")).unwrap();
        fs::rename(folder.join("..tmp"), folder.join("..data")).unwrap();
    };
    set("..1", STRONG[1]);
    swap("..1");
    let file = |name: &str| folder.join("..data").join(name).to_str().unwrap().to_owned();
    let files = [file("access"), file("refresh"), file("pepper")];
    let service = start_in(
        folder.path(),
        &[
            ("JWT_ACCESS_SECRET_FILE", &files[0]),
            ("JWT_REFRESH_SECRET_FILE", &files[1]),
            ("REFRESH_TOKEN_FINGERPRINT_PEPPER_FILE", &files[2]),
            ("RELOAD_PERIOD", "100ms"),
        ],
    );
    let old = open(service.addr("main")).await;
    set("..2", STRONG[4]);
    swap("..2");
    let line = service.line_with("settings exchanged", 0);
    assert_eq!(text(&line, "changed"), Some("JWT_ACCESS_SECRET"));
    let new = open(service.addr("main")).await;
    assert_ne!(new.access.split('.').next(), old.access.split('.').next());
    assert_eq!(change(service.addr("main"), &old.refresh).await.status, 200);
}

/// Eight clients ask without a pause, while a signal comes fifty times and the key is another one each time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_while_settings_are_exchanged() {
    let folder = Scratch::new();
    write(&folder, &secrets(STRONG[1]));
    let service = start_in(folder.path(), &[]);
    let main = service.addr("main");
    let tokens = Arc::new(open(main).await);
    let is_over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let (tokens, is_over) = (Arc::clone(&tokens), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut answered = 0_u32;
                while !is_over.load(Ordering::Relaxed) {
                    // `ask` fails the test when there is no whole answer.
                    assert_eq!(who(main, &tokens.access).await, 200);
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    let mut keys = [STRONG[4], STRONG[1]].into_iter().cycle();
    for round in 0..50 {
        // Of two keys each is always within the grace of the other. Each tenth set is a bad one.
        let is_bad = round % 10 == 9;
        let key = if is_bad { "changeme" } else { keys.next().unwrap() };
        write(&folder, &secrets(key));
        let seen = service.count();
        service.signal(Signal::HUP);
        let message = if is_bad {
            "settings are refused"
        } else {
            "settings exchanged"
        };
        let _ = service.line_with(message, seen);
    }
    is_over.store(true, Ordering::Relaxed);
    let mut answered = 0;
    for client in clients {
        answered += client.await.unwrap();
    }
    assert!(answered > 50, "{answered}");
}
