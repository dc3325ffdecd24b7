//! What an operator says about security headers.

use std::time::Duration;

use secure_config::SecureConfig;

use super::hsts::Hsts;

/// Settings of [`SecurityHeaders`](super::SecurityHeaders).
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[non_exhaustive]
pub struct HeadersSettings {
    /// `HSTS_MAX_AGE`: how long browsers remember to use https only; two years. Zero makes them forget.
    #[secure(env = "HSTS_MAX_AGE", default = "730d")]
    pub hsts_max_age: Duration,
    /// `HSTS_INCLUDE_SUBDOMAINS`: whether all subdomains are meant, too.
    #[secure(env = "HSTS_INCLUDE_SUBDOMAINS", default = false)]
    pub hsts_include_subdomains: bool,
    /// `HSTS_PRELOAD`: whether browsers may ship the domain in their preload list.
    #[secure(env = "HSTS_PRELOAD", default = false)]
    pub hsts_preload: bool,
    /// `HSTS_ALWAYS`: whether every connection is https, although neither this process nor a trusted proxy says so.
    #[secure(env = "HSTS_ALWAYS", default = false)]
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
