//! What an operator says about security headers.

use std::time::Duration;

use secure_config::{Check, SecureConfig};

use super::hsts::Hsts;

/// Settings of [`SecurityHeaders`](super::SecurityHeaders).
///
/// A load refuses `HSTS_PRELOAD` without `HSTS_INCLUDE_SUBDOMAINS` or with a max-age under a year, as the builder does.
#[derive(Clone, Debug, PartialEq, Eq, SecureConfig)]
#[secure(check = HeadersSettings::review)]
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
    fn review(&self, check: &mut Check<'_>) {
        for flaw in self.hsts().flaws() {
            let remedy = "set HSTS_INCLUDE_SUBDOMAINS=true and HSTS_MAX_AGE to 365d or more, or leave HSTS_PRELOAD out";
            check.refuse_with("hsts_preload", flaw, remedy);
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preload_needs_its_conditions() {
        let load =
            |vars: &[(&'static str, &'static str)]| HeadersSettings::loader().vars(vars.to_vec()).load();
        let preload = ("HSTS_PRELOAD", "true");
        let refused = load(&[preload, ("HSTS_MAX_AGE", "1d")]).unwrap_err();
        assert_eq!(refused.problems().len(), 2, "{refused}");
        assert!(load(&[preload]).is_err());
        assert!(load(&[preload, ("HSTS_INCLUDE_SUBDOMAINS", "true")]).is_ok());
        assert!(load(&[("HSTS_MAX_AGE", "0s")]).is_ok());
    }
}
