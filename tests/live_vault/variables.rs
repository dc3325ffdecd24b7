//! A vault that variables name: what they may say, and what is told of the rest.

use secure_config::reload::Polled;
use secure_config::{LoadError, SecureConfig};
use serde_json::json;
use tests::Scratch;

use super::{FIRST, SECOND, Settings};
use tests::openbao::{Bao, ROOT};

fn load(vars: &[(&str, &str)]) -> Result<Settings, LoadError> {
    let vars = vars.iter().map(|&(name, value)| (name, value.to_owned()));
    Settings::loader().vars(vars).vault_from_env().load()
}

const HERE: (&str, &str) = ("VAULT_ADDR", "http://127.0.0.1:1");

#[test]
fn nothing_said_is_no_vault() {
    assert!(load(&[("JWT_SECRET", FIRST)]).is_ok());
    assert!(load(&[]).unwrap_err().to_string().contains("JWT_SECRET"));
}

#[test]
fn what_cannot_be_is_told_by_the_name_of_its_variable() {
    let path = ("VAULT_PATH", "app");
    let token = ("VAULT_TOKEN", ROOT);
    for (vars, name) in [
        (&[HERE, token][..], "VAULT_PATH"),
        (&[path, token], "VAULT_ADDR"),
        (&[HERE, path], "VAULT_TOKEN"),
        (&[HERE, path, token, ("VAULT_K8S_ROLE", "app")], "VAULT_TOKEN"),
        (&[HERE, path, ("VAULT_ROLE_ID", "app")], "VAULT_SECRET_ID"),
        (
            &[
                HERE,
                path,
                ("VAULT_SECRET_ID", "7d1f36f0-95cb-4d0a-9a3e-0b5c9e6b6f4a"),
            ],
            "VAULT_ROLE_ID",
        ),
        (
            &[HERE, path, token, ("VAULT_NAMESPACE", "a b")],
            "VAULT_NAMESPACE",
        ),
        (
            &[HERE, path, token, ("VAULT_NAMESPACE", "admin//")],
            "VAULT_NAMESPACE",
        ),
        (&[HERE, path, token, ("VAULT_MOUNT", "../secret")], "VAULT_MOUNT"),
        (
            &[HERE, path, ("VAULT_K8S_ROLE", "app"), ("VAULT_AUTH_MOUNT", "a?b")],
            "VAULT_AUTH_MOUNT",
        ),
        (
            &[("VAULT_ADDR", "http://vault.example.com"), path, token],
            "VAULT_ADDR",
        ),
        (&[HERE, ("VAULT_PATH", "../app"), token], "VAULT_PATH"),
        (&[HERE, path, token, ("VAULT_TIMEOUT", "1h")], "VAULT_TIMEOUT"),
        (&[HERE, path, token, ("VAULT_TIMEOUT", "soon")], "VAULT_TIMEOUT"),
        (
            &[
                ("VAULT_ADDR", "https://127.0.0.1:1"),
                path,
                token,
                ("VAULT_CACERT", "/nowhere.pem"),
            ],
            "VAULT_CACERT",
        ),
    ] {
        // With all that is wrong besides, in one report.
        let error = load(vars).unwrap_err();
        let keys: Vec<&str> = error.problems().map(|problem| problem.key()).collect();
        assert_eq!(keys, [name, "JWT_SECRET"], "{error}");
        assert!(!error.to_string().contains(ROOT), "{error}");
    }
}

/// As the vault prints them.
#[test]
fn a_mount_or_a_namespace_may_end_in_a_slash() {
    let vars = [
        HERE,
        ("VAULT_PATH", "app"),
        ("VAULT_TOKEN", ROOT),
        ("VAULT_NAMESPACE", "admin/"),
        ("VAULT_MOUNT", "secret/"),
        ("VAULT_TIMEOUT", "1ms"),
    ];
    let error = load(&vars).unwrap_err();
    let keys: Vec<&str> = error.problems().map(|problem| problem.key()).collect();
    // All that is wrong is that nothing listens there.
    assert_eq!(keys, ["vault secret/app", "JWT_SECRET"], "{error}");
}

#[test]
fn every_way_of_saying_who_asks_is_taken() {
    let Some(bao) = Bao::start() else { return };
    bao.put(&json!({ "JWT_SECRET": FIRST }));
    let address = bao.address();
    let scratch = Scratch::new();
    let file = scratch.file("token", format!("{ROOT}\n"));
    let file = file.to_str().unwrap();
    let policy = r#"path "secret/data/app" { capabilities = ["read"] }"#;
    bao.call("POST", "sys/policies/acl/app", &json!({ "policy": policy }));
    bao.call("POST", "sys/auth/approle", &json!({ "type": "approle" }));
    bao.call(
        "POST",
        "auth/approle/role/app",
        &json!({ "token_policies": ["app"] }),
    );
    let role = bao.call("GET", "auth/approle/role/app/role-id", &json!({}));
    let secret = bao.call("POST", "auth/approle/role/app/secret-id", &json!({}));
    let (role, secret) = (
        role["data"]["role_id"].as_str(),
        secret["data"]["secret_id"].as_str(),
    );
    for who in [
        &[("VAULT_TOKEN", ROOT)][..],
        &[("VAULT_TOKEN_FILE", file)],
        &[("VAULT_SINK", file)],
        &[
            ("VAULT_ROLE_ID", role.unwrap()),
            ("VAULT_SECRET_ID", secret.unwrap()),
            ("VAULT_MOUNT", "secret"),
            ("VAULT_AUTH_MOUNT", "approle"),
        ],
    ] {
        let vars = [&[("VAULT_ADDR", address.as_str()), ("VAULT_PATH", "app")], who].concat();
        let settings = load(&vars).unwrap();
        assert_eq!(settings.jwt_secret.expose_secret(), FIRST, "{who:?}");
    }
}

#[test]
fn a_wrong_token_is_a_problem_of_the_load_and_a_new_version_is_noticed() {
    let Some(bao) = Bao::start() else { return };
    bao.put(&json!({ "JWT_SECRET": FIRST }));
    let address = bao.address();
    let vars = |token| {
        [
            ("VAULT_ADDR", address.as_str()),
            ("VAULT_PATH", "app"),
            ("VAULT_TOKEN", token),
        ]
    };
    let error = load(&vars("s.q8Zc2vYw7mLkT4nB1xRd9HfJ")).unwrap_err();
    assert!(error.to_string().contains("vault secret/app"), "{error}");
    assert!(error.to_string().contains("denies it to this token"), "{error}");

    let (live, _) = Settings::loader()
        .vars(vars(ROOT))
        .vault_from_env()
        .live()
        .unwrap();
    bao.put(&json!({ "JWT_SECRET": SECOND }));
    assert!(matches!(live.poll(), Polled::Changing));
    assert!(matches!(live.poll(), Polled::Reloaded(_)));
    assert_eq!(live.read().jwt_secret.expose_secret(), SECOND);
}
