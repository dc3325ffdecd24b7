//! The metrics and admin listeners: who may do what.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use secure_config::{SecretString, SecureConfig};
use secure_runtime::connection::Listener;
use secure_runtime::server::{ActionError, Admin, BindAddr, Server, ServerSettings, from_hyper};
use tests::{STRONG, Scratch};
use tokio::net::UnixStream;

use crate::client::Client;
use crate::running::{Running, settings, start_with};
use crate::service;

const TOKEN: &str = "jV0cX8mQeN3rT6yKbLp2WsZ5uHf9dGa1";

fn admin() -> Admin {
    Admin::new(SecretString::new(TOKEN))
}

fn with_admin() -> ServerSettings {
    let mut settings = settings();
    settings.admin_port = Some(0);
    settings
}

async fn post(server: &Running, path: &str, headers: &str, body: &str) -> crate::client::Response {
    let mut client = Client::connect(server.addr_of(Listener::Admin)).await;
    let length = body.len();
    client
        .send(format!(
            "POST {path} HTTP/1.1\r\n{headers}content-length: {length}\r\n\r\n{body}"
        ))
        .await;
    client.response().await.expect("an answer")
}

fn authorized() -> String {
    format!("host: localhost\r\nauthorization: Bearer {TOKEN}\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_read_only() {
    let mut settings = settings();
    settings.metrics_port = Some(0);
    let server = start_with(settings, |builder| {
        builder.metrics(from_hyper(service_fn(service::answer)))
    })
    .await;
    let mut client = Client::connect(server.addr_of(Listener::Metrics)).await;
    assert_eq!(
        client.get("/connection").await.body,
        "metrics 127.0.0.1 tls=false"
    );
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        client
            .send(format!("{method} / HTTP/1.1\r\nhost: localhost\r\n\r\n"))
            .await;
        let response = client.response().await.unwrap();
        assert_eq!(
            (response.status, response.header("allow")),
            (405, Some("GET, HEAD")),
            "{method}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_and_admin_answer_while_the_main_listener_is_full() {
    let mut settings = with_admin();
    settings.metrics_port = Some(0);
    settings.max_connections = 1;
    settings.reserved_connections = 1;
    let server = start_with(settings, |builder| {
        builder
            .metrics(from_hyper(service_fn(service::answer)))
            .admin(admin())
    })
    .await;
    let mut busy = Vec::new();
    for path in ["/slow?30000", "/health"] {
        let mut client = Client::connect(server.addr).await;
        client.send(format!("GET {path} HTTP/1.1\r\nhost: a\r\n")).await;
        busy.push(client);
    }
    let mut metrics = Client::connect(server.addr_of(Listener::Metrics)).await;
    assert_eq!(metrics.get("/").await.status, 200);
    assert_eq!(post(&server, "/reload", &authorized(), "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_are_done_for_who_holds_the_token() {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let server = start_with(with_admin(), |builder| {
        let admin = admin()
            .log_level(|level| async move {
                match level.as_str() {
                    "DEBUG" => Ok("the level is DEBUG for 15 minutes".to_owned()),
                    _ => Err(ActionError::new("no such level")),
                }
            })
            .maintenance(move |on| {
                counted.fetch_add(1, Ordering::SeqCst);
                async move { Ok(format!("maintenance: {on}")) }
            })
            .action("panic", |_| async { panic!("the action panics") });
        builder
            .admin(admin)
            .on_reload(|| async { Ok("the settings are unchanged".to_owned()) })
    })
    .await;
    let done = post(&server, "/log-level", &authorized(), "DEBUG").await;
    assert_eq!(done.status, 200);
    assert_eq!(
        done.body,
        "{\"status\":\"done\",\"detail\":\"the level is DEBUG for 15 minutes\"}\n"
    );
    assert_eq!(done.header("cache-control"), Some("no-store"));
    assert_eq!(
        post(&server, "/log-level", &authorized(), "LOUD").await.status,
        422
    );
    assert_eq!(
        post(&server, "/maintenance", &authorized(), "on").await.status,
        200
    );
    assert_eq!(
        post(&server, "/maintenance", &authorized(), "maybe").await.status,
        422
    );
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let reloaded = post(&server, "/reload", &authorized(), "").await;
    assert!(
        reloaded
            .body
            .contains("the certificate is unchanged; the settings are unchanged")
    );
    assert_eq!(post(&server, "/panic", &authorized(), "").await.status, 500);
    assert_eq!(post(&server, "/other", &authorized(), "").await.status, 404);
    assert_eq!(
        post(&server, "/maintenance", &authorized(), &"a".repeat(5000))
            .await
            .status,
        413
    );

    let mut client = Client::connect(server.addr_of(Listener::Admin)).await;
    client
        .send(format!("GET /maintenance HTTP/1.1\r\n{}\r\n", authorized()))
        .await;
    assert_eq!(client.response().await.unwrap().status, 405);
}

#[derive(SecureConfig)]
struct Followed {
    admin_token: Option<SecretString>,
}

/// The token of the settings in force opens it, and no other: not the one before, and with none nobody gets in.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_may_follow_the_settings() {
    let scratch = Scratch::new();
    let write = |text: &str| {
        let new = scratch.file("new", text);
        fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).unwrap();
        fs::rename(new, scratch.join("vars")).unwrap();
    };
    let (first, second) = (STRONG[0], STRONG[1]);
    write(&format!("ADMIN_TOKEN={first}\n"));
    let none: [(&str, &str); 0] = [];
    let loader = Followed::loader().vars(none).dotenv(scratch.join("vars"));
    let (live, _) = loader.live().unwrap();
    let admin = admin()
        .follow(&live, |settings| settings.admin_token.as_ref())
        .maintenance(|_| async { Ok(String::new()) });
    let server = start_with(with_admin(), |builder| builder.admin(admin)).await;
    let opens = async |token: &str| {
        let headers = format!("host: localhost\r\nauthorization: Bearer {token}\r\n");
        post(&server, "/maintenance", &headers, "on").await.status == 200
    };
    let all = async || [opens(TOKEN).await, opens(first).await, opens(second).await];
    assert_eq!(all().await, [false, true, false]);
    write(&format!("ADMIN_TOKEN={second}\n"));
    live.reload().unwrap();
    assert_eq!(all().await, [false, false, true]);
    write("");
    live.reload().unwrap();
    assert_eq!(all().await, [false, false, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_gets_in() {
    let server = start_with(with_admin(), |builder| {
        builder.admin(admin().maintenance(|_| async { panic!("nobody gets here") }))
    })
    .await;
    let bearer = format!("authorization: Bearer {TOKEN}\r\n");
    for (headers, status) in [
        ("host: localhost\r\n".to_owned(), 401),
        (
            "host: localhost\r\nauthorization: Bearer wrong\r\n".to_owned(),
            401,
        ),
        (format!("host: attacker.example\r\n{bearer}"), 421),
        (
            format!("host: localhost\r\norigin: http://localhost\r\n{bearer}"),
            403,
        ),
        (format!("host: localhost\r\norigin: null\r\n{bearer}"), 403),
    ] {
        let response = post(&server, "/maintenance", &headers, "on").await;
        assert_eq!(response.status, status, "{headers}");
        assert!(!response.body.contains(TOKEN));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_socket_is_for_its_owner_only() {
    let directory = Scratch::new();
    let path = directory.join("admin.sock");
    let mut settings = settings();
    settings.admin_addr = Some(BindAddr::Unix(path.clone()));
    settings.unix_socket_mode = 0o666;
    let _server = start_with(settings, |builder| builder.admin(admin())).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let mut client = Client::new(UnixStream::connect(&path).await.unwrap());
    client
        .send(format!(
            "POST /reload HTTP/1.1\r\n{}content-length: 0\r\n\r\n",
            authorized()
        ))
        .await;
    assert_eq!(client.response().await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn unsafe_admin_settings_are_refused_when_bound() {
    let mut exposed = with_admin();
    exposed.admin_addr = Some("0.0.0.0".parse().unwrap());
    let error = Server::builder(exposed.clone())
        .admin(admin())
        .bind()
        .await
        .unwrap_err();
    assert!(
        error.is_setting() && error.to_string().contains("ADMIN_EXPOSED"),
        "{error}"
    );
    exposed.port = 0;
    exposed.admin_exposed = true;
    exposed.bind_addr = Some("127.0.0.1".parse().unwrap());
    assert!(Server::builder(exposed).admin(admin()).bind().await.is_ok());

    for (admin, want) in [
        (Admin::new(SecretString::new("change-me")), "admin token"),
        (Admin::new(SecretString::new("tooshort")), "admin token"),
        (
            admin().action("Bad Name", |_| async { Ok(String::new()) }),
            "admin action",
        ),
        (
            admin().action("reload", |_| async { Ok(String::new()) }),
            "admin action",
        ),
    ] {
        let mut settings = with_admin();
        settings.bind_addr = Some("127.0.0.1".parse().unwrap());
        let bound = Server::builder(settings).admin(admin).bind().await;
        let error = bound.expect_err(want);
        assert!(error.is_setting() && error.to_string().contains(want), "{error}");
        assert!(
            !error.to_string().contains("change-me") && !error.to_string().contains("tooshort"),
            "{error}"
        );
    }
    let mut settings = with_admin();
    settings.bind_addr = Some("127.0.0.1".parse().unwrap());
    assert!(
        Server::builder(settings)
            .bind()
            .await
            .unwrap_err()
            .to_string()
            .starts_with("ADMIN_PORT")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_stay_up_while_the_main_listener_drains() {
    let mut settings = settings();
    settings.metrics_port = Some(0);
    let server = start_with(settings, |builder| {
        builder.metrics(from_hyper(service_fn(service::answer)))
    })
    .await;
    let mut busy = Client::connect(server.addr).await;
    busy.send("GET /slow?1500 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.handle.shutdown();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut metrics = Client::connect(server.addr_of(Listener::Metrics)).await;
    assert_eq!(metrics.get("/").await.status, 200);
    assert_eq!(busy.response().await.unwrap().status, 200);
    server.stopped().await;
}
