//! The commands of an operator when something has happened, on one replica.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tests::example::Example;
use tests::json::Json;
use tests::loopback::ask;
use tests::{STRONG, Scratch};

use crate::client::{ADMIN, admin, change, open, start_in, who};

/// A folder with a `.env`, and a database that outlasts the service.
fn folder() -> (Scratch, String) {
    let folder = Scratch::new();
    let text = format!(
        "# ours\nJWT_ACCESS_SECRET={}\nJWT_REFRESH_SECRET='{}'\nREFRESH_TOKEN_FINGERPRINT_PEPPER={} # kept\n",
        STRONG[1], STRONG[2], STRONG[3]
    );
    let path = folder.file(".env", text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.join("app.db").display());
    (folder, url)
}

#[tokio::test]
async fn all_secrets_are_exchanged_and_tokens_outlive_that_until_everyone_is_logged_out() {
    let (folder, url) = folder();
    let vars = [("DATABASE_URL", url.as_str())];
    let service = start_in(folder.path(), &vars);
    let main = service.addr("main");
    let (old, other) = (open(main).await, open(main).await);

    let answer = admin(&service, "rotate", "all").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for name in [
        "JWT_ACCESS_SECRET",
        "JWT_REFRESH_SECRET",
        "REFRESH_TOKEN_FINGERPRINT_PEPPER",
    ] {
        assert!(
            answer.body.matches(name).count() == 2,
            "written and exchanged: {answer:?}"
        );
    }
    // The one that the environment has stays, and is named.
    assert!(
        answer.body.contains("ADMIN_TOKEN stays as it is: it comes from"),
        "{answer:?}"
    );
    let text = fs::read_to_string(folder.join(".env")).unwrap();
    assert!(
        STRONG.iter().all(|secret| !text.contains(secret)),
        "the old ones are gone"
    );
    assert!(
        text.starts_with("# ours\n") && text.trim_end().ends_with("# kept"),
        "{text}"
    );
    let mode = fs::metadata(folder.join(".env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    let fresh: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(_, value)| value)
        .collect();

    // Within the grace.
    assert_eq!(who(main, &old.access).await, 200);
    let new = open(main).await;
    assert_ne!(new.access.split('.').next(), old.access.split('.').next());
    assert_eq!(change(main, &old.refresh).await.status, 200);

    let answer = admin(&service, "logout-everyone", "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for token in [&old.access, &new.access] {
        assert_eq!(who(main, token).await, 401);
    }
    for token in [&other.refresh, &new.refresh] {
        assert_eq!(change(main, token).await.status, 401);
    }
    let again = open(main).await;
    assert_eq!(who(main, &again.access).await, 200, "whoever comes again");

    for line in service.lines() {
        let line = format!("{line:?}");
        assert!(
            fresh
                .iter()
                .chain(&STRONG)
                .all(|secret| !line.contains(secret.trim())),
            "{line}"
        );
    }
    // The restart lets nobody in, and nobody out.
    drop(service);
    let service = start_in(folder.path(), &vars);
    let main = service.addr("main");
    for token in [&old.access, &new.access] {
        assert_eq!(who(main, token).await, 401);
    }
    assert_eq!(change(main, &other.refresh).await.status, 401);
    assert_eq!(who(main, &again.access).await, 200);
    assert_eq!(change(main, &again.refresh).await.status, 200);
}

/// The operator's own token, too: the old one opens nothing from then on, and the new one stands in the file.
#[tokio::test]
async fn the_token_of_the_admin_listener_is_exchanged_at_once() {
    let (folder, url) = folder();
    let text = fs::read_to_string(folder.join(".env")).unwrap();
    fs::write(folder.join(".env"), format!("{text}ADMIN_TOKEN={ADMIN}\n")).unwrap();
    let vars = [
        ("APP_ENV", "production"),
        ("BIND_ADDR", "127.0.0.1"),
        ("ADMIN_PORT", "0"),
        ("DATABASE_URL", &url),
    ];
    let service = Example::start_in(folder.path(), env!("CARGO_BIN_EXE_service"), &vars, 2);
    let answer = admin(&service, "rotate", "ADMIN_TOKEN").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(!answer.body.contains("restart"), "{answer:?}");
    assert_eq!(admin(&service, "maintenance", "status").await.status, 401);
    let text = fs::read_to_string(folder.join(".env")).unwrap();
    let token = text
        .lines()
        .find_map(|line| line.strip_prefix("ADMIN_TOKEN="))
        .unwrap();
    let head = format!("POST /maintenance HTTP/1.1\nauthorization: Bearer {token}\ncontent-length: 6");
    assert_eq!(ask(service.addr("admin"), &head, "status").await.status, 200);
}

/// Whoever has the old key signs tokens of any time. They get in within the grace, and not after the logout.
#[tokio::test]
async fn a_forger_with_the_old_key_is_kept_out_by_the_logout() {
    let (folder, url) = folder();
    let service = start_in(folder.path(), &[("DATABASE_URL", &url)]);
    let main = service.addr("main");
    let answer = admin(&service, "rotate", "JWT_ACCESS_SECRET").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let claims = serde_json::json!({ "sub": "victim", "iat": 4_000_000_000_u64, "exp": 4_000_009_999_u64, "jti": "1" });
    let key = jsonwebtoken::EncodingKey::from_secret(STRONG[1].as_bytes()).unwrap();
    let forged = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
    assert_eq!(
        who(main, &forged).await,
        200,
        "the grace is for all that the key signed"
    );
    assert_eq!(admin(&service, "logout-everyone", "").await.status, 200);
    assert_eq!(who(main, &forged).await, 401);
}

#[tokio::test]
async fn what_cannot_be_rotated_is_told_and_changes_nothing() {
    let (folder, _) = folder();
    let before = fs::read_to_string(folder.join(".env")).unwrap();
    let service = start_in(folder.path(), &[("SENTRY_ENVIRONMENT", "tests")]);
    for (body, why) in [
        ("", "the body must name secrets, or say all"),
        ("PORT", "PORT is no secret"),
        ("JWT_ACCESS_SECRET ADMIN_TOKEN", "ADMIN_TOKEN is not replaced"),
        ("JWT_ACESS_SECRET", "did you mean JWT_ACCESS_SECRET?"),
        ("all all", "the service reads no variable of that name"),
    ] {
        let answer = admin(&service, "rotate", body).await;
        assert_eq!(answer.status, 422, "{answer:?}");
        assert!(answer.body.contains(why), "{answer:?}");
        assert_eq!(fs::read_to_string(folder.join(".env")).unwrap(), before);
    }
    // Nobody without the token.
    let head = "POST /rotate HTTP/1.1\ncontent-length: 3";
    assert_eq!(ask(service.addr("admin"), head, "all").await.status, 401);
    assert_eq!(fs::read_to_string(folder.join(".env")).unwrap(), before);
}

#[tokio::test]
async fn a_service_is_shut_and_opened() {
    let (folder, _) = folder();
    let service = start_in(folder.path(), &[]);
    let main = service.addr("main");
    assert_eq!(
        admin(&service, "maintenance", "on 30m Back at noon.")
            .await
            .status,
        200
    );
    assert_eq!(ask(main, "GET / HTTP/1.1", "").await.status, 503);
    assert_eq!(ask(main, "GET /health HTTP/1.1", "").await.status, 200);
    assert_eq!(admin(&service, "maintenance", "off").await.status, 200);
    assert_eq!(ask(main, "GET / HTTP/1.1", "").await.status, 200);
}

/// Every line of a request has its id: the command of the procedures finds them.
#[tokio::test]
async fn all_lines_of_a_request_are_found_by_its_id() {
    let (folder, _) = folder();
    let service = start_in(folder.path(), &[]);
    let main = service.addr("main");
    let tokens = open(main).await;
    assert_eq!(change(main, &tokens.refresh).await.status, 200);
    let reused = change(main, &tokens.refresh).await;
    let id = reused.header("x-request-id").unwrap().to_owned();
    let of_it = |line: &Json| line.get("request_id").and_then(Json::as_str) == Some(&id);
    let begun = std::time::Instant::now();
    // The access line comes when the answer is gone.
    while service.lines().iter().filter(|line| of_it(line)).count() < 2 {
        assert!(begun.elapsed().as_secs() < 30, "{:?}", service.lines());
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
