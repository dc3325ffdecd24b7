//! A certificate chain and its key, read and checked together.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SigningKey};
use tokio_rustls::rustls::{Error, InconsistentKeys};
use zeroize::Zeroizing;

use super::der::{self, Facts};
use super::file;
use super::pem::{self, Flaw, OfCertificate, OfKey, Pem};
use crate::server::validate;

/// Where the files are.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What the files hold, not looked into yet.
pub(super) struct Content {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

/// A certificate chain and the key that belongs to it.
pub(super) struct Pair {
    pub(super) certified: Arc<CertifiedKey>,
    /// Of the first certificate.
    pub(super) facts: Facts,
    pub(super) concerns: Vec<Concern>,
}

impl Paths {
    pub(super) fn read(&self) -> Result<Content, PairError> {
        Ok(Content {
            certificate: read(&self.certificate, false)?.to_vec(),
            key: read(&self.key, true)?,
        })
    }
}

/// Reads a pair, and returns what its first certificate says of itself.
pub(in crate::server) fn read_pair(certificate: &Path, key: &Path) -> Result<Facts, PairError> {
    let paths = Paths {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
    };
    let pair = paths.read()?.parse()?;
    Ok(pair.facts)
}

fn read(path: &Path, is_key: bool) -> Result<Zeroizing<Vec<u8>>, PairError> {
    file::read(path).map_err(|source| PairError::Read {
        path: path.to_owned(),
        is_key,
        source,
    })
}

impl Content {
    /// Tells this content from another with the same `state`; says nothing about the key to whoever lacks the state.
    pub(super) fn digest(&self, state: &RandomState) -> u64 {
        state.hash_one((&self.certificate, self.key.as_slice()))
    }

    pub(super) fn parse(&self) -> Result<Pair, PairError> {
        let chain: Vec<CertificateDer<'static>> = Pem::read(&self.certificate)
            .and_then(|pem| pem.sections(pem::is_certificate))
            .map_err(PairError::Certificate)?;
        let mut facts = Vec::with_capacity(chain.len());
        for (number, certificate) in (1..).zip(&chain) {
            let read = der::facts(certificate).ok_or(Flaw::Damaged(number));
            facts.push(read.map_err(PairError::Certificate)?);
        }
        let leaf = facts.first().ok_or(PairError::Certificate(Flaw::NotPem))?;
        if leaf.version < 3 {
            return Err(PairError::Certificate(Flaw::OldVersion(leaf.version)));
        }
        let keys = self.keys().map_err(PairError::Key)?;
        let certified = match_up(&chain, keys)?;
        Ok(Pair {
            certified: Arc::new(certified),
            facts: leaf.clone(),
            concerns: Concern::all(&facts),
        })
    }

    /// Returns the private keys of the key file, which may hold the certificates as well.
    fn keys(&self) -> Result<Vec<Arc<dyn SigningKey>>, Flaw> {
        let pem = Pem::read(&self.key)?;
        if pem.has_encrypted_key() {
            return Err(Flaw::Encrypted);
        }
        let provider = ring::default_provider();
        pem.sections::<PrivateKeyDer<'static>>(pem::is_private_key)?
            .into_iter()
            .map(|key| {
                // The parser's error may quote what it could not read.
                provider
                    .key_provider
                    .load_private_key(key)
                    .map_err(|_| Flaw::Unsupported)
            })
            .collect()
    }
}

/// Puts the chain and the key of its first certificate together.
fn match_up(
    chain: &[CertificateDer<'static>],
    keys: Vec<Arc<dyn SigningKey>>,
) -> Result<CertifiedKey, PairError> {
    let mut elsewhere = None;
    for key in keys {
        let certified = CertifiedKey::new(chain.to_vec(), key);
        match certified.keys_match() {
            // A key that does not show its public half is taken at its word.
            Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => return Ok(certified),
            Err(Error::InconsistentKeys(_)) => {}
            Err(_) => return Err(PairError::Certificate(Flaw::Damaged(1))),
        }
        let belongs = |certificate: &CertificateDer<'static>| {
            let alone = CertifiedKey::new(vec![certificate.clone()], Arc::clone(&certified.key));
            alone.keys_match().is_ok()
        };
        elsewhere = elsewhere.or_else(|| chain.iter().position(belongs));
    }
    Err(elsewhere.map_or(PairError::Mismatch, |index| PairError::Order(index + 1)))
}

/// A flaw of a chain that clients may forgive, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Concern {
    /// The first certificate is not valid before then.
    NotYet(SystemTime),
    /// An intermediate certificate, by its number in the file, and the end of its validity.
    Intermediate(usize, SystemTime),
    /// The certificate of this number is not signed by the one behind it.
    Gap(usize),
}

impl Concern {
    /// Returns all of a chain; times are judged when they are logged.
    fn all(chain: &[Facts]) -> Vec<Self> {
        let mut concerns: Vec<_> = chain
            .first()
            .map(|leaf| Self::NotYet(leaf.not_before))
            .into_iter()
            .collect();
        for (number, pair) in (1..).zip(chain.windows(2)) {
            let [certificate, issuer] = pair else { continue };
            if certificate.issuer != issuer.subject {
                concerns.push(Self::Gap(number));
            }
            // Clients trust a root for being theirs, and do not look at the one that is sent.
            if issuer.issuer != issuer.subject {
                concerns.push(Self::Intermediate(number + 1, issuer.not_after));
            }
        }
        concerns
    }
}

