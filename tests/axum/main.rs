//! On axum, with its own server and over real connections.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod bodies;
mod clients;
mod extract;
mod health;
mod routes;

use std::net::SocketAddr;

use axum::{Router, extract::ConnectInfo};
use secure_runtime::{client::ClientLayer, headers::SecurityHeaders, stack::SecureStack};
use tokio::net::TcpListener;

/// A stack as the documentation has it for `axum::serve`.
fn stack() -> SecureStack {
    bare().client(peers(ClientLayer::default()))
}

/// The same, by somebody who has not read it.
fn bare() -> SecureStack {
    SecureStack::new(SecurityHeaders::api().build().unwrap())
}

fn peers(client: ClientLayer) -> ClientLayer {
    client.peer_from(|info: &ConnectInfo<SocketAddr>| info.0)
}

/// Serves by `axum::serve`, with the address of the peer, until the runtime ends.
async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let addr = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, service).into_future());
    addr
}

/// Serves by `axum::serve` without it.
async fn serve_blind(router: Router) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());
    addr
}
