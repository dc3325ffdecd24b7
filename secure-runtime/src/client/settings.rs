//! What an operator says about proxies.

use super::proxies::{ForwardedHeader, TrustedProxies};

/// Settings of [`ClientLayer`](super::ClientLayer).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ClientSettings {
    /// The proxies whose word counts: networks (`10.0.0.0/8, fd00::/8`), a number of hops, or `none`.
    pub trusted_proxies: TrustedProxies,
    /// The header they write: `x-forwarded-for` or `forwarded`.
    pub forwarded_header: ForwardedHeader,
}
