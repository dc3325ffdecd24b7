//! The parts of a secret that are secrets by themselves.

use super::SHORTEST;

/// Bytes to look for.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    bytes: &'a [u8],
    /// True if `%XX` in `bytes` is one byte.
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

/// Returns the secret and, of a URL, the credentials in it.
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
    // A password may hold a `/`, `?` or `#` that should have been encoded: the last `@` ends it.
    let user = &rest[..rest.iter().rposition(|&byte| byte == b'@')?];
    let colon = user.iter().position(|&byte| byte == b':');
    let ends = user.iter().position(|byte| b"/?#".contains(byte));
    match (colon, ends) {
        (Some(colon), Some(end)) if end < colon => None,
        (None, Some(_)) => None,
        (Some(colon), _) if colon + 1 < user.len() => Some(&user[colon + 1..]),
        (Some(colon), _) => Some(&user[..colon]),
        (None, None) => Some(user),
    }
}

/// Decodes `%XX` at the start of `bytes`.
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
