//! Limits how often something may be done: by everyone, by a client, by a user.
//!
//! [`LimitLayer`] does it for requests, by [rules](Rule); a [`Limiter`] for anything else, in a handler.
//! A [`Quota`] is a *window* (`10 per hour`: at most 10 in any 60 minutes) or a *rate* (`5/s burst 20`).
//!
//! # Rules
//!
//! 1. A request must pass every rule that counts it. All of them are asked before anything is spent: what
//!    one refuses costs nothing of another's quota, and `Retry-After` is the longest wait of those that
//!    refuse.
//! 2. Refused requests are not counted. Who waits as long as he is told gets through.
//! 3. Clients are told apart by [`ClientKey`](crate::client::ClientKey): by address, IPv6 by /64, as
//!    [`ClientLayer`](crate::client::ClientLayer) resolves it. A client without an address, on a unix
//!    socket, is one of them. When a client's address is unknown, this is logged once, with what to do about it: under `axum::serve`,
//!    [`ClientLayer::peer_from`](crate::client::ClientLayer::peer_from).
//! 4. Memory is fixed when a limiter is made, and a flood of fresh keys pushes out nothing but itself; see
//!    [`Limiter`].
//! 5. A refusal, of the layer or of a [`Limiter`] in a handler, is a 429 with `Retry-After`, `RateLimit` and `RateLimit-Policy`
//!    (draft-ietf-httpapi-ratelimit-headers-10), and a problem body (RFC 9457) of type `quota-exceeded`. With the
//!    feature `events` it is a security event, too.
//! 6. `/health`, `/health/live` and `/health/ready` are not limited.
//! 7. Counts are this process's own. Of *n* replicas behind a balancer each allows the whole quota; the module `replicas`
//!    (feature `valkey`) counts for all of them together.
//!
//! # Examples
//!
//! For every request, and less for some:
//!
//! ```
//! use http::Method;
//! use secure_runtime::limit::{Limits, Rule};
//!
//! let layer = Limits::new()
//!     .rule(Rule::global("all", "5000/s burst 10000".parse()?))
//!     .rule(Rule::per_client("client", "50/s burst 200".parse()?))
//!     .rule(Rule::per_client("login", "10 per hour".parse()?).method(Method::POST).path("/login"))
//!     .build()?;
//!
//! // A rule that would not do what it says is refused.
//! let rule = Rule::per_client("login", "10 per hour".parse()?).path("login");
//! let refused = Limits::new().rule(rule).build().unwrap_err();
//! assert_eq!(refused.to_string(), "login: a path begins with /");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In a handler, where it is known who acts: 10 payouts an hour for a user, whatever their address.
//!
//! ```
//! use bytes::Bytes;
//! use http::{Response, StatusCode};
//! use secure_runtime::limit::{Key, Limiter};
//!
//! fn pay_out(payouts: &Limiter, user_id: &str) -> Response<Bytes> {
//!     if let Err(refusal) = payouts.check(Key::user(user_id)) {
//!         return refusal.into_response();
//!     }
//!     Response::new(Bytes::from_static(b"paid"))
//! }
//!
//! let payouts = Limiter::new("10 per hour".parse()?).with_name("payouts")?;
//! for _ in 0..10 {
//!     assert_eq!(pay_out(&payouts, "alice").status(), StatusCode::OK);
//! }
//! let refused = pay_out(&payouts, "alice");
//! assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
//! assert_eq!(refused.headers()["ratelimit-policy"], r#""payouts";q=10;w=3600"#);
//! assert_eq!(pay_out(&payouts, "bob").status(), StatusCode::OK);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod algorithm;
mod clock;
mod error;
mod fields;
mod key;
mod layer;
mod limiter;
mod limits;
mod parse;
mod policy;
mod quota;
mod rate;
mod rule;
mod service;
mod settings;
mod shared;
mod table;
mod template;
mod verdict;
mod window;

pub use self::{
    clock::Clock,
    error::{InvalidQuota, LimitError},
    fields::Fields,
    key::Key,
    layer::{Excess, LimitLayer},
    limiter::Limiter,
    limits::Limits,
    quota::Quota,
    rule::{Rule, Scope, UserKey},
    service::{LimitService, ResponseFuture},
    settings::LimitSettings,
    verdict::{Allowance, Refusal},
};
#[cfg(feature = "valkey")]
pub(crate) use self::{rule::Matcher, shared::SHARED_LIMIT};
#[cfg(feature = "stack")]
pub(crate) use self::{service::Decision, shared::Told};
