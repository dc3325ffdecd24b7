//! A policy with places for the nonce of each response.

use bytes::Bytes;
use http::HeaderValue;

use super::Csp;
use crate::headers::nonce::CspNonce;

/// The pieces of a policy's text between the nonces.
#[derive(Clone, Debug)]
pub(in crate::headers) struct Template {
    pieces: Box<[Box<str>]>,
    /// The length of the text with its nonces.
    len: usize,
}

impl Template {
    /// The template of a policy; `None` if it has no nonce.
    pub(in crate::headers) fn new(csp: &Csp) -> Option<Self> {
        /// A character that no source holds: it is not allowed in a header.
        const MARK: &str = "\0";

        if !csp.has_nonce() {
            return None;
        }
        let text = csp.to_text(Some(MARK));
        let pieces: Box<[Box<str>]> = text.split(MARK).map(Box::from).collect();
        let len = text.len() + (pieces.len() - 1) * (CspNonce::LEN - MARK.len());
        Some(Self { pieces, len })
    }

    /// The policy with `nonce` at its places.
    pub(in crate::headers) fn render(&self, nonce: &CspNonce) -> Option<HeaderValue> {
        let mut text = Vec::with_capacity(self.len);
        for (n, piece) in self.pieces.iter().enumerate() {
            if n > 0 {
                text.extend_from_slice(nonce.as_str().as_bytes());
            }
            text.extend_from_slice(piece.as_bytes());
        }
        HeaderValue::from_maybe_shared(Bytes::from(text)).ok()
    }
}

impl Csp {
    /// The policy of a response that has no nonce: what would need one is not allowed.
    pub(in crate::headers) fn fixed_text(&self) -> String {
        self.to_text(None)
    }
}
