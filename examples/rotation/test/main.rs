//! The example as a process: its key rotates on SIGHUP, its tokens outlive that by the grace, and everyone is logged out by one command.
#![cfg(unix)]

mod service;

use std::fs;
use std::time::{Duration, Instant};

use service::{Service, key};

/// Long enough for a busy machine to ask twice, and short enough to wait for.
const GRACE: Duration = Duration::from_secs(6);

#[test]
fn a_key_rotates_and_its_tokens_outlive_it_by_the_grace() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("key"), key(1)).expect("written");
    let mut service = Service::start(folder.path(), GRACE);

    let old = service.login("ada");
    assert_eq!(service.who(&old), (200, "ada".into()));

    let rotated = Instant::now();
    service.exchange_key(&key(2));
    service.hang_up();
    let line = service.line_with("settings exchanged");
    assert_eq!(line["changed"], "TOKEN_KEY");

    let new = service.login("ada");
    assert_ne!(old.split('.').next(), new.split('.').next(), "another key's id");
    let (status, _) = service.who(&old);
    assert!(
        status == 200 || rotated.elapsed() >= GRACE,
        "refused within the grace"
    );
    assert_eq!(service.who(&new).0, 200);

    service.eventually("the old token is refused", |service| service.who(&old).0 == 401);
    assert!(rotated.elapsed() >= GRACE, "refused within the grace");
    assert_eq!(service.who(&new).0, 200);
}

#[test]
fn one_command_logs_everyone_out_also_beyond_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("key"), key(3)).expect("written");
    let mut service = Service::start(folder.path(), GRACE);

    let before: Vec<_> = (0..20)
        .map(|user| service.login(&format!("user-{user}")))
        .collect();
    service.exchange_key(&key(4));
    service.hang_up();
    service.line_with("settings exchanged");
    let before: Vec<_> = before.into_iter().chain([service.login("ada")]).collect();
    for token in &before {
        assert_eq!(service.who(token).0, 200);
    }

    let begun = Instant::now();
    let (status, text) = service.admin("/logout-everyone");
    assert!(
        status == 200 && text.contains("everyone is logged out"),
        "{status} {text}"
    );
    let refused = before.iter().filter(|token| service.who(token).0 == 401).count();
    assert_eq!(refused, before.len(), "{:?} after the command", begun.elapsed());

    let again = service.login("ada");
    assert_eq!(service.who(&again), (200, "ada".into()), "whoever logs in again");

    drop(service);
    let service = Service::start(folder.path(), GRACE);
    assert_eq!(service.who(&again).0, 200, "the key is the same");
    for token in &before {
        assert_eq!(service.who(token).0, 401, "the restart lets nobody in");
    }
}

#[test]
fn a_bad_key_never_signs() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("key"), key(5)).expect("written");
    let mut service = Service::start(folder.path(), GRACE);
    let token = service.login("ada");

    service.exchange_key("change_this_secret");
    service.hang_up();
    let line = service.line_with("TOKEN_KEY is");
    assert_eq!(
        (&line["level"], &line["key"]),
        (&"ERROR".into(), &"TOKEN_KEY".into())
    );
    service.line_with("those before stay in force");
    assert_eq!(service.who(&token).0, 200);
    let newer = service.login("ada");
    assert_eq!(
        token.split('.').next(),
        newer.split('.').next(),
        "the same key's id"
    );

    service.exchange_key(&key(5));
    service.hang_up();
    service.line_with("the settings are unchanged");
    for line in &service.lines {
        assert!(
            !line.contains(&key(5)) && !line.contains("change_this_secret"),
            "{line}"
        );
    }
}
