//! What an operator says about proxies.

use std::str::FromStr;

use secure_config::{SecureConfig, ValueError};

use super::proxies::{ForwardedHeader, TrustedProxies};

/// Settings of [`ClientLayer`](super::ClientLayer).
#[derive(Clone, Debug, Default, PartialEq, Eq, SecureConfig)]
#[non_exhaustive]
pub struct ClientSettings {
    /// `TRUSTED_PROXIES`, whose word counts: networks (`10.0.0.0/8, fd00::/8`), a number of hops, or `none`.
    #[secure(env = "TRUSTED_PROXIES", default = "none", parse = trusted_proxies)]
    pub trusted_proxies: TrustedProxies,
    /// `FORWARDED_HEADER`, which they write: `x-forwarded-for` or `forwarded`.
    #[secure(env = "FORWARDED_HEADER", default = "x-forwarded-for", parse = ForwardedHeader::from_str)]
    pub forwarded_header: ForwardedHeader,
}

fn trusted_proxies(text: &str) -> Result<TrustedProxies, ValueError> {
    Ok(TrustedProxies::from_str(text)?)
}
