//! A range of addresses in CIDR notation.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use secure_config::ValueError;

/// A range of addresses, `10.0.0.0/8` or `fd00::/8`; a bare address is a range of one.
///
/// # Examples
///
/// ```
/// use secure_runtime::client::Network;
///
/// let network: Network = "10.0.0.0/8".parse()?;
/// assert!(network.contains("10.9.8.7".parse()?));
/// assert!(network.contains("::ffff:10.9.8.7".parse()?));
/// assert!("10.0.0.7/8".parse::<Network>().is_err()); // a network, or one address? Say which.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    /// The first address, IPv4 mapped into IPv6, so that one compare answers.
    first: u128,
    mask: u128,
}

impl Network {
    /// Whether `ip` is within the range.
    #[must_use]
    pub const fn contains(&self, ip: IpAddr) -> bool {
        bits(ip) & self.mask == self.first
    }

    fn new(ip: IpAddr, prefix: u32) -> Result<Self, ParseNetworkError> {
        let ip = ip.to_canonical();
        let width = if ip.is_ipv4() { 32 } else { 128 };
        if prefix > width {
            return Err(ParseNetworkError("the prefix is longer than the address"));
        }
        if prefix == 0 {
            return Err(ParseNetworkError("a prefix of 0 is the whole internet"));
        }
        let mask = u128::MAX << (width - prefix);
        let first = bits(ip);
        if first & !mask != 0 {
            return Err(ParseNetworkError("the address has bits set beyond the prefix"));
        }
        Ok(Self { first, mask })
    }
}

const fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

impl FromStr for Network {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (ip, prefix) = match text.split_once('/') {
            Some((ip, prefix)) => (ip, Some(prefix)),
            None => (text, None),
        };
        let ip: IpAddr = ip
            .parse()
            .map_err(|_| ParseNetworkError("not an IP address or network"))?;
        let prefix = match prefix {
            // `parse` would take a sign and leading zeros, too.
            Some(digits) if digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()) => digits
                .parse()
                .map_err(|_| ParseNetworkError("the prefix is not a number"))?,
            Some(_) => return Err(ParseNetworkError("the prefix is not a number")),
            None if ip.to_canonical().is_ipv4() => 32,
            None => 128,
        };
        Self::new(ip, prefix)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ip = Ipv6Addr::from_bits(self.first);
        let prefix = self.mask.count_ones();
        match ip.to_canonical() {
            IpAddr::V4(ip) if prefix >= 96 => write!(f, "{ip}/{}", prefix - 96),
            _ => write!(f, "{ip}/{prefix}"),
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseNetworkError(&'static str);

impl fmt::Display for ParseNetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ParseNetworkError {}

impl From<ParseNetworkError> for ValueError {
    fn from(error: ParseNetworkError) -> Self {
        Self::new(error.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Result<Network, ParseNetworkError> {
        text.parse()
    }

    #[test]
    fn prints_what_it_read() {
        for text in [
            "10.0.0.0/8",
            "192.0.2.7/32",
            "fd00::/8",
            "::1/128",
            "2001:db8::/33",
        ] {
            assert_eq!(network(text).unwrap().to_string(), text);
        }
        assert_eq!(network("::ffff:10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network("192.0.2.7").unwrap().to_string(), "192.0.2.7/32");
    }

    #[test]
    fn refuses_what_is_ambiguous() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "10.0.0.0/8/8",
            "10.0.0.1/8",
            "010.0.0.0/8",
            "fe80::1%eth0",
            "::/129",
            "0.0.0.0/0",
            "::/0",
            "example.com",
            " 10.0.0.0/8",
        ] {
            assert!(network(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn keeps_the_families_apart() {
        let v4 = network("128.0.0.0/1").unwrap();
        assert!(v4.contains("200.0.0.1".parse().unwrap()));
        assert!(!v4.contains("100.0.0.1".parse().unwrap()));
        assert!(!v4.contains("2001:db8::1".parse().unwrap()));
        assert!(
            !network("fd00::/8")
                .unwrap()
                .contains("253.0.0.1".parse().unwrap())
        );
    }
}
