//! The service that resolves clients.

use std::{
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

/// Resolves the [`Client`] of each request; see [`ClientLayer`].
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
        let shared = &*self.layer.0;
        if shared.proxies.are_none() {
            // The connection itself says who the client is: `Client::of` reads it there.
            shared.look_for_claims(&request);
        } else {
            let client = shared.resolve(&request);
            request.extensions_mut().insert(client);
        }
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
        if !client.is_proxied() {
            self.look_for_claims(request);
        }
        client
    }

    /// Reports the first forwarding headers of a stranger: most often a proxy that is not configured.
    ///
    /// Such a proxy shows in the first requests; later ones are not looked at, since it costs each.
    fn look_for_claims<B>(&self, request: &Request<B>) {
        const FIRST: u32 = 1_000;

        if self.looked.load(Ordering::Relaxed) >= FIRST {
            return;
        }
        self.looked.fetch_add(1, Ordering::Relaxed);
        // The one that reports ends the looking.
        if claims(request.headers()) && self.looked.fetch_add(FIRST, Ordering::Relaxed) < FIRST {
            let peer = request
                .extensions()
                .get::<Connection>()
                .and_then(Connection::peer);
            tracing::warn!(
                peer = peer.map(|peer| tracing::field::display(peer.ip())),
                "ignoring forwarding headers of a peer that is no trusted proxy; said once"
            );
        }
    }
}
