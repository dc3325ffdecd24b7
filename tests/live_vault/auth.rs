//! Who may read.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use secure_config::SecretString;
use secure_config::reload::Polled;
use secure_config::vault::Auth;
use serde_json::{Value, json};
use tests::Scratch;

use super::{FIRST, SECOND, loader, problems};
use tests::openbao::Bao;

const POLICY: &str = r#"path "secret/data/app" { capabilities = ["read"] }"#;

fn allow_reading(bao: &Bao) {
    bao.put(&json!({ "JWT_SECRET": FIRST }));
    bao.call("POST", "sys/policies/acl/app", &json!({ "policy": POLICY }));
}

#[test]
fn a_wrong_token_is_refused_at_once_and_not_shown() {
    let Some(bao) = Bao::start() else { return };
    allow_reading(&bao);
    let wrong = "s.not-the-token-of-anybody-here";
    let vault = bao
        .asked_by(Auth::token(SecretString::new(wrong)))
        .build()
        .unwrap();
    let error = loader()
        .vault(vault.kv("secret", "app").unwrap())
        .load()
        .unwrap_err();
    let text = format!("{error} {error:?} {vault:?}");
    assert!(text.contains("the vault denies it to this token"), "{text}");
    assert!(!text.contains(wrong), "{text}");
}

#[test]
fn a_token_reads_what_its_policy_grants_and_no_more() {
    let Some(bao) = Bao::start() else { return };
    allow_reading(&bao);
    let made = bao.call(
        "POST",
        "auth/token/create",
        &json!({ "policies": ["app"], "no_default_policy": true }),
    );
    let token = made["auth"]["client_token"].as_str().unwrap();
    let vault = bao
        .asked_by(Auth::token(SecretString::new(token)))
        .build()
        .unwrap();
    assert!(loader().vault(vault.kv("secret", "app").unwrap()).load().is_ok());
    let found = problems(loader().vault(vault.kv("secret", "other").unwrap()).load());
    assert!(found[0].contains("denies it"), "{found:?}");
}

#[test]
fn a_token_of_an_agent_is_read_from_its_file_each_time() {
    let Some(bao) = Bao::start() else { return };
    allow_reading(&bao);
    let scratch = Scratch::new();
    let path = scratch.file("token", "s.stale\n");
    let vault = bao.asked_by(Auth::token_file(&path)).build().unwrap();
    let secret = vault.kv("secret", "app").unwrap();
    assert!(loader().vault(secret.clone()).load().is_err());
    scratch.file("token", format!("{}\n", tests::openbao::ROOT));
    assert!(loader().vault(secret).load().is_ok());
}

fn app_role(bao: &Bao, role: &Value) -> Auth {
    bao.call("POST", "sys/auth/approle", &json!({ "type": "approle" }));
    bao.call("POST", "auth/approle/role/app", role);
    let role = bao.call("GET", "auth/approle/role/app/role-id", &json!({}));
    let secret = bao.call("POST", "auth/approle/role/app/secret-id", &json!({}));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Auth::app_role(
        text(&role["data"]["role_id"]),
        SecretString::from(text(&secret["data"]["secret_id"])),
    )
}

#[test]
fn an_app_role_logs_in_renews_and_logs_in_anew() {
    let Some(bao) = Bao::start() else { return };
    allow_reading(&bao);
    // Of two seconds it is due for renewal after 1.3, and renewed for the last time at four.
    let role = json!({ "token_policies": ["app"], "token_ttl": "2s", "token_max_ttl": "4s" });
    let auth = app_role(&bao, &role);
    let vault = bao.asked_by(auth).build().unwrap();
    let (live, _) = loader().vault(vault.kv("secret", "app").unwrap()).live().unwrap();
    for _ in 0..7 {
        std::thread::sleep(Duration::from_millis(1000));
        assert!(matches!(live.poll(), Polled::Unchanged));
    }
    bao.put(&json!({ "JWT_SECRET": SECOND }));
    assert!(matches!(live.poll(), Polled::Changing));
    assert!(matches!(live.poll(), Polled::Reloaded(_)));
    let logins = bao.call("LIST", "auth/token/accessors", &json!({}));
    assert!(!logins["data"]["keys"].as_array().unwrap().is_empty());
}

