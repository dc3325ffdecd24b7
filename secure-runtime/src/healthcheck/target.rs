//! Whom to ask: an address, a unix socket, plain or by TLS.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A path of a URL that is longer is none of health.
const LONGEST_PATH: usize = 1024;

/// Whom to ask, as text: `IP:PORT`, `localhost:PORT`, `unix:/absolute/path`, or a URL of one of the first two with `http` or, on loopback
/// addresses, `https`. A URL may have a path; what has none is asked for `/health/ready`.
///
/// # Examples
///
/// ```
/// use secure_runtime::healthcheck::Target;
///
/// for text in ["127.0.0.1:8080", "[::1]:8080", "localhost:8080", "unix:/run/app.sock", "https://localhost:8443/health/live"] {
///     assert!(text.parse::<Target>().is_ok());
/// }
/// // Names are not looked up, and strangers are not asked by TLS without a check of who they are.
/// for text in ["example.org:80", "https://192.0.2.1:443/", "http://user@127.0.0.1:80/", "127.0.0.1"] {
///     assert!(text.parse::<Target>().is_err());
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub(super) place: Place,
    pub(super) tls: bool,
    /// Whether the other end waits for a PROXY header.
    pub(super) proxy: bool,
    pub(super) path: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first that answers; never empty.
    Tcp(Vec<SocketAddr>),
    Unix(PathBuf),
}

impl Target {
    /// A plain TCP address.
    #[must_use]
    pub fn tcp(addr: SocketAddr) -> Self {
        Self::at(Place::Tcp(vec![addr]))
    }

    /// A unix socket.
    #[must_use]
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self::at(Place::Unix(path.into()))
    }

    pub(super) const fn at(place: Place) -> Self {
        Self {
            place,
            tls: false,
            proxy: false,
            path: None,
        }
    }

    /// What the question says as its `Host`.
    pub(super) fn authority(&self) -> String {
        match &self.place {
            Place::Tcp(addrs) => addrs.first().map(SocketAddr::to_string).unwrap_or_default(),
            Place::Unix(_) => "localhost".to_owned(),
        }
    }

    fn url(text: &str, default_port: u16) -> Result<Self, InvalidTarget> {
        let (authority, path) = match text.find('/') {
            Some(place) => (&text[..place], Some(&text[place..])),
            None => (text, None),
        };
        let mut target = Self::at(Place::Tcp(addresses(authority, Some(default_port))?));
        target.path = path.map(sound_path).transpose()?;
        Ok(target)
    }
}

/// The addresses of `IP:PORT` or `localhost:PORT`; without a port only where there is a usual one.
fn addresses(text: &str, port: Option<u16>) -> Result<Vec<SocketAddr>, InvalidTarget> {
    if let Ok(addr) = text.parse::<SocketAddr>() {
        return usable(vec![addr]);
    }
    let (host, port) = match (text.strip_prefix("localhost:"), port) {
        (Some(port), _) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            ("localhost", port.parse().map_err(|_| InvalidTarget::Address)?)
        }
        (None, Some(port)) => (text, port),
        _ => return Err(InvalidTarget::Address),
    };
    if host == "localhost" {
        return usable(loopback(port));
    }
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let ip = match bare {
        Some(bare) => bare.parse().map(IpAddr::V6),
        None => host.parse().map(IpAddr::V4),
    };
    usable(vec![SocketAddr::new(
        ip.map_err(|_| InvalidTarget::Address)?,
        port,
    )])
}

