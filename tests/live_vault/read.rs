//! What is read, and from where it counts.

use std::time::Duration;

use secure_config::SecureConfig;
use secure_config::vault::{Auth, Vault};
use serde_json::json;
use tests::Scratch;

use super::{FIRST, SECOND, Settings, loader, problems};
use tests::openbao::Bao;

#[test]
fn a_secret_is_read_with_its_version() {
    let Some(bao) = Bao::start() else { return };
    bao.put(&json!({ "JWT_SECRET": FIRST, "max_sessions": 20 }));
    bao.put(&json!({ "JWT_SECRET": SECOND, "max_sessions": 30 }));
    let vault = bao.builder().build().unwrap();
    let settings = loader().vault(vault.kv("secret", "app").unwrap()).load().unwrap();
    assert_eq!(settings.jwt_secret.expose_secret(), SECOND);
    assert_eq!(settings.max_sessions, 30);

    bao.put(&json!({ "JWT_SECRET": "changeme-changeme-changeme-changeme" }));
    let error = loader()
        .vault(vault.kv("secret", "app").unwrap())
        .load()
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("vault secret/app version 3"), "{text}");
    assert!(!text.contains("changeme"), "{text}");
}

#[test]
fn what_json_must_escape_arrives_as_it_was() {
    let Some(bao) = Bao::start() else { return };
    let odd = format!("{FIRST}\"\\/<&>'");
    bao.put(&json!({ "JWT_SECRET": odd }));
    let vault = bao.builder().build().unwrap();
    let settings = loader().vault(vault.kv("secret", "app").unwrap()).load().unwrap();
    assert!(settings.jwt_secret.ct_eq(odd));
}

#[test]
fn a_large_secret_is_read_and_a_huge_one_is_refused() {
    let Some(bao) = Bao::start() else { return };
    bao.put(&json!({ "JWT_SECRET": FIRST, "CHAIN": "x".repeat(300_000) }));
    let vault = bao.builder().build().unwrap();
    let secret = vault.kv("secret", "app").unwrap();
    assert!(loader().vault(secret.clone()).load().is_ok());
    bao.put(&json!({ "JWT_SECRET": FIRST, "A": "x".repeat(600_000), "B": "x".repeat(600_000) }));
    let found = problems(loader().vault(secret).load());
    assert!(
        found.iter().any(|problem| problem.contains("larger than 1 MiB")),
        "{found:?}"
    );
}

#[test]
fn a_vault_ranks_behind_the_environment_and_before_dotenv() {
    let Some(bao) = Bao::start() else { return };
    bao.put(&json!({ "JWT_SECRET": FIRST, "MAX_SESSIONS": 20 }));
    bao.call(
        "POST",
        "secret/data/shared",
        &json!({ "data": { "JWT_SECRET": SECOND, "max_sessions": 40 } }),
    );
    let vault = bao.builder().build().unwrap();
    let [app, shared] = ["app", "shared"].map(|path| vault.kv("secret", path).unwrap());
    let load = |vars: &[(&'static str, &'static str)], scratch: &Scratch| {
        let path = scratch.file(".env", "MAX_SESSIONS=30\n");
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let loader = Settings::loader().vars(vars.iter().copied()).dotenv(path);
        loader.vault(app.clone()).vault(shared.clone()).load().unwrap()
    };
    let scratch = Scratch::new();
    let settings = load(&[], &scratch);
    assert_eq!(
        (settings.max_sessions, settings.jwt_secret.expose_secret()),
        (20, FIRST)
    );
    assert_eq!(load(&[("MAX_SESSIONS", "50")], &scratch).max_sessions, 50);
}

#[test]
fn what_is_not_there_or_no_text_is_told() {
    let Some(bao) = Bao::start() else { return };
    let vault = bao.builder().build().unwrap();
    let found = problems(loader().vault(vault.kv("secret", "nothing").unwrap()).load());
    assert!(
        found[0].contains("vault secret/nothing") && found[0].contains("has nothing there"),
        "{found:?}"
    );
    bao.put(&json!({ "JWT_SECRET": { "nested": FIRST } }));
    let found = problems(loader().vault(vault.kv("secret", "app").unwrap()).load());
    assert!(found[0].contains("is an object or a list"), "{found:?}");
    bao.call("DELETE", "secret/data/app", &json!({}));
    let found = problems(loader().vault(vault.kv("secret", "app").unwrap()).load());
    assert!(found[0].contains("has nothing there"), "{found:?}");
}

#[test]
fn a_certificate_must_be_that_of_a_known_authority() {
    let Some(bao) = Bao::start_tls() else { return };
    let known = bao
        .builder()
        .ca_file(bao.authority())
        .deadline(Duration::from_secs(5))
        .build()
        .unwrap();
    let found = problems(loader().vault(known.kv("secret", "app").unwrap()).load());
    assert!(found[0].contains("has nothing there"), "TLS worked: {found:?}");

    // The same server, asked by a client that knows another authority.
    let scratch = Scratch::new();
    let stranger = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let path = scratch.file("ca.pem", stranger.cert.pem());
    let auth = Auth::token(secure_config::SecretString::new(tests::openbao::ROOT));
    let unknown = Vault::builder(bao.address(), auth).ca_file(path).build().unwrap();
    let found = problems(loader().vault(unknown.kv("secret", "app").unwrap()).load());
    assert!(found[0].contains("no TLS connection"), "{found:?}");
}
