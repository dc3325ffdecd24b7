//! A vault that is sealed, gone at the start, or gone later.

use std::time::{Duration, Instant};

use secure_config::reload::Polled;
use serde_json::json;

use super::{FIRST, SECOND, loader, problems};
use tests::openbao::Bao;

#[test]
fn another_version_is_noticed_and_a_bad_one_never_comes_into_force() {
    let Some(bao) = Bao::start() else { return };
    bao.put(&json!({ "JWT_SECRET": FIRST, "MAX_SESSIONS": "20" }));
    let vault = bao.builder().build().unwrap();
    let (live, _) = loader().vault(vault.kv("secret", "app").unwrap()).live().unwrap();
    assert!(matches!(live.poll(), Polled::Unchanged));

    bao.put(&json!({ "JWT_SECRET": SECOND, "MAX_SESSIONS": "20" }));
    assert!(matches!(live.poll(), Polled::Changing));
    let Polled::Reloaded(reloaded) = live.poll() else {
        panic!("a new version was written")
    };
    assert_eq!(reloaded.changed(), ["JWT_SECRET"]);
    assert_eq!(live.read().jwt_secret.expose_secret(), SECOND);

    bao.put(&json!({ "JWT_SECRET": "changeme", "MAX_SESSIONS": "99" }));
    assert!(matches!(live.poll(), Polled::Changing));
    assert!(matches!(live.poll(), Polled::Refused(_)));
    assert_eq!(live.read().jwt_secret.expose_secret(), SECOND);
    assert_eq!(live.read().max_sessions, 20);
    assert!(matches!(live.poll(), Polled::Unchanged), "it is not tried twice");
}

#[test]
fn a_vault_that_is_gone_at_the_start_is_a_clear_problem_within_the_deadline() {
    let Some(mut bao) = Bao::start() else { return };
    let vault = bao.builder().build().unwrap();
    bao.stop();
    let started = Instant::now();
    let found = problems(loader().vault(vault.kv("secret", "app").unwrap()).load());
    // The deadline of these tests is 1.5 s; a busy machine takes longer, but not for ever.
    assert!(started.elapsed() < Duration::from_secs(60));
    // With the port, which is what is wrong most often.
    let expected = format!(
        "vault secret/app could not be read from {}: the vault cannot be reached: connection refused",
        bao.address()
    );
    assert!(found[0].contains(&expected), "{found:?}");
}

#[test]
fn a_vault_that_comes_within_the_deadline_is_waited_for() {
    let Some(mut bao) = Bao::start() else { return };
    let vault = bao.builder().deadline(Duration::from_secs(60)).build().unwrap();
    let secret = vault.kv("secret", "app").unwrap();
    bao.put(&json!({ "JWT_SECRET": FIRST }));
    bao.seal();
    let loading = std::thread::spawn(move || loader().vault(secret).load());
    std::thread::sleep(Duration::from_millis(300));
    bao.unseal();
    assert!(loading.join().unwrap().is_ok());
    bao.stop();
}

#[test]
fn a_sealed_vault_is_named_as_such() {
    let Some(bao) = Bao::start() else { return };
    bao.put(&json!({ "JWT_SECRET": FIRST }));
    bao.seal();
    let vault = bao.builder().build().unwrap();
    let found = problems(loader().vault(vault.kv("secret", "app").unwrap()).load());
    assert!(found[0].contains("the vault is sealed"), "{found:?}");
}

#[test]
fn when_it_goes_later_the_values_stay_and_it_is_told_once() {
    let Some(mut bao) = Bao::start() else { return };
    bao.put(&json!({ "JWT_SECRET": FIRST }));
    let vault = bao.builder().build().unwrap();
    let (live, _) = loader().vault(vault.kv("secret", "app").unwrap()).live().unwrap();

    bao.stop();
    assert!(matches!(live.poll(), Polled::Changing));
    let Polled::Refused(error) = live.poll() else {
        panic!("the vault is gone")
    };
    assert!(
        error.to_string().contains("the vault cannot be reached"),
        "{error}"
    );
    assert_eq!(live.read().jwt_secret.expose_secret(), FIRST);
    assert!(live.status().refusal.is_some());
    assert!(matches!(live.poll(), Polled::Unchanged), "told once");

    bao.go();
    bao.put(&json!({ "JWT_SECRET": SECOND }));
    assert!(matches!(live.poll(), Polled::Changing));
    assert!(
        matches!(live.poll(), Polled::Reloaded(_)),
        "it recovers by itself"
    );
    assert_eq!(live.read().jwt_secret.expose_secret(), SECOND);
    assert!(live.status().refusal.is_none());
}

#[test]
fn a_vault_that_never_answers_ends_with_the_deadline() {
    // No server of a vault is needed for one that says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let auth = secure_config::vault::Auth::token(secure_config::SecretString::new(tests::openbao::ROOT));
    let vault = secure_config::vault::Vault::builder(address, auth);
    let vault = vault.deadline(Duration::from_millis(300)).build().unwrap();
    let started = Instant::now();
    let found = problems(loader().vault(vault.kv("secret", "app").unwrap()).load());
    assert!(started.elapsed() < Duration::from_secs(60));
    assert!(found[0].contains("does not answer in time"), "{found:?}");
}
