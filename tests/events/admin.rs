//! What the server tells of.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use secure_config::{Profile, SecretString};
use secure_runtime::{
    connection::Listener,
    events::Event,
    server::{Admin, RequestBody, Server, ServerSettings},
};
use tests::{lines::capture, loopback::ask};
use tower_service::Service;

#[derive(Clone)]
struct Yes;

impl Service<Request<RequestBody>> for Yes {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<RequestBody>) -> Self::Future {
        ready(Ok(Response::new(Full::default())))
    }
}

#[tokio::test]
async fn a_server_tells_of_its_start_its_end_and_of_callers_without_the_token() {
    let (lines, _guard) = capture();
    let mut settings = ServerSettings::default();
    settings.port = 0;
    settings.admin_port = Some(0);
    settings.drain_delay = Some(Duration::ZERO);
    let server = Server::builder(settings)
        .profile(Profile::Development)
        .without_signals()
        .admin(Admin::new(SecretString::new("jV0cX8mQeN3rT6yKbLp2WsZ5uHf9dGa1")))
        .bind()
        .await
        .unwrap();
    let admin = server
        .local_addrs()
        .find(|(listener, _)| *listener == Listener::Admin)
        .and_then(|(_, addr)| addr.as_tcp())
        .unwrap();
    let handle = server.handle();
    let before = Event::AuthnLoginFail.count();
    let served = tokio::spawn(server.serve(Yes));
    for (head, status) in [
        (
            "POST /reload HTTP/1.1\nauthorization: Bearer jV0cX8mQeN3rT6yKbLp2WsZ5uHf9dGa2\nuser-agent: guess/1.0",
            401,
        ),
        ("POST /reload HTTP/1.1\norigin: https://evil.example", 403),
        (
            "POST /reload HTTP/1.1\nauthorization: Bearer jV0cX8mQeN3rT6yKbLp2WsZ5uHf9dGa1",
            200,
        ),
    ] {
        assert_eq!(ask(admin, head, "").await.status, status, "{head}");
    }
    handle.shutdown();
    served.await.unwrap().unwrap();
    assert!(Event::AuthnLoginFail.count() > before);
    let lines = lines.take_of("security");
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str()).collect();
    assert_eq!(events, ["sys_startup", "authn_login_fail", "sys_shutdown"]);
    assert_eq!(lines[1]["ip_address"], "127.0.0.1");
    assert_eq!(lines[1]["user_agent"], "guess/1.0");
    assert!(!format!("{lines:?}").contains("jV0cX8"));
}
