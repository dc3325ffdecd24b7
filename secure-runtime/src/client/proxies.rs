//! Which proxies are trusted, and what they write.

use std::{fmt, net::IpAddr, num::NonZeroU8, str::FromStr, sync::Arc};

use secure_config::ValueError;

use super::network::{Network, ParseNetworkError};

/// The proxies whose word about a request counts.
///
/// As text: a number of hops (`1`), a comma-separated list of networks (`10.0.0.0/8, fd00::/8`), or
/// `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Trust);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Trust {
    #[default]
    None,
    Hops(NonZeroU8),
    Networks(Arc<[Network]>),
}

impl TrustedProxies {
    /// Trusts no proxy: every client is the peer.
    #[must_use]
    pub fn none() -> Self {
        Self(Trust::None)
    }

    /// Trusts the last `count` hops, whatever their addresses: 1 for one load balancer in front.
    ///
    /// # Security
    ///
    /// Anyone who reaches the port without passing the proxies may then claim to be anyone. Where the
    /// addresses of the proxies are known, use [`networks`](Self::networks).
    #[must_use]
    pub fn hops(count: NonZeroU8) -> Self {
        Self(Trust::Hops(count))
    }

    /// Trusts the proxies with addresses in these networks.
    ///
    /// # Errors
    ///
    /// Returns the number of the first text that is not a network, and why.
    pub fn networks<I>(networks: I) -> Result<Self, ParseProxiesError>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let networks: Arc<[Network]> = networks
            .into_iter()
            .enumerate()
            .map(|(index, text)| network((index, text.as_ref())))
            .collect::<Result<_, _>>()?;
        Ok(Self(if networks.is_empty() {
            Trust::None
        } else {
            Trust::Networks(networks)
        }))
    }

    pub(super) const fn are_none(&self) -> bool {
        matches!(self.0, Trust::None)
    }

    pub(super) fn trust(&self) -> &Trust {
        &self.0
    }

    /// Whether a peer is one of them. A peer without an address is on a unix socket: it is a proxy of
    /// this host when there are proxies at all.
    pub(super) fn include_peer(&self, peer: Option<IpAddr>) -> bool {
        match (&self.0, peer) {
            (Trust::None, _) => false,
            (Trust::Hops(_), _) | (Trust::Networks(_), None) => true,
            (Trust::Networks(networks), Some(ip)) => contains(networks, ip),
        }
    }
}

/// Reads a comma-separated list of networks, or `none`: as [`TrustedProxies`], but a number of hops.
#[cfg(any(feature = "maintenance", feature = "server"))]
pub(crate) fn networks(text: &str) -> Result<Vec<Network>, ValueError> {
    match text.trim() {
        "none" => Ok(Vec::new()),
        text => Ok(text
            .split(',')
            .enumerate()
            .map(network)
            .collect::<Result<_, ParseProxiesError>>()?),
    }
}

/// The network of the entry with this index.
fn network((index, text): (usize, &str)) -> Result<Network, ParseProxiesError> {
    let network = text.trim().parse();
    network.map_err(|error: ParseNetworkError| ParseProxiesError(ValueError::from(error).in_item(index + 1)))
}

pub(super) fn contains(networks: &[Network], ip: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(ip))
}

impl FromStr for TrustedProxies {
    type Err = ParseProxiesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text == "none" {
            return Ok(Self::none());
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            let hops = text.parse().map(Self::hops);
            return hops.map_err(|_| ParseProxiesError("is not a number of hops from 1 to 255".into()));
        }
        Self::networks(text.split(','))
    }
}

/// Text that names no proxies: the number of the entry, and what is wrong with it. It does not quote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseProxiesError(ValueError);

impl From<ParseProxiesError> for ValueError {
    fn from(error: ParseProxiesError) -> Self {
        error.0
    }
}

impl fmt::Display for ParseProxiesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for ParseProxiesError {}

/// The headers that the trusted proxies write, and the only ones that are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForwardedHeader {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedHeader {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

impl FromStr for ForwardedHeader {
    type Err = ParseForwardedHeaderError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("x-forwarded-for") {
            Ok(Self::XForwardedFor)
        } else if text.eq_ignore_ascii_case("forwarded") {
            Ok(Self::Forwarded)
        } else {
            Err(ParseForwardedHeaderError(()))
        }
    }
}

/// Text that names no forwarding header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseForwardedHeaderError(());

impl fmt::Display for ParseForwardedHeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither `x-forwarded-for` nor `forwarded`")
    }
}

impl std::error::Error for ParseForwardedHeaderError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hops_networks_and_none() {
        let parse = str::parse::<TrustedProxies>;
        assert_eq!(parse("none").unwrap(), TrustedProxies::none());
        assert_eq!(
            parse("2").unwrap(),
            TrustedProxies::hops(NonZeroU8::new(2).unwrap())
        );
        assert_eq!(
            parse("10.0.0.0/8 , fd00::/8").unwrap(),
            TrustedProxies::networks(["10.0.0.0/8", "fd00::/8"]).unwrap()
        );
        for text in [
            "",
            "0",
            "256",
            "-1",
            "10.0.0.0/8,",
            "10.0.0.0/8,lb.internal",
            "None",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_error_says_which_entry() {
        let error = "10.0.0.0/8,lb.internal".parse::<TrustedProxies>().unwrap_err();
        assert_eq!(error.to_string(), "item 2: not an IP address or network");
    }

    #[test]
    fn a_unix_socket_is_a_proxy_only_where_there_are_proxies() {
        assert!(!TrustedProxies::none().include_peer(None));
        assert!(
            TrustedProxies::networks(["10.0.0.0/8"])
                .unwrap()
                .include_peer(None)
        );
        assert!(TrustedProxies::hops(NonZeroU8::MIN).include_peer(None));
    }
}
