//! The service with its secrets in an OpenBao, and none anywhere else.

use std::process::Command;

use serde_json::json;
use tests::json::Json;
use tests::openbao::{Bao, ROOT};
use tests::{STRONG, Scratch};

use crate::client::{ADMIN, admin, check, is, open, start_in, until, who};

fn secrets(access: &str) -> serde_json::Value {
    json!({
        "JWT_ACCESS_SECRET": access,
        "jwt_refresh_secret": STRONG[2],
        "REFRESH_TOKEN_FINGERPRINT_PEPPER": STRONG[3],
    })
}

#[tokio::test]
async fn another_version_is_noticed_and_a_vault_that_goes_is_missed() {
    let Some(mut bao) = Bao::start() else { return };
    bao.put(&secrets(STRONG[1]));
    let folder = Scratch::new();
    let address = bao.address();
    let service = start_in(
        folder.path(),
        &[
            ("VAULT_ADDR", &address),
            ("VAULT_PATH", "app"),
            ("VAULT_TOKEN", ROOT),
            ("VAULT_TIMEOUT", "2s"),
            ("RELOAD_PERIOD", "200ms"),
            ("HEALTH_PERIOD", "200ms"),
        ],
    );
    let main = service.addr("main");
    let old = open(main).await;
    bao.put(&secrets(STRONG[4]));
    let line = service.line_with("settings exchanged", 0);
    assert_eq!(
        line.get("changed").and_then(Json::as_str),
        Some("JWT_ACCESS_SECRET")
    );
    let new = open(main).await;
    assert_ne!(
        new.access.split('.').next(),
        old.access.split('.').next(),
        "another key's id"
    );
    assert_eq!(who(main, &old.access).await, 200, "within the grace");

    // A bad version never comes into force.
    let seen = service.count();
    bao.put(&secrets("changeme"));
    let _ = service.line_with("settings are refused", seen);
    until("health shows it", async || {
        is(&service, "settings", "degraded").await
    })
    .await;
    assert_eq!(who(main, &open(main).await.access).await, 200);

    // What lies in a vault is exchanged there.
    let answer = admin(&service, "rotate", "JWT_ACCESS_SECRET").await;
    assert!(
        answer.status == 422 && answer.body.contains("vault secret/app"),
        "{answer:?}"
    );

    bao.put(&secrets(STRONG[4]));
    until("health shows it", async || {
        is(&service, "settings", "healthy").await
    })
    .await;
    let seen = service.count();
    bao.stop();
    let line = service.line_with("vault secret/app", seen);
    assert_eq!(line.get("level").and_then(Json::as_str), Some("ERROR"));
    until("health shows it", async || {
        is(&service, "settings", "degraded").await
    })
    .await;
    assert_eq!(who(main, &new.access).await, 200);
    assert_eq!(who(main, &open(main).await.access).await, 200);
    let details = format!("{:?}", check(&service, "settings").await);
    assert!(!details.contains(ROOT), "{details}");
    for line in service.lines() {
        let line = format!("{line:?}");
        assert!(
            STRONG.iter().chain([&ROOT]).all(|secret| !line.contains(secret)),
            "{line}"
        );
    }
}

#[test]
fn a_wrong_token_ends_the_start_with_a_report() {
    let Some(bao) = Bao::start() else { return };
    bao.put(&secrets(STRONG[1]));
    let wrong = "s.q8Zc2vYw7mLkT4nB1xRd9HfJ";
    let folder = Scratch::new();
    let output = Command::new(env!("CARGO_BIN_EXE_service"))
        .current_dir(folder.path())
        .env_clear()
        .env("VAULT_ADDR", bao.address())
        .env("VAULT_PATH", "app")
        .env("VAULT_TOKEN", wrong)
        .env("ADMIN_TOKEN", ADMIN)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(78), "{output:?}");
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(said.contains("configuration refused"), "{said}");
    assert!(said.contains("vault secret/app"), "{said}");
    assert!(said.contains("the vault denies it to this token"), "{said}");
    for secret in STRONG.iter().chain([&wrong]) {
        assert!(!said.contains(secret), "{said}");
    }
}
