//! A look at a certificate and its key that are not served.

use std::path::Path;
use std::time::SystemTime;

use tokio_rustls::rustls::pki_types::CertificateDer;

use super::pair::Paths;

/// What the files hold.
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
    /// Why the server would refuse it, in words.
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
