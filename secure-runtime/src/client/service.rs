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
        self.layer.tell(&mut request);
        self.inner.call(request)
    }
}

impl ClientLayer {
    /// Puts the client into a request.
    #[inline]
    pub(crate) fn tell<B>(&self, request: &mut Request<B>) {
        let shared = &*self.0;
        if let Some(peer) = &shared.peer {
            peer.insert(request.extensions_mut());
        }
        if shared.proxies.are_none() {
            // The connection itself says who the client is: `Client::of` reads it there.
            if !shared.has_looked() {
                shared.look_for_claims(request);
            }
        } else {
            let client = shared.resolve(request);
            request.extensions_mut().insert(client);
        }
    }
}

impl Shared {
    /// How many requests are looked at for the forwarding headers of strangers: a proxy that is not configured shows in the first.
    const FIRST: u32 = 1_000;

    fn has_looked(&self) -> bool {
        self.looked.load(Ordering::Relaxed) >= Self::FIRST
    }

    fn resolve<B>(&self, request: &Request<B>) -> Client {
        let Some(connection) = request.extensions().get::<Connection>() else {
            // Without a peer, no header counts.
            let effect = "forwarding headers of trusted proxies are ignored";
            self.unknown.warn(request.extensions(), effect);
            return Client::default();
        };
        let client = resolve(&self.proxies, self.header, connection, request.headers(), || {
            self.report_dropped(connection);
        });
        if !client.is_proxied() {
            self.look_for_claims(request);
        }
        client
    }

    /// Reports the first entry of a trusted proxy that cannot be read: all its clients may count as one.
    #[cold]
    fn report_dropped(&self, connection: &Connection) {
        if !self.has_dropped.swap(true, Ordering::Relaxed) {
            let peer = connection.peer();
            tracing::warn!(
                peer = peer.map(|peer| tracing::field::display(peer.ip())),
                header = self.header.as_str(),
                "ignoring an entry of a trusted proxy that is not an IP address: clients behind it count as the proxy; make it write the \
                 client's address; logged once"
            );
        }
    }

    /// Reports the first forwarding headers of a stranger: most often a proxy that is not configured.
    fn look_for_claims<B>(&self, request: &Request<B>) {
        if self.has_looked() {
            return;
        }
        self.looked.fetch_add(1, Ordering::Relaxed);
        // The one that reports ends the looking.
        if claims(request.headers()) && self.looked.fetch_add(Self::FIRST, Ordering::Relaxed) < Self::FIRST {
            let peer = request
                .extensions()
                .get::<Connection>()
                .and_then(Connection::peer);
            tracing::warn!(
                peer = peer.map(|peer| tracing::field::display(peer.ip())),
                "ignoring forwarding headers of a peer that is not a trusted proxy: if it is one, add it to TRUSTED_PROXIES; logged once"
            );
        }
    }
}
