//! A certificate chain and its key, read and checked together.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use super::der::{self, Facts};
use super::file;

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
    pub(super) facts: Facts,
}

impl Paths {
    pub(super) fn read(&self) -> Result<Content, PairError> {
        Ok(Content {
            certificate: read(&self.certificate)?.to_vec(),
            key: read(&self.key)?,
        })
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, PairError> {
    file::read(path).map_err(|source| PairError::Read {
        path: path.to_owned(),
        source,
    })
}

impl Content {
    /// Tells this content from another with the same `state`; says nothing about the key to whoever lacks the state.
    pub(super) fn digest(&self, state: &RandomState) -> u64 {
        state.hash_one((&self.certificate, self.key.as_slice()))
    }

    pub(super) fn parse(&self) -> Result<Pair, PairError> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<_, _>>()
            .map_err(|_| PairError::Certificate)?;
        let facts = chain
            .first()
            .and_then(|leaf| der::facts(leaf))
            .ok_or(PairError::Certificate)?;
        // The parser's error may quote what it could not read.
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| PairError::Key)?;
        let certified =
            CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| match error {
                tokio_rustls::rustls::Error::InconsistentKeys(_) => PairError::Mismatch,
                tokio_rustls::rustls::Error::InvalidCertificate(_) => PairError::Certificate,
                _ => PairError::Key,
            })?;
        Ok(Pair {
            certified: Arc::new(certified),
            facts,
        })
    }
}

/// Why a pair cannot be used; says nothing of what a key file holds.
#[derive(Debug)]
pub(in crate::server) enum PairError {
    Read { path: PathBuf, source: io::Error },
    Certificate,
    Key,
    Mismatch,
    Expired,
}

impl fmt::Display for PairError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, source } => write!(f, "cannot read {}: {source}", path.display()),
            Self::Certificate => {
                f.write_str("the certificate file holds no chain of PEM certificates, leaf first")
            }
            Self::Key => f.write_str(
                "the key file holds no PEM private key of a supported kind (PKCS#8, PKCS#1 or SEC1)",
            ),
            Self::Mismatch => f.write_str("the key does not belong to the certificate"),
            Self::Expired => f.write_str("the new certificate has expired, and the one in use has not"),
        }
    }
}
