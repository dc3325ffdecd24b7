//! The certificate, looked over as a client would.

use crate::audit::facts::Facts;

/// What is known of the certificate.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "with TLS none is unknown, and without it none is read")]
pub(in crate::audit) enum Certificate {
    /// The service has none of its own.
    None,
    /// It cannot be looked over in this build.
    Unknown(&'static str),
    /// The server would not take it.
    Unreadable(String),
    Read {
        /// Whom it has to be for.
        host: String,
        /// Why a client would not accept it, apart from its age.
        flaw: Option<String>,
        /// Whole days; `None` when it has expired.
        days_left: Option<u64>,
    },
}

impl Certificate {
    #[cfg(all(feature = "tls", unix))]
    pub(super) fn of(facts: &Facts) -> Self {
        match facts
            .server
            .as_ref()
            .and_then(|server| server.certificate.as_ref())
        {
            Some((certificate, key)) => verify::look_over(facts, certificate, key),
            None => Self::None,
        }
    }

    #[cfg(not(all(feature = "tls", unix)))]
    pub(super) fn of(facts: &Facts) -> Self {
        match facts
            .server
            .as_ref()
            .and_then(|server| server.certificate.as_ref())
        {
            Some(_) => Self::Unknown("this build has no TLS to verify with"),
            None => Self::None,
        }
    }
}

#[cfg(all(feature = "tls", unix))]
mod verify {
    use std::path::Path;
    use std::sync::Arc;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use tokio_rustls::rustls::client::WebPkiServerVerifier;
    use tokio_rustls::rustls::client::danger::ServerCertVerifier;
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use tokio_rustls::rustls::{CertificateError, Error, RootCertStore};

    use super::Certificate;
    use crate::audit::facts::Facts;
    use crate::server::tls::{Look, certificates};

    const DAY: u64 = 24 * 60 * 60;

    pub(super) fn look_over(facts: &Facts, certificate: &Path, key: &Path) -> Certificate {
        let look = match Look::at(certificate, key) {
            Ok(look) => look,
            Err(why) => return Certificate::Unreadable(why),
        };
        let redirect_host = facts
            .server
            .as_ref()
            .and_then(|server| server.redirect_host.as_deref());
        let redirect_host = redirect_host.map(|host| host.rsplit_once(':').map_or(host, |(host, _)| host));
        let host = facts
            .settings
            .public_host
            .as_deref()
            .or(redirect_host)
            .or(look.name.as_deref());
        let flaw = match host {
            Some(host) => flaw(facts, &look, host),
            None => Some("names no host; set PUBLIC_HOST to the name that clients use".to_owned()),
        };
        let left = look.not_after.duration_since(facts.now);
        Certificate::Read {
            host: host.unwrap_or_default().to_owned(),
            flaw,
            days_left: left.ok().map(|left| left.as_secs() / DAY),
        }
    }

    /// Why a client would not accept it, apart from its age, which is an item of its own.
    fn flaw(facts: &Facts, look: &Look, host: &str) -> Option<String> {
        let Ok(name) = ServerName::try_from(host.to_owned()) else {
            return Some(format!("cannot be for {host}, which is no name of a host"));
        };
        let roots = match roots(facts.settings.tls_ca_path.as_deref()) {
            Ok(roots) => roots,
            Err(why) => return Some(why),
        };
        let (leaf, chain) = look.chain.split_first()?;
        let provider = Arc::new(ring::default_provider());
        let verifier = match WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build() {
            Ok(verifier) => verifier,
            Err(error) => return Some(format!("cannot be verified: {error}")),
        };
        // One that is past its time is judged as of its last second.
        let last = look
            .not_after
            .checked_sub(Duration::from_secs(1))
            .unwrap_or(UNIX_EPOCH);
        let at = since_epoch(facts.now.min(last));
        let verified = verifier.verify_server_cert(leaf, chain, &name, &[], UnixTime::since_unix_epoch(at));
        verified.err().map(|error| in_words(&error, host))
    }

    fn since_epoch(time: SystemTime) -> Duration {
        time.duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn in_words(error: &Error, host: &str) -> String {
        match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                "is signed by no authority that clients trust, or a link of its chain is missing".to_owned()
            }
            Error::InvalidCertificate(CertificateError::BadSignature) => {
                "is not signed by the authority that it names".to_owned()
            }
            Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => format!("is not for {host}"),
            Error::InvalidCertificate(
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
            ) => "is not valid yet".to_owned(),
            Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            ) => "has an authority in its chain that has expired".to_owned(),
            other => format!("is refused: {other}"),
        }
    }

    /// The authorities that clients trust: those of the file, or of the system.
    fn roots(file: Option<&Path>) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        let certificates: Vec<CertificateDer<'static>> = match file {
            Some(file) => {
                certificates(file).map_err(|why| format!("cannot be verified: TLS_CA_PATH: {why}"))?
            }
            None => rustls_native_certs::load_native_certs().certs,
        };
        roots.add_parsable_certificates(certificates);
        if roots.is_empty() {
            return Err(
                "cannot be verified: there is no authority to trust; install ca-certificates, or set TLS_CA_PATH"
                    .to_owned(),
            );
        }
        Ok(roots)
    }
}
