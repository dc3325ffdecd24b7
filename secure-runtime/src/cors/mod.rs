//! Which web pages of other origins may call this service, and read what it answers.
//!
//! A [`CorsPolicy`] lists origins. It is [reviewed](CorsPolicy::review) when it is built, and what browsers would ignore or OWASP
//! warns of is refused with the reason and the remedy. The headers are those of tower-http's engine, asked once for each
//! origin when the layer is made; a request costs a look at that list.
//!
//! # Rules
//!
//! 1. Origins are compared byte by byte. There are no patterns and nothing is reflected: a request's `Origin` is only ever
//!    repeated if it is on the list.
//! 2. A preflight (`OPTIONS` with `Origin` and `Access-Control-Request-Method`) is answered here, with 204, before anything
//!    below sees it. Any other `OPTIONS` is the handler's.
//! 3. An origin that is not listed gets no CORS header: its preflight is a 403, and of its other requests the browser
//!    hides the answer. They are carried out all the same, so CORS is no protection against forged requests.
//! 4. Answers that depend on the origin say so (`Vary: origin`), so that no cache gives one origin's answer to another; of those to
//!    requests without an origin the ones that a cache may keep: with `Cache-Control`, `Expires`, `ETag` or `Last-Modified`.
//! 5. The policy has the only word: `Access-Control-Allow-Origin` and `-Credentials` of a handler are taken out.
//! 6. A request without `Origin`, such as a server's, and a page of this service itself are not concerned.
//!
//! The pages of an app have origins of its own scheme: `capacitor://localhost`, `ionic://localhost`, `tauri://localhost`,
//! `chrome-extension://…` are listed like any other. Capacitor on Android sends `https://localhost`; give it a name of yours instead
//! (`server.hostname` in its configuration).
//!
//! # What is refused
//!
//! | policy | because |
//! |---|---|
//! | `*` with credentials | browsers refuse it, and to reflect every origin instead gives every page the user's session |
//! | `null` | sandboxed frames, `data:` and `file:` pages of anyone send it |
//! | `file://`, `data:` and other schemes that many pages share | no one page or app has it as its origin |
//! | `http://…` | who sits on the network can write such a page; loopback is allowed in the development and test profiles |
//! | loopback in staging and production | it is the visitor's own machine, and any program there |
//! | a path, `/` at the end, upper case, a default port, a user | no browser sends it so: it would match nothing |
//! | `https://*.example.com` | any subdomain that is taken over would be let in |
//! | `*` as methods or headers with credentials | browsers take it as a name then |
//! | names that no script may send or read | they would do nothing |
//! | duplicates, `*` beside names | one of them is not meant |
//! | a max age over a day | browsers cap it (Chromium at 2 h, Firefox at 24 h), and a withdrawn permission should end |
//!
//! Sources: the Fetch standard (§3.2), OWASP's HTML5 Security Cheat Sheet, PortSwigger's "Exploiting CORS
//! misconfigurations".
//!
//! # Examples
//!
//! ```
//! use http::header;
//! use secure_runtime::cors::CorsPolicy;
//!
//! let layer = CorsPolicy::new()
//!     .origin("https://app.example.com")
//!     .credentials(true)
//!     .methods(["GET", "POST", "DELETE"])
//!     .headers([header::CONTENT_TYPE, header::AUTHORIZATION])
//!     .build()?;
//!
//! let refused = CorsPolicy::new().any_origin().credentials(true).build().unwrap_err();
//! assert_eq!(
//!     refused.to_string(),
//!     "CORS_ORIGINS: \"*\": any page could act with the user's session, and browsers refuse it; list the origins that need credentials"
//! );
//! # Ok::<(), secure_runtime::cors::CorsError>(())
//! ```

mod answer;
mod error;
mod layer;
mod names;
mod origin;
mod policy;
mod review;
mod service;
mod settings;

#[cfg(feature = "stack")]
pub(crate) use self::service::Asked;
pub use self::{
    error::{CorsError, Finding},
    layer::CorsLayer,
    policy::CorsPolicy,
    service::{CorsService, ResponseFuture},
    settings::CorsSettings,
};
