//! The admin listener turns the switch.

use secure_config::{Profile, SecretString};
use secure_runtime::{
    connection::Listener,
    maintenance::{Cause, MaintenancePolicy, Notice, Switch},
    server::{Admin, Server, ServerSettings},
};
use tests::loopback::ask;
use tower_layer::Layer;

use crate::support::Open;

const TOKEN: &str = "jV0cX8mQeN3rT6yKbLp2WsZ5uHf9dGa1";

#[tokio::test]
async fn an_operator_shuts_and_opens_the_service() {
    let mut settings = ServerSettings::default();
    settings.port = 0;
    settings.admin_port = Some(0);
    let switch = Switch::new();
    let server = Server::builder(settings)
        .profile(Profile::Development)
        .without_signals()
        .admin(Admin::new(SecretString::new(TOKEN)).maintenance_switch(&switch))
        .bind()
        .await
        .unwrap();
    let main = server.local_addr(Listener::Main).unwrap();
    let admin = server.local_addr(Listener::Admin).unwrap();
    let layer = MaintenancePolicy::new(&switch).build().unwrap();
    tokio::spawn(server.serve(layer.layer(Open)));

    let post = async |token: &str, body: &str| {
        let head = format!(
            "POST /maintenance HTTP/1.1\nauthorization: Bearer {token}\ncontent-length: {}",
            body.len()
        );
        ask(admin, &head, body).await
    };
    let status = async || ask(main, "GET / HTTP/1.1", "").await.status;
    assert_eq!(status().await, 200);
    let done = post(TOKEN, "on 10m Back at noon.").await;
    assert_eq!(
        done.body,
        "{\"status\":\"done\",\"detail\":\"maintenance is on (admin)\"}\n"
    );
    let answer = ask(main, "GET / HTTP/1.1", "").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("600")));
    assert!(answer.body.contains("\"detail\":\"Back at noon.\""));

    assert_eq!(post("another", "off").await.status, 401);
    assert_eq!(post(TOKEN, "of").await.status, 422);
    assert_eq!(status().await, 503);

    switch.turn_on(Cause::File, Notice::new());
    let done = post(TOKEN, "off").await;
    assert!(done.body.contains("maintenance is on (file)"), "{}", done.body);
    assert_eq!(status().await, 503);
    switch.turn_off(Cause::File);
    assert_eq!(status().await, 200);
}
