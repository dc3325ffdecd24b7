//! A URL that carries a secret: a database address, a DSN.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroize;

use super::{REDACTED, equal::equal};
use crate::memory::{Locked, LockedText};

/// An absolute URL with a secret in it: a database address with its password, a DSN whose key is its user name.
///
/// It is checked by a small validator of RFC 3986's shape and kept as the text it came as; nothing is normalised. `Debug` shows scheme
/// and host, which an operator needs to see and which are no secret; the rest stays hidden as in [`SecretString`](super::SecretString).
///
/// The rules, in order: a scheme and a colon (`localhost:6379` has none); no white space, control or non-ASCII character; every `%` followed by two hex digits; after
/// `//` an authority whose port, if any, is a number up to 65535 (a list of hosts separated by commas is fine, so is an empty host as in
/// `postgres:///app`); without `//` something must follow the scheme, as in `sqlite::memory:`. Nothing needs to follow `postgres://`, which means the driver's defaults.
///
/// # Examples
///
/// ```
/// use secure_config::SecretUrl;
///
/// let url = SecretUrl::new("postgres://app:s3cr3t@db.example.com:5432/app").unwrap();
/// assert_eq!(format!("{url:?}"), "SecretUrl(postgres://db.example.com)");
/// assert_eq!((url.scheme(), url.host()), ("postgres", "db.example.com"));
/// assert!(SecretUrl::new("db.example.com").is_err());
/// ```
pub struct SecretUrl {
    text: LockedText,
    parts: Parts,
}

/// Where the parts of a URL stand in its text. Offsets, so that looking costs no copy.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    scheme: Range<usize>,
    host: Range<usize>,
}

/// Why a text is not an absolute URL. It does not quote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidUrl {
    /// It holds white space, a control or a non-ASCII character.
    #[error("holds a character that a URL must percent-encode")]
    Character,
    /// Nothing follows the scheme.
    #[error("names nothing after the scheme")]
    Empty,
    /// A `%` is not followed by two hex digits.
    #[error("has a % that two hex digits do not follow; a plain % is written %25")]
    Percent,
    /// The port is not a number up to 65535.
    #[error("has a port that is no number up to 65535; in a password, / : @ # ? must be percent-encoded")]
    Port,
    /// It does not begin with a scheme.
    #[error("is not an absolute URL such as scheme://host/path; add the scheme")]
    Scheme,
}

impl SecretUrl {
    /// Checks and copies `text`.
    ///
    /// # Errors
    /// When `text` is not an absolute URL.
    pub fn new(text: &str) -> Result<Self, InvalidUrl> {
        let parts = Parts::of(text)?;
        Ok(Self {
            text: LockedText::copy_of(text),
            parts,
        })
    }

    /// The secret itself. Whoever holds it answers for its copies.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.text.as_str()
    }

    /// Whether `other` is the same, in a time that depends on the lengths only.
    #[must_use]
    pub fn ct_eq(&self, other: impl AsRef<[u8]>) -> bool {
        equal(self.expose_secret().as_bytes(), other.as_ref())
    }

    /// The scheme, such as `postgres`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.text.as_str()[self.parts.scheme.clone()]
    }

    /// The host without its port; empty when the URL has none. A list of hosts is given whole.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.text.as_str()[self.parts.host.clone()]
    }

    /// Another handle of the same secret, for a part of the program that wants one of its own: no copy. It is wiped with its last
    /// handle.
    ///
    /// [`Live`](crate::reload::Live) settings are shared, so nothing can be moved out of them. It is not `Clone`: who may hold a secret for how
    /// long should be seen where it is decided.
    #[must_use]
    pub fn share(&self) -> Self {
        Self {
            text: self.text.share(),
            parts: self.parts.clone(),
        }
    }

    /// The URL whose bytes are `bytes`; `None` when they are not UTF-8.
    pub(crate) fn from_locked(bytes: Locked) -> Option<Result<Self, InvalidUrl>> {
        let text = LockedText::new(bytes).ok()?;
        Some(Parts::of(text.as_str()).map(|parts| Self { text, parts }))
    }
}

/// Checks the text, copies it, and wipes the original.
impl TryFrom<String> for SecretUrl {
    type Error = InvalidUrl;

    fn try_from(mut text: String) -> Result<Self, InvalidUrl> {
        let url = Self::new(&text);
        text.zeroize();
        url
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An @ further on may end a password with a slash in it, and what looks like the host be its user or its beginning.
        let behind = &self.text.as_str()[self.parts.host.end..];
        let host = if behind.contains('@') {
            REDACTED
        } else {
            self.host()
        };
        write!(f, "SecretUrl({}://{host})", self.scheme())
    }
}

