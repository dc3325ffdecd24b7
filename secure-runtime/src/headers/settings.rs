//! What an operator says about security headers.

use std::time::Duration;

use super::hsts::Hsts;

/// Settings of [`SecurityHeaders`](super::SecurityHeaders).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HeadersSettings {
    /// How long browsers remember to use https only; zero makes them forget.
    pub hsts_max_age: Duration,
    /// Whether all subdomains are meant, too.
    pub hsts_include_subdomains: bool,
    /// Whether browsers may ship the domain in their preload list.
    pub hsts_preload: bool,
    /// Whether every connection is https, although neither this process nor a trusted proxy says so.
    pub hsts_always: bool,
}

impl Default for HeadersSettings {
    fn default() -> Self {
        Self {
            hsts_max_age: Duration::from_secs(730 * 24 * 60 * 60),
            hsts_include_subdomains: false,
            hsts_preload: false,
            hsts_always: false,
        }
    }
}

impl HeadersSettings {
    pub(super) fn hsts(&self) -> Hsts {
        let mut hsts = Hsts::new(self.hsts_max_age);
        if self.hsts_include_subdomains {
            hsts = hsts.include_subdomains();
        }
        if self.hsts_preload {
            hsts = hsts.preload();
        }
        if self.hsts_always {
            hsts = hsts.always();
        }
        hsts
    }
}
