//! Strict-Transport-Security: come back by https only.

use std::time::Duration;

use super::error::Problems;

/// HTTP Strict Transport Security (RFC 6797).
///
/// It is sent when the connection is known to be secure, never over http (§7.2): see
/// [`Client::is_secure`](crate::client::Client::is_secure).
///
/// # Examples
///
/// ```
/// use secure_runtime::headers::{Hsts, SecurityHeaders};
///
/// assert!(SecurityHeaders::api().hsts(Hsts::two_years().include_subdomains()).build().is_ok());
///
/// // The preload list of browsers takes only what covers the subdomains, for a year or more.
/// assert!(SecurityHeaders::api().hsts(Hsts::two_years().preload()).build().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Hsts {
    max_age: Duration,
    include_subdomains: bool,
    preload: bool,
    always: bool,
}

const DAY: u64 = 24 * 60 * 60;

impl Hsts {
    /// Browsers remember for `max_age`, in whole seconds; zero makes them forget.
    pub const fn new(max_age: Duration) -> Self {
        Self {
            max_age,
            include_subdomains: false,
            preload: false,
            always: false,
        }
    }

    /// Browsers remember for two years (730 days), as the OWASP Secure Headers Project recommends.
    pub const fn two_years() -> Self {
        Self::new(Duration::from_secs(730 * DAY))
    }

    /// All subdomains, too. Each of them must speak https, also the forgotten ones.
    pub const fn include_subdomains(mut self) -> Self {
        self.include_subdomains = true;
        self
    }

    /// Allows browsers to ship the domain in their preload list, from which it is slow to get out.
    pub const fn preload(mut self) -> Self {
        self.preload = true;
        self
    }

    /// Sends it on every connection, known to be secure or not.
    ///
    /// For a service that is reached by https only, where neither this process nor a trusted proxy
    /// says so.
    pub const fn always(mut self) -> Self {
        self.always = true;
        self
    }

    pub(super) const fn is_always(self) -> bool {
        self.always
    }

    /// The value, without the parts that need the setters.
    pub(super) fn to_text(self) -> String {
        let mut text = format!("max-age={}", self.max_age.as_secs());
        if self.include_subdomains {
            text.push_str("; includeSubDomains");
        }
        if self.preload {
            text.push_str("; preload");
        }
        text
    }

    pub(super) fn review(self, header: &str, problems: &mut Problems) {
        for flaw in self.flaws() {
            problems.add(header, flaw);
        }
    }

    /// Returns what the terms of <https://hstspreload.org> refuse.
    pub(super) fn flaws(self) -> impl Iterator<Item = &'static str> {
        let is_short = self.max_age.as_secs() < 365 * DAY;
        let subdomains = (!self.include_subdomains).then_some("preload needs includeSubDomains");
        let max_age = is_short.then_some("preload needs a max-age of a year (31536000) or more");
        let flaws = subdomains.into_iter().chain(max_age);
        flaws.filter(move |_| self.preload)
    }
}

impl Default for Hsts {
    /// [`two_years`](Self::two_years).
    fn default() -> Self {
        Self::two_years()
    }
}