fn usable(addrs: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, InvalidTarget> {
    match addrs.iter().any(|addr| addr.port() == 0) {
        true => Err(InvalidTarget::Address),
        false => Ok(addrs),
    }
}

/// Both loopback addresses.
pub(super) fn loopback(port: u16) -> Vec<SocketAddr> {
    let ips: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    ips.into_iter().map(|ip| SocketAddr::new(ip, port)).collect()
}

/// A path that is one line of a request and nothing else.
fn sound_path(path: &str) -> Result<String, InvalidTarget> {
    let sound =
        path.len() <= LONGEST_PATH && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    sound.then(|| path.to_owned()).ok_or(InvalidTarget::Path)
}

impl FromStr for Target {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Self, InvalidTarget> {
        if let Some(path) = text.strip_prefix("unix:") {
            let sound = Path::new(path).is_absolute() && !path.contains('\0');
            return sound.then(|| Self::unix(path)).ok_or(InvalidTarget::Address);
        }
        if let Some(rest) = text.strip_prefix("http://") {
            return Self::url(rest, 80);
        }
        let Some(rest) = text.strip_prefix("https://") else {
            return Ok(Self::at(Place::Tcp(addresses(text, None)?)));
        };
        let mut target = Self::url(rest, 443)?;
        target.tls = true;
        match &target.place {
            Place::Tcp(addrs) if addrs.iter().all(|addr| addr.ip().to_canonical().is_loopback()) => {
                Ok(target)
            }
            _ => Err(InvalidTarget::Remote),
        }
    }
}

/// Where it is, without the path that it is asked for.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        match &self.place {
            Place::Tcp(_) => write!(f, "{scheme}://{}", self.authority()),
            Place::Unix(path) => write!(f, "{scheme}+unix:{}", path.display()),
        }
    }
}

/// The text is no [`Target`]. It is not in the message: an argument may be a secret in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidTarget {
    /// It is no address that can be asked.
    Address,
    /// A path that is too long, or has other characters than a URL's.
    Path,
    /// `https` to another machine.
    Remote,
    /// The settings do not say where the service listens: the port is 0.
    AnyPort,
}

impl fmt::Display for InvalidTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "not IP:PORT, localhost:PORT, unix:/absolute/path or an http URL of one",
            Self::Path => "the path of the URL is too long or not a URL's",
            Self::Remote => "https is for loopback addresses alone, since the certificate is not judged",
            Self::AnyPort => "PORT is 0, so only the service knows its address; name it",
        })
    }
}

impl Error for InvalidTarget {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let target: Target = text.parse().unwrap();
        format!("{target}{}", target.path.as_deref().unwrap_or_default())
    }

    #[test]
    fn what_can_be_asked() {
        for (text, want) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("localhost:8080", "http://127.0.0.1:8080"),
            ("http://10.0.0.1", "http://10.0.0.1:80"),
            ("http://[fd00::1]/a?b=c", "http://[fd00::1]:80/a?b=c"),
            ("https://localhost", "https://127.0.0.1:443"),
            ("https://[::1]:8443/health", "https://[::1]:8443/health"),
            ("unix:/run/app.sock", "http+unix:/run/app.sock"),
        ] {
            assert_eq!(shown(text), want);
        }
    }

    #[test]
    fn what_cannot() {
        for (text, why) in [
            ("", InvalidTarget::Address),
            ("8080", InvalidTarget::Address),
            (":8080", InvalidTarget::Address),
            ("127.0.0.1", InvalidTarget::Address),
            ("127.0.0.1:0", InvalidTarget::Address),
            ("localhost:0", InvalidTarget::Address),
            ("localhost:+80", InvalidTarget::Address),
            ("localhost:99999", InvalidTarget::Address),
            ("localhost", InvalidTarget::Address),
            ("example.org:80", InvalidTarget::Address),
            ("http://", InvalidTarget::Address),
            ("http://user:secret@127.0.0.1/", InvalidTarget::Address),
            ("HTTP://127.0.0.1", InvalidTarget::Address),
            ("unix:run/app.sock", InvalidTarget::Address),
            ("unix:/a\0b", InvalidTarget::Address),
            ("http://127.0.0.1/a b", InvalidTarget::Path),
            ("http://127.0.0.1/a\r\nX: y", InvalidTarget::Path),
            ("http://127.0.0.1/#a", InvalidTarget::Path),
            ("https://10.0.0.1:443/", InvalidTarget::Remote),
        ] {
            assert_eq!(text.parse::<Target>(), Err(why), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_gets_into_the_request(text in "(http://)?(127.0.0.1|localhost)?(:[0-9]{1,5})?[/\\PC\r\n\0]{0,20}") {
            if let Ok(target) = text.parse::<Target>() {
                let path = target.path.clone().unwrap_or_default();
                prop_assert!(path.bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert!(target.authority().bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
