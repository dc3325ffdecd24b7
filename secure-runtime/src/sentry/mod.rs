//! Errors, panics and traces for [Sentry], without secrets.
//!
//! | what | becomes |
//! |---|---|
//! | an event of `tracing` at `ERROR` | an event, with the causes of its error and the fields of its spans |
//! | one at `WARN` or `INFO` | a breadcrumb of the event that follows it |
//! | a panic, caught or not | an event, once |
//! | a request | a trace, one in ten |
//! | a span of `tracing` up to `INFO` | a part of that trace |
//!
//! Events of a request have its id as the tag `request_id`, and the route's template as their transaction:
//! `GET /users/{id}`.
//!
//! # Rules
//!
//! 1. **Off without a DSN.** There is then no client, no thread, no hub and no subscriber's layer; the layer of requests
//!    lets them pass.
//! 2. **No secret leaves.** All of an envelope is looked through as it would be sent, every string of it: live secrets of the
//!    configuration are masked in each form that [`redact`](secure_config::redact()) knows (plain, percent-encoded,
//!    escaped, base64, hexadecimal; of a URL its password alone), values whose name says secret as in the
//!    [`log`](crate::log), `Authorization` and `Cookie` lines, and query strings. What cannot be looked through, attachments,
//!    is not sent. This is done where the event is captured, as long as its secrets live.
//! 3. **Nothing of the client's.** No address, no user, no path, no body; of a request that a service adds itself, method, URL
//!    without query and seven harmless headers are left.
//! 4. **The DSN's key** stays in its locked page. It is in the header of a request to Sentry and nowhere else: what
//!    Sentry's client knows is a DSN with another one.
//! 5. **Bounded.** At most 64 envelopes wait; more are dropped and [counted](SentryCounters), and so is one over 1 MiB. A
//!    request to Sentry takes at most ten seconds, and the end of the service waits for as long as
//!    [`SentrySettings::shutdown_timeout`] says, whatever Sentry does. What Sentry says of its own limits is kept.
//! 6. **Not for attackers.** Events with the target `security` are breadcrumbs whatever their level, and whether a trace is sent
//!    is not for the caller's `traceparent` to say.
//!
//! **Caveat.** Rule 2 is a net below types that hide themselves. It does not know what was hashed, cut in pieces or encoded
//! twice, and not what is secret without being in the configuration or having a name that says so.
//!
//! **Caveat.** Records of the `log` crate are in the log alone. A span guard, a task that is spawned, or a thread that was there
//! before [`Sentry::start`] has no request's hub: `tokio::spawn(future.bind_hub(Hub::current()))` gives it one.
//!
//! **Caveat.** Certificates are judged by Mozilla's list of authorities, which is part of the program. A Sentry of one's own behind
//! another authority is reached through a Relay on this machine. `HTTPS_PROXY` and `NO_PROXY` are heeded.
//!
//! The crate `sentry` of the same version is the service's own to call; what it captures comes by here, too.
//!
//! # Examples
//!
//! ```
//! use secure_config::Profile;
//! use secure_runtime::{headers::SecurityHeaders, log::LogSettings, sentry::{Sentry, SentrySettings}};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "stack")] {
//! use secure_runtime::stack::SecureStack;
//!
//! let mut settings = SentrySettings::default(); // or loaded, with SENTRY_DSN
//! settings.release.get_or_insert_with(|| concat!(env!("CARGO_PKG_NAME"), "@", env!("CARGO_PKG_VERSION")).to_owned());
//! let sentry = Sentry::start(settings, Profile::Production)?;
//! let _log = sentry.init_log(LogSettings::new())?;
//!
//! let stack = SecureStack::new(SecurityHeaders::api().build()?).sentry(sentry.layer());
//! assert!(sentry.events().is_none(), "off without a DSN");
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! [Sentry]: https://docs.sentry.io/

mod body;
mod dsn;
mod error;
mod events;
mod fields;
mod future;
mod handle;
mod layer;
mod panic;
mod queue;
mod scrub;
mod service;
mod settings;
mod tracked;
mod transport;

#[cfg(feature = "stack")]
pub(crate) use self::tracked::Tracked;
pub use self::{
    body::SentryBody,
    error::SentryError,
    events::SentryEvents,
    future::ResponseFuture,
    handle::{Sentry, SentryCounters},
    layer::SentryLayer,
    service::SentryService,
    settings::SentrySettings,
};

/// What this calls itself.
const USER_AGENT: &str = concat!("secure-runtime/", env!("CARGO_PKG_VERSION"));
