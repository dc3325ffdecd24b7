//! Puts security headers on every response.
//!
//! [`SecurityHeaders::api`] is for data, [`SecurityHeaders::html`] for pages. With
//! [`Hsts::include_subdomains`], which is yours to choose, the MDN HTTP Observatory gives 130 points (A+), and `csp_evaluator`
//! finds nothing in either policy; `tests/headers/score` in the repository runs both.
//!
//! | header | API | HTML |
//! |---|---|---|
//! | `content-security-policy` | [`Csp::api`] | [`Csp::html`], with a nonce |
//! | `strict-transport-security` | `max-age=63072000`, over https | same |
//! | `x-content-type-options` | `nosniff` | same |
//! | `x-frame-options` | `DENY` | same |
//! | `referrer-policy` | `no-referrer` | same |
//! | `permissions-policy` | [everything off](PermissionsPolicy::deny_all) | same |
//! | `cross-origin-opener-policy` | `same-origin` | same |
//! | `cross-origin-resource-policy` | `same-origin` | same |
//! | `cross-origin-embedder-policy` | `require-corp` | same, until the CSP names another origin |
//! | `cache-control` | `no-store, max-age=0` | same |
//! | `x-permitted-cross-domain-policies` | `none` | same |
//! | `x-dns-prefetch-control` | `off` | same |
//!
//! # Rules
//!
//! 1. What a handler has set itself stays as it is, be it stricter or looser.
//! 2. `strict-transport-security` goes only over a connection that is known to be secure
//!    ([`Client::is_secure`](crate::client::Client::is_secure)), or with [`Hsts::always`].
//! 3. A nonce is made afresh for each request, and found in its extensions as [`CspNonce`].
//! 4. A 304 gets no CSP, which would replace the one of the stored page.
//! 5. `server` and `x-powered-by` are removed. `x-xss-protection`, `expect-ct`, `feature-policy`,
//!    `x-download-options` and `public-key-pins` are never sent.
//! 6. A mistake in a policy is an error of [`SecurityHeaders::build`]; no request can fail.
//!
//! # Security
//!
//! An error that hyper itself answers (400, 414, 431: the request could not be read) passes no layer and
//! has no headers. A panic in a handler is answered by nobody unless it is caught further in, as
//! [`catch_panic`](crate::catch_panic) does.
//!
//! Some headers break what a page may need: `cross-origin-opener-policy` an OAuth popup
//! ([`OpenerPolicy::SameOriginAllowPopups`]), `cross-origin-embedder-policy` images of other sites,
//! [`Csp::api`] every page, such as Swagger UI. Give such a route a policy of its own
//! ([`SecurityHeadersLayer::for_route`]), or such a response ([`HeadersOverride`]).
//!
//! # Examples
//!
//! ```
//! use secure_runtime::headers::{Csp, Directive, Hsts, SecurityHeaders};
//!
//! let hsts = Hsts::two_years().include_subdomains();
//! let api = SecurityHeaders::api().hsts(hsts).build()?;
//!
//! // Pages of the same service, with images from elsewhere.
//! let csp = Csp::html().add(Directive::ImgSrc, ["https://img.example"]);
//! let pages = SecurityHeaders::html().hsts(hsts).csp(csp).build()?.for_route();
//!
//! // A policy that would not do what it says is refused.
//! let csp = Csp::html().add(Directive::ScriptSrc, ["https://cdn.example; img-src *"]);
//! assert!(SecurityHeaders::html().csp(csp).build().is_err());
//! # Ok::<(), secure_runtime::headers::PolicyError>(())
//! ```

mod clear_site_data;
mod csp;
mod error;
mod future;
mod hsts;
mod kept;
mod layer;
mod merge;
pub mod name;
mod nonce;
mod overrides;
mod permissions;
mod policy;
mod prototype;
mod service;
mod settings;
mod values;

#[cfg(feature = "stack")]
pub(crate) use self::merge::Situation;
pub use self::{
    clear_site_data::ClearSiteData,
    csp::{Csp, Directive},
    error::{PolicyError, PolicyProblem},
    future::ResponseFuture,
    hsts::Hsts,
    layer::SecurityHeadersLayer,
    nonce::CspNonce,
    overrides::HeadersOverride,
    permissions::PermissionsPolicy,
    policy::SecurityHeaders,
    service::SecurityHeadersService,
    settings::HeadersSettings,
    values::{EmbedderPolicy, FrameOptions, OpenerPolicy, ReferrerPolicy, ResourcePolicy},
};
