//! Where a vault is.

use std::fmt;

use super::error::InvalidVault;

/// Scheme, host and port of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) is_tls: bool,
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// As it stands in the field `Host`.
    pub(super) authority: String,
}

impl Address {
    /// Reads `https://host[:port][/]`; the default port is that of the scheme, as for the clients of Vault and OpenBao.
    pub(super) fn parse(text: &str, allows_plaintext: bool) -> Result<Self, InvalidVault> {
        let (is_tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(InvalidVault::Address),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or(InvalidVault::Address)?;
                host.parse::<std::net::Ipv6Addr>()
                    .map_err(|_| InvalidVault::Address)?;
                (host, port)
            }
            None => {
                let end = authority.find(':').unwrap_or(authority.len());
                let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
                if !authority[..end].bytes().all(is_host) {
                    return Err(InvalidVault::Address);
                }
                authority.split_at(end)
            }
        };
        let port = match port.strip_prefix(':') {
            None if port.is_empty() && is_tls => 443,
            None if port.is_empty() => 80,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| InvalidVault::Address)?
            }
            _ => return Err(InvalidVault::Address),
        };
        if host.is_empty() || host.len() > 253 || port == 0 {
            return Err(InvalidVault::Address);
        }
        let is_here = host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if !is_tls && !is_here && !allows_plaintext {
            return Err(InvalidVault::Plaintext);
        }
        Ok(Self {
            is_tls,
            host: host.to_owned(),
            port,
            authority: authority.to_owned(),
        })
    }
}

/// With the port, also where it is the default one: a wrong port is what operators look for first.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "https" } else { "http" };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

/// Whether this can stand in the path of a request as it is, and leads nowhere else.
pub(super) fn is_path(path: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
    let is_segment =
        |segment: &str| !segment.is_empty() && !matches!(segment, "." | "..") && segment.bytes().all(is_fine);
    path.len() <= 512 && path.split('/').all(is_segment)
}

/// A mount or a namespace without the `/` that the vault prints at its end.
pub(super) fn without_slash(mut path: String) -> String {
    if path.ends_with('/') {
        path.pop();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_travel_encrypted_or_stay_on_this_machine() {
        let parse = |text: &str| Address::parse(text, false);
        let address = parse("https://vault.example.com").unwrap();
        assert_eq!((address.host.as_str(), address.port), ("vault.example.com", 443));
        assert_eq!(address.to_string(), "https://vault.example.com:443");
        assert_eq!(parse("http://localhost").unwrap().port, 80);
        assert_eq!(parse("http://[::1]/").unwrap().to_string(), "http://[::1]:80");
        assert_eq!(parse("https://h:8200").unwrap().to_string(), "https://h:8200");
        assert_eq!(parse("https://[::1]:8201/").unwrap().host, "::1");
        for here in ["http://127.0.0.1:8200", "http://localhost", "http://[::1]:1"] {
            assert!(parse(here).is_ok(), "{here}");
        }
        for there in [
            "http://vault:8200",
            "http://10.0.0.1",
            "http://127.0.0.1.example.com",
        ] {
            assert_eq!(parse(there), Err(InvalidVault::Plaintext), "{there}");
            assert!(Address::parse(there, true).is_ok());
        }
        for wrong in [
            "",
            "vault:8200",
            "https://",
            "https://h:0",
            "https://h:65536",
            "https://h:+1",
            "https://h:",
            "https://u:p@h",
            "https://h/v1",
            "https://h?x",
            "https://h\r\nX: 1",
            "https://[::1",
            "https://[h]",
            "https://[::1]1",
        ] {
            assert_eq!(parse(wrong), Err(InvalidVault::Address), "{wrong}");
        }
    }

    #[test]
    fn a_path_leads_where_it_says() {
        for path in ["app", "team/app-1/prod_2", "a.b~c"] {
            assert!(is_path(path));
        }
        for path in [
            "", "/", "a/", "/a", "a//b", "..", "a/../b", "a?b", "a%2fb", "a b", "a\r\nb", "ä",
        ] {
            assert!(!is_path(path), "{path}");
        }
    }
}
