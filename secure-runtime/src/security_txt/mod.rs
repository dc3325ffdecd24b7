//! `/.well-known/security.txt`: whom to tell of a vulnerability (RFC 9116).
//!
//! A [`SecurityTxt`] is checked when it is built, so that the file is one that researchers' tools can read. [`SecurityTxtLayer`]
//! serves it to GET and HEAD as `text/plain; charset=utf-8`, and hands on everything else.
//!
//! # Rules
//!
//! 1. There is at least one contact: an `https:`, `mailto:` or `tel:` URI, the preferred one first (§2.5.3).
//! 2. `Expires` is there, once, and in the future when the file is built (§2.5.5). More than a year ahead is logged as a warning, as
//!    is less than 30 days: once, when it is built, which is when the service starts.
//! 3. Web addresses are https (§2.5).
//! 4. Once `Expires` has passed, the file is served as it is: the date in it tells readers not to rely on it, and the warnings
//!    before told the operator. A service that starts after that is told [`SecurityTxtError::is_expired`], and may go on
//!    without the file.
//!
//! The file is not signed. One that is (§2.3) is better served as a static file.
//!
//! # Examples
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use secure_runtime::security_txt::SecurityTxt;
//!
//! # let in_half_a_year = SystemTime::now() + Duration::from_secs(182 * 24 * 60 * 60);
//! let layer = SecurityTxt::new()
//!     .contact("mailto:security@example.com")
//!     .contact("https://example.com/report")
//!     .expires(in_half_a_year)
//!     .preferred_languages(["en", "de"])
//!     .policy("https://example.com/security-policy")
//!     .build()?;
//!
//! let refused = SecurityTxt::new().contact("security@example.com").build().unwrap_err();
//! assert_eq!(
//!     refused.to_string(),
//!     "SECURITY_TXT_CONTACT: \"security@example.com\": no contact; write mailto:security@…, https://… or tel:+…; \
//!      SECURITY_TXT_EXPIRES: not set; write a date at most a year ahead, such as 2027-06-30T00:00:00Z"
//! );
//! # Ok::<(), secure_runtime::security_txt::SecurityTxtError>(())
//! ```

mod error;
mod expires;
mod file;
mod layer;
mod service;
mod settings;
mod uri;

pub use self::{
    error::SecurityTxtError,
    expires::{Expires, InvalidExpires},
    file::SecurityTxt,
    layer::SecurityTxtLayer,
    service::{ResponseFuture, SecurityTxtService},
    settings::SecurityTxtSettings,
};

/// Where the file is (RFC 9116 §3).
pub const PATH: &str = "/.well-known/security.txt";
