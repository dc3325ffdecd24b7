//! The random word that lets a page's own scripts run.

use std::fmt;

use http::Extensions;

use crate::random;

/// The nonce of one response: 144 random bits, an extension of each request below a policy that has
/// [`Csp::NONCE`](super::Csp::NONCE).
///
/// It is written into the page as `<script nonce="…">`. Text from users must never come near it: a
/// page that can be made to show its nonce has none.
///
/// # Examples
///
/// ```
/// # use secure_runtime::headers::CspNonce;
/// fn page(request: &http::Request<()>) -> String {
///     // Without a nonce the policy lets no script run; the page must do without.
///     match CspNonce::of(request.extensions()) {
///         Some(nonce) => format!("<script nonce=\"{nonce}\">start()</script>"),
///         None => String::new(),
///     }
/// }
/// # assert_eq!(page(&http::Request::new(())), "");
/// ```
#[derive(Clone, Copy)]
pub struct CspNonce([u8; Self::LEN]);

impl CspNonce {
    /// The length of the text.
    pub(super) const LEN: usize = 24;

    /// The nonce of the request with these extensions.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<Self> {
        extensions.get::<Self>().copied()
    }

    /// The nonce as text: 24 characters of base64url, which need no escaping in HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The alphabet is ASCII; an empty nonce would match nothing.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// A fresh nonce; `None` if the operating system has no random bytes to give.
    pub(super) fn generate() -> Option<Self> {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

        let random = random::bytes::<18>()?;
        let mut text = [0; Self::LEN];
        for (four, three) in text.chunks_exact_mut(4).zip(random.chunks_exact(3)) {
            let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
            for (n, letter) in four.iter_mut().enumerate() {
                *letter = ALPHABET[(bits >> (18 - 6 * n)) as usize & 63];
            }
        }
        Some(Self(text))
    }
}

impl fmt::Display for CspNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Shows no nonce: it must not get into a log that others read while the page is open.
impl fmt::Debug for CspNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CspNonce(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_fresh_base64url() {
        let (one, two) = (CspNonce::generate().unwrap(), CspNonce::generate().unwrap());
        assert_ne!(one.as_str(), two.as_str());
        assert_eq!(one.as_str().len(), 24);
        assert!(
            one.as_str()
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        assert!(!format!("{one:?}").contains(one.as_str()));
    }
}
