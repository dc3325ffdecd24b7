//! Asks the layer who sent a request.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::IpAddr,
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderName, HeaderValue, Request};
use secure_runtime::{
    client::{Client, ClientLayer, ForwardedHeader, TrustedProxies},
    connection::Connection,
};
use tower_layer::Layer;
use tower_service::Service;

/// Answers with the client it is told.
#[derive(Clone)]
struct Tell;

impl Service<Request<()>> for Tell {
    type Response = Client;
    type Error = Infallible;
    type Future = Ready<Result<Client, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        ready(Ok(Client::of(request.extensions())))
    }
}

/// A layer that trusts what this text says.
pub(crate) fn trusting(proxies: &str, header: ForwardedHeader) -> ClientLayer {
    ClientLayer::with_header(proxies.parse::<TrustedProxies>().unwrap(), header)
}

/// A connection from an address, by http.
pub(crate) fn from(peer: &str) -> Connection {
    Connection::new(Some((peer.parse::<IpAddr>().unwrap(), 50_000).into()))
}

/// The client of a request with these header lines.
pub(crate) fn client(
    layer: &ClientLayer,
    connection: Option<Connection>,
    headers: &[(&str, &[u8])],
) -> Client {
    let mut request = Request::new(());
    if let Some(connection) = connection {
        request.extensions_mut().insert(connection);
    }
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request
            .headers_mut()
            .append(name, HeaderValue::from_bytes(value).unwrap());
    }
    let mut service = layer.layer(Tell);
    let mut context = Context::from_waker(Waker::noop());
    match pin!(service.call(request)).poll(&mut context) {
        Poll::Ready(Ok(client)) => client,
        Poll::Pending => unreachable!("it is ready"),
    }
}

/// The address of that client.
pub(crate) fn ip(layer: &ClientLayer, peer: &str, headers: &[(&str, &str)]) -> String {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    client(layer, Some(from(peer)), &headers)
        .ip()
        .unwrap()
        .to_string()
}