impl Parts {
    /// Checks `text` and finds its parts.
    fn of(text: &str) -> Result<Self, InvalidUrl> {
        let bytes = text.as_bytes();
        let colon = bytes
            .iter()
            .position(|&byte| byte == b':')
            .ok_or(InvalidUrl::Scheme)?;
        let scheme = &bytes[..colon];
        let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
            && scheme
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
        if !is_scheme {
            return Err(InvalidUrl::Scheme);
        }
        if !bytes.iter().all(u8::is_ascii_graphic) {
            return Err(InvalidUrl::Character);
        }
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|&byte| byte == b'%') {
            match rest.get(at + 1..at + 3) {
                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => rest = &rest[at + 3..],
                _ => return Err(InvalidUrl::Percent),
            }
        }
        let start = colon + 1;
        if start == bytes.len() {
            return Err(InvalidUrl::Empty);
        }
        let none = start..start;
        if lacks_scheme(scheme, &bytes[start..]) {
            return Err(InvalidUrl::Scheme);
        }
        if !bytes[start..].starts_with(b"//") {
            return Ok(Self {
                scheme: 0..colon,
                host: none,
            });
        }
        let start = start + 2;
        let end = find(bytes, start, |byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(bytes.len());
        // `postgres://` alone is valid: the driver takes every part from its own variables and defaults.
        let has_defaults =
            scheme.eq_ignore_ascii_case(b"postgres") || scheme.eq_ignore_ascii_case(b"postgresql");
        if start == bytes.len() && !has_defaults {
            return Err(InvalidUrl::Empty);
        }
        // The last @, as browsers and drivers take it: what stands before it may hold a secret.
        let at = (start..end).rev().find(|&index| bytes[index] == b'@');
        let host = at.map_or(start, |at| at + 1)..end;
        let single = !bytes[host.clone()].contains(&b',');
        let mut last = host.clone();
        let mut from = host.start;
        for one in bytes[host.clone()].split(|&byte| byte == b',') {
            let bare = without_port(one).ok_or(InvalidUrl::Port)?;
            last = from..from + bare;
            from += one.len() + 1;
        }
        let host = if single { last } else { host };
        Ok(Self {
            scheme: 0..colon,
            host,
        })
    }
}

/// Whether what looks like a scheme is a host before its port (`localhost:6379`), or a user before a password
/// (`app:secret@db`).
fn lacks_scheme(scheme: &[u8], rest: &[u8]) -> bool {
    // The schemes of addresses without `//`.
    const OPAQUE: [&[u8]; 8] = [
        b"jdbc", b"mailto", b"sip", b"sips", b"xmpp", b"urn", b"data", b"tel",
    ];
    if rest.starts_with(b"//") || OPAQUE.iter().any(|opaque| scheme.eq_ignore_ascii_case(opaque)) {
        return false;
    }
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_port = (1..=5).contains(&digits) && matches!(rest.get(digits), None | Some(b'/' | b'?' | b'#'));
    is_port || rest.contains(&b'@')
}

fn find(bytes: &[u8], start: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    (start..bytes.len()).find(|&index| is(bytes[index]))
}

/// The length of `host` without its port; `None` when the port is not one.
fn without_port(host: &[u8]) -> Option<usize> {
    let bare = if host.first() == Some(&b'[') {
        host.iter().position(|&byte| byte == b']')? + 1
    } else {
        host.iter().position(|&byte| byte == b':').unwrap_or(host.len())
    };
    match &host[bare..] {
        [] | [b':'] => Some(bare),
        [b':', digits @ ..] => {
            let port = std::str::from_utf8(digits).ok()?;
            let is_port = digits.iter().all(u8::is_ascii_digit) && port.parse::<u16>().is_ok();
            is_port.then_some(bare)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_addresses_pass() {
        for (text, shown) in [
            ("postgres://u:p@h:5432/db?sslmode=require", "postgres://h"),
            ("postgres:///app?host=/run/postgresql", "postgres://"),
            ("postgres://u:p@a:1,b:2/db", "postgres://a:1,b:2"),
            (
                "mongodb+srv://u:p%40ss@cluster0.abc.mongodb.net",
                "mongodb+srv://cluster0.abc.mongodb.net",
            ),
            (
                "https://0123abc@o1.ingest.sentry.io/42",
                "https://o1.ingest.sentry.io",
            ),
            ("redis://:p@[::1]:6379/0", "redis://[::1]"),
            ("sqlite::memory:", "sqlite://"),
            ("sqlite://data.db", "sqlite://data.db"),
            ("http://user:pa@ss@host/", "http://host"),
            ("redis://my/password@host/", "redis://[REDACTED]"),
            ("redis://user:12/34@host/", "redis://[REDACTED]"),
        ] {
            let url = SecretUrl::new(text).unwrap();
            assert_eq!(format!("{url:?}"), format!("SecretUrl({shown})"));
            assert_eq!(url.expose_secret(), text);
        }
    }

    #[test]
    fn what_is_no_url_is_told() {
        for (text, why) in [
            ("", InvalidUrl::Scheme),
            ("localhost", InvalidUrl::Scheme),
            ("1http://h", InvalidUrl::Scheme),
            ("http:", InvalidUrl::Empty),
            ("http://", InvalidUrl::Empty),
            ("http://a b", InvalidUrl::Character),
            ("http://h/\u{e9}", InvalidUrl::Character),
            ("http://u:50%@h", InvalidUrl::Percent),
            ("http://h/%4", InvalidUrl::Percent),
            ("postgres://u:pa/ss@h/db", InvalidUrl::Port),
            ("http://h:65536", InvalidUrl::Port),
            ("http://[::1", InvalidUrl::Port),
        ] {
            assert_eq!(SecretUrl::new(text).err(), Some(why), "{text}");
        }
    }

    #[test]
    fn a_host_with_its_port_is_no_scheme() {
        for text in [
            "localhost:6379",
            "db.internal:5432/app",
            "cache:6379?db=1",
            "app:s3cr3t@db:5432/app",
        ] {
            assert_eq!(SecretUrl::new(text).unwrap_err(), InvalidUrl::Scheme, "{text}");
        }
        for text in [
            "sqlite::memory:",
            "file:data.db?mode=rwc",
            "jdbc:oracle:thin:@db:1521/app",
            "mailto:ops@example.com",
        ] {
            assert!(SecretUrl::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn defaults_of_a_driver_are_an_address() {
        for text in ["postgres://", "postgresql://"] {
            assert_eq!(SecretUrl::new(text).unwrap().host(), "", "{text}");
        }
        assert_eq!(SecretUrl::new("redis://").unwrap_err(), InvalidUrl::Empty);
    }
}