/// The reason why a pair cannot be used; it quotes nothing of a key file.
#[derive(Debug)]
pub(in crate::server) enum PairError {
    Read {
        path: PathBuf,
        is_key: bool,
        source: io::Error,
    },
    Certificate(Flaw),
    Key(Flaw),
    Mismatch,
    /// The key belongs to the certificate of this number, which is not the first.
    Order(usize),
    Expired,
}

impl PairError {
    /// Returns the names of the settings that are to be changed.
    pub(in crate::server) fn setting(&self) -> &'static str {
        match self {
            Self::Certificate(_) | Self::Order(_) => "TLS_CERT_PATH",
            Self::Key(_) => "TLS_KEY_PATH",
            Self::Read { .. } | Self::Mismatch | Self::Expired => "TLS_CERT_PATH and TLS_KEY_PATH",
        }
    }
}

impl PairError {
    /// Returns it as a flaw of one setting, in words that hold nothing of the files.
    pub(in crate::server) fn flaw(&self) -> validate::Flaw {
        let (certificate, key) = ("tls_cert_path", "tls_key_path");
        let field = match self {
            Self::Read { is_key: true, .. } | Self::Key(_) | Self::Mismatch => key,
            Self::Read { .. } | Self::Certificate(_) | Self::Order(_) | Self::Expired => certificate,
        };
        let (reason, remedy) = match self {
            Self::Read { source, .. } => unread(source.kind()),
            Self::Certificate(flaw) | Self::Key(flaw) => words(flaw, field == key),
            Self::Mismatch => (
                "names a key that does not belong to the certificate of TLS_CERT_PATH",
                "name the key that the certificate was made with",
            ),
            Self::Order(_) => (
                "names a chain whose first certificate is not the one that the key belongs to",
                "write the service's own certificate first, then each issuer of the one before",
            ),
            Self::Expired => ("names a certificate that has expired", "renew it"),
        };
        validate::Flaw::new(field, reason, remedy)
    }
}

fn unread(kind: io::ErrorKind) -> (&'static str, &'static str) {
    match kind {
        io::ErrorKind::NotFound => (
            "names a file that does not exist",
            "correct the path, or put the file there",
        ),
        io::ErrorKind::PermissionDenied => (
            "names a file that this user may not read",
            "let the service's user read it, and no one else",
        ),
        io::ErrorKind::InvalidInput => ("does not name a regular file", "name a PEM file"),
        io::ErrorKind::InvalidData => (
            "names a file over 1 MiB, or one that is being written",
            "name a PEM file",
        ),
        _ => (
            "names a file that cannot be read",
            "look at the file and the directories above it",
        ),
    }
}

/// The flaw of a PEM file, without what is in it.
fn words(flaw: &Flaw, is_key: bool) -> (&'static str, &'static str) {
    match flaw {
        Flaw::Empty => ("names an empty file", "name a PEM file"),
        Flaw::Utf16 => ("names a file in UTF-16", "save it as plain text (ASCII or UTF-8)"),
        Flaw::Der if is_key => (
            "names a file that is DER, not PEM",
            "convert it with `openssl pkey -inform der -in FILE -out NEW`",
        ),
        Flaw::Der => (
            "names a file that is DER, not PEM",
            "convert it with `openssl x509 -inform der -in FILE -out NEW`",
        ),
        Flaw::Pkcs12 if is_key => (
            "names a file that is PKCS#12, not PEM",
            "take the key out with `openssl pkcs12 -nocerts -noenc -in FILE -out NEW`",
        ),
        Flaw::Pkcs12 => (
            "names a file that is PKCS#12, not PEM",
            "take the certificates out with `openssl pkcs12 -nokeys -in FILE -out NEW`",
        ),
        Flaw::EscapedLineEnds => (
            "names a file that has \\n where lines should end",
            "write it with line ends",
        ),
        Flaw::TextBefore(_) => (
            "names a file with something before -----BEGIN in a line",
            "begin a new line there",
        ),
        Flaw::NotPem => (
            "names a file that is not PEM",
            "name a file with a line that begins with -----BEGIN",
        ),
        Flaw::Holds(_) if is_key => (
            "names a file that holds no private key",
            "name the key that the certificate was made with; check that the two paths are not swapped",
        ),
        Flaw::Holds(_) => (
            "names a file that holds no certificate",
            "name the certificate chain, leaf first; check that the two paths are not swapped",
        ),
        Flaw::Damaged(_) => ("names a file that is damaged", "copy the file again"),
        Flaw::OldVersion(_) => (
            "names a certificate of an X.509 version that TLS clients refuse",
            "issue it as version 3, with the host's name as subjectAltName",
        ),
        Flaw::Encrypted => (
            "names an encrypted key, and nobody is there to type its passphrase",
            "decrypt it with `openssl pkey -in FILE -out NEW`",
        ),
        Flaw::Unsupported => (
            "names a private key that is damaged or of another kind",
            "use RSA of 2048 to 4096 bits, ECDSA with P-256 or P-384, or Ed25519",
        ),
    }
}

impl fmt::Display for PairError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, source, .. } => write!(f, "cannot read {}: {source}", path.display()),
            Self::Certificate(flaw) => OfCertificate(flaw).fmt(f),
            Self::Key(flaw) => OfKey(flaw).fmt(f),
            Self::Mismatch => f.write_str(
                "the key does not belong to the certificate: use the key that the certificate was made with, or issue a new certificate for it",
            ),
            Self::Order(number) => write!(
                f,
                "the key belongs to certificate {number} of the certificate file, and not to the first: write the service's own certificate \
                 first, then each issuer of the one before"
            ),
            Self::Expired => f.write_str("the new certificate has expired, and the one in use has not"),
        }
    }
}
