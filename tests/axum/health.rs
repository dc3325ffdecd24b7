//! Health, where the server is not ours; and probes, which are quiet while all is well.

use axum::{Router, http::StatusCode, routing::get};
use secure_config::Profile;
use secure_runtime::{
    connection::Listener,
    health::{BoxError, Health},
    server::{Server, ServerSettings},
    stack::Layer,
};
use tests::{
    lines::{Lines, capture},
    loopback::ask,
};

use crate::{bare, serve, stack};

const PROBE: &str = "HTTP/1.1\nuser-agent: kube-probe/1.33";

fn warnings(lines: &Lines) -> Vec<String> {
    let lines = lines.take().into_iter();
    lines
        .filter(|line| line["level"] == "WARN" && line["target"].starts_with("secure_runtime::health"))
        .map(|line| line["message"].clone())
        .collect()
}

#[tokio::test]
async fn readiness_that_nothing_can_turn_on_is_warned_of_once() {
    let (lines, _guard) = capture();
    let health = Health::builder().system(false).start().unwrap();
    let addr = serve(Router::new().layer(stack().health(health.layer()))).await;
    assert_eq!(
        ask(addr, &format!("GET /health/live {PROBE}"), "").await.status,
        200
    );
    assert_eq!(warnings(&lines), [""; 0]);
    for path in ["/health/ready", "/health", "/health/ready"] {
        assert_eq!(ask(addr, &format!("GET {path} {PROBE}"), "").await.status, 503);
    }
    let said = warnings(&lines);
    assert_eq!(said.len(), 1, "{said:?}");
    for word in ["503", "health(&health)", "health.lifecycle().serve()"] {
        assert!(said[0].contains(word), "{word}: {said:?}");
    }
    // What it says helps.
    health.lifecycle().serve();
    assert_eq!(
        ask(addr, &format!("GET /health/ready {PROBE}"), "").await.status,
        200
    );
}

#[tokio::test]
async fn a_lifecycle_that_somebody_holds_is_theirs_to_turn() {
    let (lines, _guard) = capture();
    let health = Health::builder().system(false).start().unwrap();
    let lifecycle = health.lifecycle().clone();
    let addr = serve(Router::new().layer(stack().health(health.layer()))).await;
    assert_eq!(
        ask(addr, &format!("GET /health/ready {PROBE}"), "").await.status,
        503
    );
    lifecycle.serve();
    assert_eq!(
        ask(addr, &format!("GET /health/ready {PROBE}"), "").await.status,
        200
    );
    lifecycle.drain();
    assert_eq!(
        ask(addr, &format!("GET /health/ready {PROBE}"), "").await.status,
        503
    );
    assert_eq!(warnings(&lines), [""; 0]);
}

/// With the server of the crate: the same line, unless its builder has the health.
#[tokio::test]
async fn a_server_whose_builder_was_not_given_the_health_is_warned_of() {
    let (lines, _guard) = capture();
    for (is_given, status, said) in [(false, 503, 1), (true, 200, 0)] {
        let health = Health::builder().system(false).start().unwrap();
        let mut settings = ServerSettings::default();
        settings.port = 0;
        let mut builder = Server::builder(settings)
            .profile(Profile::Development)
            .without_signals()
            .without_inherited();
        if is_given {
            builder = builder.health(&health);
        }
        let server = builder.bind().await.unwrap();
        let (addr, handle) = (server.local_addr(Listener::Main).unwrap(), server.handle());
        let service = bare().health(health.layer()).layer(Router::new());
        let served = tokio::spawn(server.serve(service));
        // The builder's health is turned on as soon as the first connection can be served.
        let mut answer = ask(addr, &format!("GET /health/ready {PROBE}"), "").await;
        while is_given && answer.status != status {
            answer = ask(addr, &format!("GET /health/ready {PROBE}"), "").await;
        }
        assert_eq!(answer.status, status);
        assert_eq!(warnings(&lines).len(), said);
        handle.shutdown();
        served.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn probes_are_quiet_while_all_is_well() {
    let (lines, _guard) = capture();
    let health = Health::builder().system(false).start().unwrap();
    let own = || Router::new().route("/health", get(async || "fine"));
    let routers = [
        Router::new().layer(stack().health(health.layer())),
        // Also those that the service answers itself.
        own().layer(stack()),
    ];
    health.lifecycle().serve();
    for router in routers {
        let addr = serve(router).await;
        for method in ["GET", "HEAD"] {
            assert_eq!(
                ask(addr, &format!("{method} /health {PROBE}"), "").await.status,
                200
            );
            let line = &lines.take_of("access")[0];
            assert_eq!(
                (line["level"].as_str(), line["status"].as_str()),
                ("DEBUG", "200")
            );
        }
        // What is not a path of health is a request like any other.
        for path in ["/healthy", "/health/", "/health/other"] {
            assert_eq!(ask(addr, &format!("GET {path} {PROBE}"), "").await.status, 404);
            assert_eq!(lines.take_of("access")[0]["level"], "INFO", "{path}");
        }
    }
}

#[tokio::test]
async fn probes_that_fail_are_not() {
    let (lines, _guard) = capture();
    let health = Health::builder()
        .system(false)
        .critical("database", async || Err::<(), BoxError>("gone".into()))
        .start()
        .unwrap();
    health.lifecycle().serve();
    health.settled().await;
    let own = || Router::new().route("/health/ready", get(async || StatusCode::INTERNAL_SERVER_ERROR));
    for (router, status) in [
        (Router::new().layer(stack().health(health.layer())), 503),
        (own().layer(stack()), 500),
    ] {
        let addr = serve(router).await;
        drop(lines.take());
        assert_eq!(
            ask(addr, &format!("GET /health/ready {PROBE}"), "").await.status,
            status
        );
        let line = &lines.take_of("access")[0];
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["status"], status.to_string());
    }
}
