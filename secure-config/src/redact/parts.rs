//! The parts of a secret that are secrets by themselves.

use super::SHORTEST;

/// Bytes to look for.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    bytes: &'a [u8],
    /// Whether `%XX` in `bytes` stands for a byte.
    decode: bool,
}

impl<'a> Part<'a> {
    /// The bytes, one after the other; none is kept.
    pub(super) fn bytes(self) -> impl Iterator<Item = u8> + Clone + use<'a> {
        let mut rest = self.bytes;
        std::iter::from_fn(move || {
            let coded = if self.decode { percent(rest) } else { None };
            let (byte, taken) = match coded {
                Some(byte) => (byte, 3),
                None => (*rest.first()?, 1),
            };
            rest = &rest[taken..];
            Some(byte)
        })
    }
}

/// The secret, and of a URL what lets one in.
pub(super) fn of(secret: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let key = key_of_url(secret);
    let coded = key.is_some_and(|key| key.contains(&b'%'));
    [
        Some(Part {
            bytes: secret,
            decode: false,
        }),
        key.map(|bytes| Part { bytes, decode: false }),
        key.filter(|_| coded).map(|bytes| Part { bytes, decode: true }),
    ]
    .into_iter()
    .flatten()
    .filter(|part| part.bytes().count() >= SHORTEST)
}

/// The password of a URL, or its user name if it has no password (RFC 3986, section 3.2.1).
fn key_of_url(secret: &[u8]) -> Option<&[u8]> {
    let scheme = secret.windows(3).position(|three| three == b"://")?;
    let rest = &secret[scheme + 3..];
    let end = rest
        .iter()
        .position(|byte| b"/?#".contains(byte))
        .unwrap_or(rest.len());
    let user = &rest[..rest[..end].iter().rposition(|&byte| byte == b'@')?];
    match user.iter().position(|&byte| byte == b':') {
        Some(colon) if colon + 1 < user.len() => Some(&user[colon + 1..]),
        Some(colon) => Some(&user[..colon]),
        None => Some(user),
    }
}

/// The byte that `%XX` at the start of `bytes` stands for.
pub(super) fn percent(bytes: &[u8]) -> Option<u8> {
    match *bytes {
        [b'%', high, low, ..] => Some(hex(high)? << 4 | hex(low)?),
        _ => None,
    }
}

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
