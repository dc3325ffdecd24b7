//! Certificates and keys that are read, and not served.

use std::path::Path;
use std::time::SystemTime;

use tokio_rustls::rustls::pki_types::CertificateDer;

use super::file;
use super::pair::Paths;
use super::pem::{self, OfCertificate, Pem};

/// Reads a file of certificates as the server does.
///
/// # Errors
///
/// The reason why there are none, in words.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let content = file::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Pem::read(&content)
        .and_then(|pem| pem.sections(pem::is_certificate))
        .map_err(|flaw| OfCertificate(&flaw).to_string())
}

/// A certificate chain, and the facts of its first certificate.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// Leaf first.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) not_after: SystemTime,
    /// The first name that is not a wildcard.
    pub(crate) name: Option<String>,
}

impl Look {
    /// Reads the pair as the server does.
    ///
    /// # Errors
    ///
    /// The reason why the server would refuse it, in words.
    pub(crate) fn at(certificate: &Path, key: &Path) -> Result<Self, String> {
        let paths = Paths {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        let pair = paths
            .read()
            .and_then(|content| content.parse())
            .map_err(|error| error.to_string())?;
        Ok(Self {
            chain: pair.certified.cert.clone(),
            not_after: pair.facts.not_after,
            name: pair.facts.name,
        })
    }
}
