//! Extractors and responses for [axum](https://docs.rs/axum) 0.8.
//!
//! The layers of this crate are tower layers, so they work on an axum router without this feature. It adds what a handler sees:
//!
//! | type | in a handler |
//! |---|---|
//! | [`Client`], [`Route`](crate::route::Route) | extractors that never fail |
//! | [`RequestId`](crate::request_id::RequestId), [`CspNonce`](crate::headers::CspNonce) | extractors; without their layer [`MissingLayer`], or `None` as an `Option` |
//! | [`Problem`], [`Refusal`](crate::limit::Refusal), [`SharedRefusal`](crate::replicas::SharedRefusal) | responses, also as an error with `?` |
//!
//! # With the server of axum
//!
//! The server of this crate is hardened, drains, and reports its connections and its state by itself. With `axum::serve`, write three things
//! yourself; the log warns once about each that is missed and needed:
//!
//! 1. the address of the peer, from which clients are told apart: `into_make_service_with_connect_info` and
//!    [`ClientLayer::peer_from`](crate::client::ClientLayer::peer_from);
//! 2. [`Lifecycle::serve`](crate::health::Lifecycle::serve), or `/health/ready` stays 503;
//! 3. [`Lifecycle::drain`](crate::health::Lifecycle::drain) when a graceful shutdown begins.
//!
//! ```no_run
//! # #[cfg(feature = "stack")] mod example {
//! use std::net::SocketAddr;
//!
//! use axum::{Router, extract::{ConnectInfo, MatchedPath}, routing::get};
//! use secure_runtime::{client::ClientLayer, headers::SecurityHeaders, health::Health, route::RouteLayer, stack::SecureStack};
//! use tokio::net::TcpListener;
//!
//! async fn serve(stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Box<dyn std::error::Error>> {
//!     let health = Health::builder().start()?;
//!     let stack = SecureStack::new(SecurityHeaders::api().build()?)
//!         .client(ClientLayer::default().peer_from(|info: &ConnectInfo<SocketAddr>| info.0))
//!         .health(health.layer());
//!     let router = Router::new()
//!         .route("/users/{id}", get(async || "someone"))
//!         .route_layer(RouteLayer::template_from(MatchedPath::as_str)) // for log lines and metrics
//!         .layer(stack);
//!     let listener = TcpListener::bind("127.0.0.1:8080").await?;
//!     health.lifecycle().serve();
//!     let service = router.into_make_service_with_connect_info::<SocketAddr>();
//!     let lifecycle = health.lifecycle().clone();
//!     axum::serve(listener, service)
//!         .with_graceful_shutdown(async move {
//!             stop.await;
//!             lifecycle.drain();
//!         })
//!         .await?;
//!     Ok(())
//! }
//! # }
//! ```
//!
//! # Examples
//!
//! ```
//! use http::StatusCode;
//! use secure_runtime::{client::Client, problem::Problem};
//!
//! // A handler: `Router::new().route("/whoami", get(whoami))`.
//! async fn whoami(client: Client) -> Result<String, Problem> {
//!     match client.ip() {
//!         Some(ip) => Ok(ip.to_string()),
//!         None => Err(Problem::new(StatusCode::NOT_FOUND).detail("your address is not known")),
//!     }
//! }
//! ```

use std::{convert::Infallible, fmt};

#[cfg(any(feature = "headers", feature = "request-id"))]
use axum_core::extract::OptionalFromRequestParts;
use axum_core::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};

use crate::{client::Client, problem::Problem};

/// The rejection of an extractor whose layer is not above the handler: a mistake of the service, so a 500.
///
/// The response says no more than that; the log has an error with the layer that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingLayer {
    extractor: &'static str,
    layer: &'static str,
}

#[cfg_attr(
    not(any(feature = "headers", feature = "request-id")),
    expect(dead_code, reason = "these have the extractors that can fail")
)]
impl MissingLayer {
    fn of(extractor: &'static str, layer: &'static str) -> Self {
        let missing = Self { extractor, layer };
        tracing::error!("{missing}");
        missing
    }
}

impl fmt::Display for MissingLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { extractor, layer } = self;
        write!(f, "a handler extracts a {extractor}, but is not below {layer}")
    }
}

impl std::error::Error for MissingLayer {}

impl IntoResponse for MissingLayer {
    fn into_response(self) -> Response {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        Self::into_response(self)
    }
}

#[cfg(feature = "limit")]
impl IntoResponse for crate::limit::Refusal {
    fn into_response(self) -> Response {
        Self::into_response(self)
    }
}

#[cfg(feature = "valkey")]
impl IntoResponse for crate::replicas::SharedRefusal {
    fn into_response(self) -> Response {
        Self::into_response(self)
    }
}

/// Without a [`ClientLayer`](crate::client::ClientLayer) above, the client is the peer; without a peer, it has no address.
impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

/// The place for the template of the route: mark it in a handler, or read what was marked so far.
#[cfg(feature = "route")]
impl<S: Sync> FromRequestParts<S> for crate::route::Route {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&mut parts.extensions))
    }
}

#[cfg(feature = "request-id")]
impl<S: Sync> FromRequestParts<S> for crate::request_id::RequestId {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        let id = Self::of(&parts.extensions).cloned();
        id.ok_or_else(|| MissingLayer::of("RequestId", "a RequestIdLayer or SecureStack"))
    }
}

#[cfg(feature = "request-id")]
impl<S: Sync> OptionalFromRequestParts<S> for crate::request_id::RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(Self::of(&parts.extensions).cloned())
    }
}

#[cfg(feature = "headers")]
impl<S: Sync> FromRequestParts<S> for crate::headers::CspNonce {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        let nonce = Self::of(&parts.extensions);
        nonce.ok_or_else(|| MissingLayer::of("CspNonce", "security headers whose policy has Csp::NONCE"))
    }
}

#[cfg(feature = "headers")]
impl<S: Sync> OptionalFromRequestParts<S> for crate::headers::CspNonce {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}
