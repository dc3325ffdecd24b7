//! Reads an address the way proxies write it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest text looked at: a bracketed IPv6 address with a port is 55 characters at most.
const MAX_LEN: usize = 64;

/// Reads `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:443`, also in double quotes; and eight groups of
/// IPv6 with a port behind them, which some proxies write without brackets.
///
/// Everything else (names, `unknown`, obfuscated identifiers, zone ids, the unspecified address) is `None`.
pub(super) fn parse(text: &[u8]) -> Option<IpAddr> {
    if text.len() > MAX_LEN {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let text = match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?,
        None => text,
    };
    let ip = if let Some(rest) = text.strip_prefix('[') {
        let (ip, port) = rest.split_once(']')?;
        if !port.is_empty() && !is_port(port.strip_prefix(':')?) {
            return None;
        }
        IpAddr::V6(ip.parse::<Ipv6Addr>().ok()?)
    } else {
        match text.split_once(':') {
            None => IpAddr::V4(text.parse::<Ipv4Addr>().ok()?),
            Some((ip, port)) if !port.contains(':') => {
                if !is_port(port) {
                    return None;
                }
                IpAddr::V4(ip.parse::<Ipv4Addr>().ok()?)
            }
            Some(_) => IpAddr::V6(text.parse::<Ipv6Addr>().ok().or_else(|| without_port(text))?),
        }
    };
    let ip = ip.to_canonical();
    (!ip.is_unspecified()).then_some(ip)
}

/// Reads eight groups of IPv6 and a port: with all eight there, the ninth number cannot be one of them.
fn without_port(text: &str) -> Option<Ipv6Addr> {
    let (ip, port) = text.rsplit_once(':')?;
    let is_whole = !ip.contains("::") && ip.split(':').count() == 8;
    (is_whole && is_port(port)).then(|| ip.parse().ok()).flatten()
}

/// Returns `true` for the ways in which a proxy says that it does not say who the client is (RFC 7239 §6).
pub(super) fn is_withheld(text: &[u8]) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case(b"unknown") || text.starts_with(b"_")
}

/// A number of at most five digits, or an obfuscated port (RFC 7239 §6.3).
fn is_port(text: &str) -> bool {
    match text.strip_prefix('_') {
        Some(name) => {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        }
        None => matches!(text.len(), 1..=5) && text.bytes().all(|b| b.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        let v4 = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
        let v6 = Some(IpAddr::V6("2001:db8::1".parse().unwrap()));
        for (text, ip) in [
            ("192.0.2.1", v4),
            ("192.0.2.1:443", v4),
            ("::ffff:192.0.2.1", v4),
            ("[::ffff:192.0.2.1]:1", v4),
            ("192.0.2.1:_gazonk", v4),
            ("2001:db8::1", v6),
            ("[2001:db8::1]", v6),
            ("[2001:db8::1]:65535", v6),
            ("\"192.0.2.1\"", v4),
            ("\"192.0.2.1:443\"", v4),
            ("\"[2001:db8::1]:443\"", v6),
            ("2001:db8:0:0:0:0:0:1:443", v6),
        ] {
            assert_eq!(parse(text.as_bytes()), ip, "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "unknown",
            "_hidden",
            "localhost",
            "192.0.2",
            "192.0.2.1:",
            "192.0.2.1:443x",
            "192.0.2.1:123456",
            "192.0.2.01",
            "0.0.0.0",
            "::",
            "[2001:db8::1",
            "[2001:db8::1]443",
            "[2001:db8::1]:",
            "[192.0.2.1]",
            "fe80::1%eth0",
            "[fe80::1%eth0]",
            "192.0.2.1:_",
            " 192.0.2.1",
            "\"192.0.2.1",
            "192.0.2.1\"",
            "\"\"192.0.2.1\"\"",
            "2001:db8:0:0:0:0:0:1:443x",
            "2001:db8:0:0:0:0:1:1:1:443",
            "2001:db8::1:2:3:4:5:6:443",
            "2001:db8::1]:80",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(&[b'1'; 4096]), None);
        assert_eq!(parse(b"\xff"), None);
    }
}
