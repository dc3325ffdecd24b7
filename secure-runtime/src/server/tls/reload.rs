//! The certificate in use, exchanged when the files' content changes.

use std::fmt;
use std::hash::RandomState;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::pair::{Concern, Pair, PairError, Paths};

/// A certificate that expires within this time is worth a warning: renewal, at 30 days as a rule, has failed.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// The certificate in use and where it comes from.
///
/// Handshakes take the current pair; a reload swaps it, so sessions and connections go on. Content is compared, not
/// times or inodes: Kubernetes swaps a symlink above the files, and a watch on them would see nothing.
pub(in crate::server) struct Certificate {
    paths: Paths,
    state: RandomState,
    /// Digest of the content last tried, good or bad, so that a bad pair is told of once.
    tried: Mutex<u64>,
    current: Arc<Current>,
    refused: AtomicU64,
}

/// What a reload did.
#[derive(Debug)]
pub(in crate::server) enum Reload {
    Unchanged,
    Exchanged,
    /// The pair is bad, and the old one stays.
    Refused(PairError),
}

#[derive(Debug)]
struct Current(RwLock<InUse>);

#[derive(Clone)]
struct InUse {
    certified: Arc<CertifiedKey>,
    not_after: SystemTime,
    name: Option<String>,
    concerns: Arc<[Concern]>,
}

impl Certificate {
    /// Reads the first pair.
    pub(in crate::server) fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, PairError> {
        let paths = Paths { certificate, key };
        let state = RandomState::new();
        let content = paths.read()?;
        let pair = content.parse()?;
        let certificate = Self {
            tried: Mutex::new(content.digest(&state)),
            current: Arc::new(Current(RwLock::new(pair.into()))),
            refused: AtomicU64::new(0),
            paths,
            state,
        };
        certificate.warn_of_expiry(SystemTime::now());
        Ok(certificate)
    }

    pub(in crate::server) fn config(&self) -> Result<ServerConfig, tokio_rustls::rustls::Error> {
        super::config(Arc::clone(&self.current) as Arc<dyn ResolvesServerCert>)
    }

    /// When the certificate in use expires.
    pub(in crate::server) fn not_after(&self) -> SystemTime {
        self.current.get().not_after
    }

    /// How many pairs were refused since the first one.
    pub(in crate::server) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// The first name of the certificate in use.
    pub(in crate::server) fn name(&self) -> Option<String> {
        self.current.get().name
    }

    /// Reads the files and exchanges the pair if they hold another, good one.
    pub(in crate::server) fn reload(&self) -> Reload {
        let content = match self.paths.read() {
            Ok(content) => content,
            Err(error) => return self.refuse(error, 0),
        };
        let digest = content.digest(&self.state);
        {
            let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
            if *tried == digest {
                return Reload::Unchanged;
            }
            *tried = digest;
        }
        let pair = match content.parse() {
            Ok(pair) => pair,
            Err(error) => return self.told(error),
        };
        let now = SystemTime::now();
        if pair.facts.not_after <= now && self.not_after() > now {
            return self.told(PairError::Expired);
        }
        self.current.set(pair.into());
        tracing::info!(
            expires_in_days = days_left(self.not_after(), now),
            "the certificate was exchanged"
        );
        self.warn_of_expiry(now);
        Reload::Exchanged
    }

    /// Refuses files that cannot be read; once, until something else is found there.
    fn refuse(&self, error: PairError, digest: u64) -> Reload {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if *tried == digest {
            return Reload::Refused(error);
        }
        *tried = digest;
        drop(tried);
        self.told(error)
    }

    fn told(&self, error: PairError) -> Reload {
        self.refused.fetch_add(1, Ordering::Relaxed);
        tracing::error!(%error, "the new certificate is refused and the old one stays in use");
        Reload::Refused(error)
    }

    /// Logs what clients may refuse in the certificate and its chain.
    fn warn_of_expiry(&self, now: SystemTime) {
        let in_use = self.current.get();
        if in_use.not_after <= now {
            tracing::error!("the certificate in use has expired: renew it");
        } else if in_use.not_after <= now + SOON {
            tracing::warn!(
                expires_in_days = days_left(in_use.not_after, now),
                "the certificate in use expires soon: renew it"
            );
        }
        for concern in in_use.concerns.iter() {
            match *concern {
                Concern::NotYet(since) if now < since => tracing::error!(
                    valid_in_days = days_left(since, now),
                    "the certificate in use is not valid yet: check the clock of this machine, or use the one before"
                ),
                Concern::Intermediate(certificate, end) if end <= now => tracing::error!(
                    certificate,
                    "an intermediate certificate has expired, and clients refuse the chain: write the issuer's current one into the \
                     certificate file"
                ),
                Concern::Intermediate(certificate, end) if end <= now + SOON => tracing::warn!(
                    certificate,
                    expires_in_days = days_left(end, now),
                    "an intermediate certificate expires soon: write the issuer's current one into the certificate file"
                ),
                Concern::Gap(certificate) => tracing::warn!(
                    certificate,
                    "a certificate is not followed by its issuer, and some clients refuse the chain: write the service's own first, then \
                     each issuer of the one before"
                ),
                Concern::NotYet(_) | Concern::Intermediate(..) => {}
            }
        }
    }

    /// Reloads every `interval`, for ever.
    pub(in crate::server) async fn poll(self: Arc<Self>, interval: Duration) {
        // Kept across reloads, for a warning a day.
        let mut warned = SystemTime::now();
        loop {
            tokio::time::sleep(interval).await;
            let certificate = Arc::clone(&self);
            // Files may be on a slow mount. It fails only if the runtime is shutting down.
            let _ = tokio::task::spawn_blocking(move || certificate.reload()).await;
            let now = SystemTime::now();
            if now.duration_since(warned).unwrap_or_default() >= Duration::from_secs(24 * 60 * 60) {
                warned = now;
                self.warn_of_expiry(now);
            }
        }
    }
}

fn days_left(not_after: SystemTime, now: SystemTime) -> u64 {
    not_after.duration_since(now).unwrap_or_default().as_secs() / (24 * 60 * 60)
}

impl From<Pair> for InUse {
    fn from(pair: Pair) -> Self {
        Self {
            certified: pair.certified,
            not_after: pair.facts.not_after,
            name: pair.facts.name,
            concerns: pair.concerns.into(),
        }
    }
}

impl Current {
    fn get(&self) -> InUse {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, in_use: InUse) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = in_use;
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let in_use = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&in_use.certified))
    }
}

impl fmt::Debug for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InUse")
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}