#[test]
fn a_revoked_token_is_had_anew() {
    let Some(bao) = Bao::start() else { return };
    allow_reading(&bao);
    let auth = app_role(&bao, &json!({ "token_policies": ["app"] }));
    let vault = bao.asked_by(auth).build().unwrap();
    let secret = vault.kv("secret", "app").unwrap();
    assert!(loader().vault(secret.clone()).load().is_ok());
    bao.call("POST", "sys/leases/revoke-prefix/auth/approle", &json!({}));
    assert!(loader().vault(secret).load().is_ok());
}

#[test]
fn a_wrong_secret_id_is_told_as_a_refused_login() {
    let Some(bao) = Bao::start() else { return };
    allow_reading(&bao);
    drop(app_role(&bao, &json!({ "token_policies": ["app"] })));
    let wrong = "00000000-aaaa-bbbb-cccc-000000000000";
    let auth = Auth::app_role("nobody", SecretString::new(wrong));
    let vault = bao.asked_by(auth).build().unwrap();
    let error = loader()
        .vault(vault.kv("secret", "app").unwrap())
        .load()
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("the vault refuses the login") && !text.contains(wrong),
        "{text}"
    );
}

/// What the API of Kubernetes says of a service account's token: the one part that is not real here.
fn token_reviews(jwt: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let count = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..count]);
                let text = String::from_utf8_lossy(&request);
                if count == 0
                    || text
                        .split_once("\r\n\r\n")
                        .is_some_and(|(_, body)| body.contains(jwt))
                {
                    break;
                }
            }
            let is_known = String::from_utf8_lossy(&request).contains(jwt);
            let user = json!({ "username": "system:serviceaccount:shop:checkout", "uid": "1", "groups": ["system:serviceaccounts"] });
            let body = json!({ "kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1",
                "status": { "authenticated": is_known, "user": user } })
            .to_string();
            let _ = write!(
                stream,
                "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

#[test]
fn a_pod_logs_in_with_its_service_account() {
    let Some(bao) = Bao::start() else { return };
    allow_reading(&bao);
    // {"alg":"none"} and the claims of a service account; the reviewer above is who believes it.
    let jwt = concat!(
        "eyJhbGciOiJSUzI1NiJ9.",
        "eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50Iiwia3ViZXJuZXRlcy5pby9zZXJ2aWNlYWNjb3VudC9uYW1lc3BhY2UiOiJzaG9wIiwi",
        "a3ViZXJuZXRlcy5pby9zZXJ2aWNlYWNjb3VudC9zZXJ2aWNlLWFjY291bnQubmFtZSI6ImNoZWNrb3V0Iiwia3ViZXJuZXRlcy5pby9zZXJ2aWNl",
        "YWNjb3VudC9zZXJ2aWNlLWFjY291bnQudWlkIjoiMSIsInN1YiI6InN5c3RlbTpzZXJ2aWNlYWNjb3VudDpzaG9wOmNoZWNrb3V0In0.",
        "c2lnbmF0dXJl"
    );
    // The server wants one, though the address is not of TLS.
    let authority = rcgen::generate_simple_self_signed(["localhost".to_owned()])
        .unwrap()
        .cert
        .pem();
    bao.call("POST", "sys/auth/kubernetes", &json!({ "type": "kubernetes" }));
    bao.call(
        "POST",
        "auth/kubernetes/config",
        &json!({ "kubernetes_host": token_reviews(jwt), "disable_local_ca_jwt": true, "kubernetes_ca_cert": authority, "token_reviewer_jwt": jwt }),
    );
    bao.call(
        "POST",
        "auth/kubernetes/role/checkout",
        &json!({ "bound_service_account_names": ["checkout"], "bound_service_account_namespaces": ["shop"], "token_policies": ["app"] }),
    );
    let scratch = Scratch::new();
    let path = scratch.file("jwt", jwt);
    let vault = bao
        .asked_by(Auth::kubernetes("checkout").jwt_file(&path))
        .build()
        .unwrap();
    let settings = loader().vault(vault.kv("secret", "app").unwrap()).load().unwrap();
    assert_eq!(settings.jwt_secret.expose_secret(), FIRST);

    let stranger = bao
        .asked_by(Auth::kubernetes("nobody").jwt_file(&path))
        .build()
        .unwrap();
    let found = problems(loader().vault(stranger.kv("secret", "app").unwrap()).load());
    assert!(found[0].contains("refuses the login"), "{found:?}");
}
