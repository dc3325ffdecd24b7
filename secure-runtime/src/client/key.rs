//! What clients are counted under.

use std::net::{IpAddr, Ipv6Addr};

/// A client as limits and counters see it: 8 bytes instead of an address.
///
/// An IPv6 caller owns at least a /64 and can take a new address in it for every request, so the
/// network is the key; an IPv4 address is its own. Addresses of the NAT64 prefix `64:ff9b::/96`
/// (RFC 6052) are the IPv4 address inside, since that one /64 stands for the whole IPv4 internet.
///
/// # Examples
///
/// ```
/// use secure_runtime::client::ClientKey;
///
/// let key = |ip: &str| ip.parse().map(|ip| ClientKey::new(Some(ip)));
/// assert_eq!(key("2001:db8:1:2::1")?, key("2001:db8:1:2:ffff::9")?);
/// assert_ne!(key("2001:db8:1:2::1")?, key("2001:db8:1:3::1")?);
/// assert_ne!(key("192.0.2.1")?, key("192.0.2.2")?);
/// assert_eq!(key("64:ff9b::192.0.2.1")?, key("192.0.2.1")?);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientKey(u64);

impl ClientKey {
    /// The key of an address; callers without one (unix sockets) share one key.
    #[must_use]
    pub const fn new(ip: Option<IpAddr>) -> Self {
        Self(match ip {
            None => 0,
            Some(IpAddr::V4(ip)) => ip.to_bits() as u64,
            Some(IpAddr::V6(ip)) => match embedded_ipv4(ip) {
                Some(bits) => bits as u64,
                None => (ip.to_bits() >> 64) as u64,
            },
        })
    }

    /// The key as a number: an IPv4 address in the low 32 bits, or the upper half of an IPv6 address.
    ///
    /// They cannot meet: the networks that would look like an IPv4 address, `::/32`, are reserved
    /// (RFC 4291) and never a source of traffic.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// The IPv4 address within a mapped (`::ffff:a.b.c.d`) or NAT64 (`64:ff9b::a.b.c.d`) address.
const fn embedded_ipv4(ip: Ipv6Addr) -> Option<u32> {
    const MAPPED: u128 = 0xffff;
    const NAT64: u128 = 0x0064_ff9b << 64;

    let bits = ip.to_bits();
    match bits >> 32 {
        MAPPED | NAT64 => Some(bits as u32),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_address_is_its_ipv4_address() {
        let key = |ip: &str| ClientKey::new(Some(ip.parse().unwrap()));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_eq!(key("192.0.2.1").as_u64(), 0xc000_0201);
        assert_eq!(key("2001:db8:1:2::1").as_u64(), 0x2001_0db8_0001_0002);
        assert_ne!(key("64:ff9b:1::1"), key("0.0.0.1"));
    }
}
