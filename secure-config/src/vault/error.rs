//! What goes wrong with a vault, in a form that has no room for a secret.

use std::fmt;
use std::io;

/// Why something could not be read from a vault. What the server said is not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VaultError {
    /// The server refuses the token, or the token may not do this (403).
    Denied,
    /// The credentials of a login are refused (400, 401 or 403).
    LoginRefused,
    /// The answer is none of this interface.
    Malformed,
    /// There is nothing at the path, or its newest version was deleted (404).
    NotFound,
    /// The server sends its clients elsewhere, which would hand them the token.
    Redirected,
    /// The server is sealed, or not initialized (501, 503).
    Sealed,
    /// The server cannot do it now: a status such as 429, 473 or 500.
    Status(u16),
    /// No answer came in time.
    TimedOut,
    /// No TLS connection: most often the certificate is of another host or authority.
    Tls,
    /// A file with a token could not be read; [`InvalidData`](io::ErrorKind::InvalidData) when it holds none.
    TokenFile(io::ErrorKind),
    /// The answer is larger than 1 MiB.
    TooLarge,
    /// No connection, or it broke.
    Unreachable(io::ErrorKind),
}

impl VaultError {
    pub(super) fn of(error: &io::Error) -> Self {
        use io::ErrorKind::{InvalidData, TimedOut, WouldBlock};
        match error.kind() {
            TimedOut | WouldBlock => Self::TimedOut,
            // This is what rustls says by way of `Read` and `Write`.
            InvalidData => Self::Tls,
            kind => Self::Unreachable(kind),
        }
    }

    /// Whether it may be over soon.
    pub(super) fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Sealed | Self::Status(_) | Self::TimedOut | Self::Unreachable(_)
        )
    }

    /// How to mend it.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::Denied => {
                "give the service a live token whose policy grants read of this path:  vault token lookup"
            }
            Self::LoginRefused => {
                "check the role and its credentials; a secret id may have ended or been used up"
            }
            Self::Malformed => {
                "check that the address is that of an OpenBao or Vault server and the mount is KV version 2"
            }
            Self::NotFound => {
                "check mount and path, and that the newest version is not deleted:  vault kv get -mount=MOUNT PATH"
            }
            Self::Redirected => "give the address of the active server, or of the balancer before it",
            Self::Sealed => "unseal it:  vault operator unseal",
            Self::Status(_) => "look into the log of the vault",
            Self::TimedOut | Self::Unreachable(_) => {
                "check the address, the network and that the server runs"
            }
            Self::Tls => {
                "name the authority that signed the server's certificate, and the host it was made for"
            }
            Self::TokenFile(_) => "check the path, who may read the file, and that it holds a token alone",
            Self::TooLarge => "keep settings in this secret, and files elsewhere",
        }
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Denied => "the vault denies it to this token",
            Self::LoginRefused => "the vault refuses the login",
            Self::Malformed => "the answer is not one of a vault's KV version 2 engine",
            Self::NotFound => "the vault has nothing there",
            Self::Redirected => "the vault sends its clients elsewhere",
            Self::Sealed => "the vault is sealed",
            Self::Status(status) => return write!(f, "the vault answers {status}"),
            Self::TimedOut => "the vault does not answer in time",
            Self::Tls => "no TLS connection to the vault",
            Self::TokenFile(io::ErrorKind::InvalidData) => {
                "the file with the token is empty or holds more than a token"
            }
            Self::TokenFile(kind) => return write!(f, "the file with the token cannot be read: {kind}"),
            Self::TooLarge => "the answer of the vault is larger than 1 MiB",
            Self::Unreachable(kind) => return write!(f, "the vault cannot be reached: {kind}"),
        })
    }
}

impl std::error::Error for VaultError {}

/// The rule for mounts, namespaces and paths.
const PATH: &str =
    "it is empty or holds a character other than letters, digits, . _ ~ - and single / between them";

/// Why a vault cannot be what it was said to be. It does not quote what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidVault {
    /// The address is no `https://host:port`.
    #[error("the address of the vault is not https://host:port, without a path, a user or a query")]
    Address,
    /// The mount of the way to log in holds more than letters, digits, `.`, `_`, `~`, `-` and `/` between them.
    #[error("the mount of the login is not a path: {PATH}")]
    AuthMount,
    /// The file of authorities holds no certificate that can be used.
    #[error("the file of the vault's authorities holds no certificate in PEM, or one that is malformed")]
    Authorities,
    /// The file of authorities cannot be read.
    #[error("the file of the vault's authorities cannot be read: {0}")]
    AuthoritiesFile(io::ErrorKind),
    /// The deadline is zero or more than five minutes.
    #[error("the deadline of the vault is not from 1ms to 5m")]
    Deadline,
    /// The mount of the engine holds more than letters, digits, `.`, `_`, `~`, `-` and `/` between them.
    #[error("the mount of the engine is not a path: {PATH}")]
    Mount,
    /// The namespace holds more than letters, digits, `.`, `_`, `~`, `-` and `/` between them.
    #[error("the namespace is not a path: {PATH}")]
    Namespace,
    /// The path of the secret holds more than letters, digits, `.`, `_`, `~`, `-` and `/` between them.
    #[error("the path of the secret is not one: {PATH}")]
    Path,
    /// The address is `http://` and not of this machine.
    #[error(
        "the address of the vault begins with http://, and the host is not this machine: secrets would be readable on the way; use https://"
    )]
    Plaintext,
    /// A token cannot be sent.
    #[error(
        "the token of the vault holds a character that a header cannot carry; one line end too many, perhaps"
    )]
    Token,
}
