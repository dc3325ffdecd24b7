//! Where a listener binds: an IP address, or the path of a unix socket.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Longest path of a unix socket that Linux takes (`sun_path` less its NUL).
const MAX_UNIX_PATH: usize = 107;

/// Where a listener binds: an IP address, or `unix:/path` for a unix socket.
///
/// # Examples
///
/// ```
/// use secure_runtime::server::BindAddr;
///
/// let address: BindAddr = "[::]".parse()?;
/// assert!(!address.is_private());
/// let socket: BindAddr = "unix:/run/app/admin.sock".parse()?;
/// assert!(socket.is_private());
/// assert!("localhost".parse::<BindAddr>().is_err(), "a name may resolve to anything");
/// # Ok::<(), secure_runtime::server::InvalidBindAddr>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BindAddr {
    /// An IP address; the port is a setting of its own.
    Ip(IpAddr),
    /// An absolute path of a unix socket.
    Unix(PathBuf),
}

impl BindAddr {
    /// Whether only this machine can reach it: a loopback address or a unix socket.
    #[must_use]
    pub fn is_private(&self) -> bool {
        match self {
            Self::Ip(ip) => ip.to_canonical().is_loopback(),
            Self::Unix(_) => true,
        }
    }
}

impl FromStr for BindAddr {
    type Err = InvalidBindAddr;

    fn from_str(text: &str) -> Result<Self, InvalidBindAddr> {
        if let Some(path) = text.strip_prefix("unix:") {
            let fits = path.len() <= MAX_UNIX_PATH && !path.contains('\0');
            return if fits && Path::new(path).is_absolute() {
                Ok(Self::Unix(PathBuf::from(path)))
            } else {
                Err(InvalidBindAddr)
            };
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        bare.parse().map(Self::Ip).map_err(|_| InvalidBindAddr)
    }
}

impl fmt::Display for BindAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => write!(f, "{ip}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl From<IpAddr> for BindAddr {
    fn from(ip: IpAddr) -> Self {
        Self::Ip(ip)
    }
}

/// The text is neither an IP address nor `unix:` followed by an absolute path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidBindAddr;

impl fmt::Display for InvalidBindAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an IP address or unix:/absolute/path")
    }
}

impl Error for InvalidBindAddr {}

/// The address that a listener got.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoundAddr {
    /// A TCP socket's address, with the port that was free when 0 was asked for.
    Tcp(SocketAddr),
    /// A unix socket's path.
    Unix(PathBuf),
}

impl BoundAddr {
    /// The TCP address; `None` for a unix socket.
    #[must_use]
    pub const fn as_tcp(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(addr) => Some(*addr),
            Self::Unix(_) => None,
        }
    }
}

impl fmt::Display for BoundAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(addr) => write!(f, "{addr}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_addresses_with_and_without_brackets() {
        for (text, want) in [
            ("127.0.0.1", "127.0.0.1"),
            ("::", "::"),
            ("[::1]", "::1"),
            ("unix:/run/a.sock", "unix:/run/a.sock"),
        ] {
            assert_eq!(text.parse::<BindAddr>().unwrap().to_string(), want);
        }
    }

    #[test]
    fn refuses_names_ports_relative_and_long_paths() {
        let long = format!("unix:/{}", "a".repeat(MAX_UNIX_PATH));
        for text in [
            "",
            "localhost",
            "127.0.0.1:80",
            "[::1",
            "unix:",
            "unix:run/a",
            "unix:/a\0b",
            &long,
        ] {
            assert_eq!(text.parse::<BindAddr>(), Err(InvalidBindAddr), "{text:?}");
        }
    }

    #[test]
    fn loopback_is_private_in_every_spelling() {
        for text in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "unix:/a"] {
            assert!(text.parse::<BindAddr>().unwrap().is_private(), "{text}");
        }
        for text in ["::", "0.0.0.0", "10.0.0.1", "::ffff:10.0.0.1"] {
            assert!(!text.parse::<BindAddr>().unwrap().is_private(), "{text}");
        }
    }
}
