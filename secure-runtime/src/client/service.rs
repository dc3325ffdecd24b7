//! The service that resolves clients.

use std::{
    net::IpAddr,
    sync::atomic::Ordering,
    task::{Context, Poll},
};

use http::Request;
use tower_service::Service;

use super::{
    Client, ClientLayer,
    layer::Shared,
    resolve::{claims, resolve},
};
use crate::connection::Connection;

/// Stores the [`Client`] in each request; see [`ClientLayer`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ResolveClient<S> {
    inner: S,
    layer: ClientLayer,
}

impl<S> ResolveClient<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, layer: ClientLayer) -> Self {
        Self { inner, layer }
    }

    /// The service below.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service below, to change.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Unwraps the service below.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B> Service<Request<B>> for ResolveClient<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let client = self.layer.0.resolve(&request);
        request.extensions_mut().insert(client);
        self.inner.call(request)
    }
}

impl Shared {
    fn resolve<B>(&self, request: &Request<B>) -> Client {
        let client = match request.extensions().get::<Connection>() {
            Some(connection) => resolve(&self.proxies, self.header, connection, request.headers()),
            // Nothing is known of the peer, so nobody's word counts.
            None => Client::default(),
        };
        if !client.is_proxied() && !self.warned.load(Ordering::Relaxed) && claims(request.headers()) {
            self.warn(client.ip());
        }
        client
    }

    #[cold]
    fn warn(&self, peer: Option<IpAddr>) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                peer = peer.map(tracing::field::display),
                "ignoring forwarding headers of a peer that is no trusted proxy; said once"
            );
        }
    }
}
