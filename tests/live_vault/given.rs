//! A server that whoever runs the tests has started: `TEST_OPENBAO_ADDR`, with `TEST_OPENBAO_TOKEN`.

use secure_config::SecretString;
use secure_config::vault::{Auth, Vault};
use serde_json::json;
use tests::live;

use super::{SECOND, loader};
use tests::openbao::put_to;

#[test]
fn a_server_that_was_given_is_read() {
    let Some((address, token)) = live::openbao() else {
        return;
    };
    let path = format!("live-vault-{}", std::process::id());
    put_to(
        &address,
        &token,
        &path,
        &json!({ "JWT_SECRET": SECOND, "MAX_SESSIONS": 7 }),
    );
    let vault = Vault::builder(address, Auth::token(SecretString::from(token)))
        .build()
        .unwrap();
    let settings = loader().vault(vault.kv("secret", path).unwrap()).load().unwrap();
    assert_eq!(
        (settings.jwt_secret.expose_secret(), settings.max_sessions),
        (SECOND, 7)
    );
}
