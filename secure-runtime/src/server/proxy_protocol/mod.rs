//! The PROXY protocol, versions 1 and 2: a proxy's word of whose connection it hands on.
//!
//! Source: HAProxy's `doc/proxy-protocol.txt`. A pure parser: bytes in, and either what they say or how many more are needed.
//!
//! 1. No byte beyond the header is ever asked for: what follows is the client's, TLS or HTTP.
//! 2. A header is bounded: 107 bytes in version 1, 16 and [`v2::MAX_LEN`] in version 2.
//! 3. `LOCAL`, `UNSPEC` and `UNKNOWN` say nothing of a client: the connection is the proxy's own, a health check as a rule.
//! 4. What is not written exactly as the specification says is an error; nothing is guessed.

mod v1;
mod v2;

use std::fmt;
use std::net::SocketAddr;

/// What a header says of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announced {
    /// It is the proxy's own.
    Proxy,
    /// It is a client's.
    Client {
        /// The client's address, as the proxy saw it.
        addr: SocketAddr,
        /// The client spoke TLS with the proxy.
        tls: bool,
    },
}

/// How far a header has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// At least so many more bytes belong to it; never 0.
    More(usize),
    /// It is whole.
    Done(Announced),
}

/// Why bytes are no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invalid {
    /// They begin otherwise.
    Missing,
    /// It is longer than allowed.
    TooLong,
    /// It is written wrongly.
    Malformed,
    /// The connection ended within it.
    Ended,
}

/// Reads the first bytes of a connection, which must be a header's and no more.
pub(super) fn read(bytes: &[u8]) -> Result<Step, Invalid> {
    let known = bytes.len().min(v2::SIGNATURE.len());
    if bytes[..known] == v2::SIGNATURE[..known] {
        // Also of nothing: both versions have at least as many bytes as this one's signature.
        return v2::read(bytes);
    }
    v1::read(bytes)
}

impl Invalid {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "the connection does not begin with one",
            Self::TooLong => "it is too long",
            Self::Malformed => "it is malformed",
            Self::Ended => "the connection ended within it",
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(any(fuzzing, test))]
pub(crate) mod tests;
