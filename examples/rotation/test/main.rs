//! The example as a process: its key rotates on SIGHUP, its tokens outlive that by the grace, and everyone is logged out by one command.
#![cfg(unix)]

mod service;

use std::time::{Duration, Instant};

use service::Service;
use tests::{STRONG, Scratch};

/// Long enough for a busy machine to ask twice, and short enough to wait for.
const GRACE: Duration = Duration::from_secs(6);

#[test]
fn a_key_rotates_and_its_tokens_outlive_it_by_the_grace() {
    let folder = Scratch::new();
    folder.file("key", STRONG[1]);
    let mut service = Service::start(folder.path(), GRACE);

    let old = service.login("ada");
    assert_eq!(service.who(&old), (200, "ada".into()));

    let rotated = Instant::now();
    service.exchange_key(STRONG[2]);
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

/// The library for tokens makes keys of its own from the secret, for each token that it signs or verifies.
#[test]
#[cfg(target_os = "linux")]
fn a_key_is_gone_from_memory_when_its_grace_ends() {
    use tests::scan;
    let [old, new] =
        [48; 2].map(|length| String::from_utf8(scan::random(length).expect("random")).expect("text"));
    let folder = Scratch::new();
    folder.file("key", &old);
    let mut service = Service::start(folder.path(), Duration::from_secs(2));
    let find =
        |service: &Service, key: &str| scan::find(service.pid(), key.as_bytes()).expect("it can be read");

    let tokens: Vec<_> = (0..20)
        .map(|user| service.login(&format!("user-{user}")))
        .collect();
    assert!(tokens.iter().all(|token| service.who(token).0 == 200));
    assert_eq!(find(&service, &old).len(), 1);

    service.exchange_key(&new);
    service.hang_up();
    service.line_with("settings exchanged");
    for token in &tokens {
        service.who(token);
    }
    // Nobody asks for anything while the ring wipes the key.
    service.eventually("the old key is wiped", |service| find(service, &old).is_empty());
    assert!(tokens.iter().all(|token| service.who(token).0 == 401));
    service.login("ada");
    assert!(find(&service, &old).is_empty());
    assert_eq!(find(&service, &new).len(), 1);
}

#[test]
fn one_command_logs_everyone_out_also_beyond_a_restart() {
    let folder = Scratch::new();
    folder.file("key", STRONG[3]);
    let mut service = Service::start(folder.path(), GRACE);

    let before: Vec<_> = (0..20)
        .map(|user| service.login(&format!("user-{user}")))
        .collect();
    service.exchange_key(STRONG[4]);
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
    let folder = Scratch::new();
    folder.file("key", STRONG[5]);
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

    service.exchange_key(STRONG[5]);
    service.hang_up();
    service.line_with("the settings are unchanged");
    for line in &service.lines {
        assert!(
            !line.contains(STRONG[5]) && !line.contains("change_this_secret"),
            "{line}"
        );
    }
}

/// Nobody sends a signal: the files are looked at, and so is the place where there was none.
#[test]
fn what_changes_is_found_without_a_signal() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Scratch::new();
    folder.file("key", STRONG[5]);
    let mut service = Service::start_with(folder.path(), GRACE, "100ms");
    let old = service.login("ada");
    service.exchange_key(STRONG[4]);
    assert_eq!(service.line_with("settings exchanged")["changed"], "TOKEN_KEY");
    let new = service.login("ada");
    assert_ne!(old.split('.').next(), new.split('.').next(), "another key's id");

    let dotenv = folder.file("dotenv", "TOKEN_LIFETIME=2h\nPORT=1\nTOKEN_GRACE=1s\n");
    std::fs::set_permissions(&dotenv, std::fs::Permissions::from_mode(0o600)).expect("ours");
    std::fs::rename(dotenv, folder.join(".env")).expect("renamed");
    // The port and the grace are set in the environment, which counts first.
    assert_eq!(
        service.line_with("settings exchanged")["changed"],
        "TOKEN_LIFETIME"
    );
}
