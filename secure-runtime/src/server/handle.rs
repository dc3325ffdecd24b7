//! Steers a running server from outside.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::SystemTime;

use tokio::sync::{Mutex, watch};

use super::conn::context::Context;
use super::incident::Stats;
use super::limit::Gate;
use super::notify::Notifier;
use super::reload::{Hook, ReloadError};

/// Where a server is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Serving.
    Serving,
    /// Still serving, but not ready: load balancers are to look elsewhere.
    Draining,
    /// The main listener is closed; connections finish.
    Closing,
    /// All is closed.
    Stopped,
}

/// Steers a running server from outside: stops it, and tells how it is doing.
#[derive(Clone)]
pub struct Handle {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) phase: watch::Sender<Phase>,
    pub(super) context: Arc<Context>,
    pub(super) gates: Vec<Arc<Gate>>,
    pub(super) notifier: Notifier,
    pub(super) on_reload: Vec<Hook>,
    /// One reload at a time.
    pub(super) reload: Mutex<()>,
    pub(super) reloads: AtomicU64,
    pub(super) reloads_refused: AtomicU64,
    #[cfg(feature = "tls")]
    pub(super) certificate: Option<Arc<super::tls::Certificate>>,
}

impl Handle {
    /// Stops the server as SIGTERM does: not ready, drain, exit. Further calls change nothing.
    pub fn shutdown(&self) {
        self.advance(Phase::Draining);
    }

    /// Whether the server has been told to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.inner.phase.borrow() >= Phase::Draining
    }

    /// Waits until the server has been told to stop.
    pub async fn draining(&self) {
        self.reached(Phase::Draining).await;
    }

    /// What the server counted so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let connections = self.inner.gates.iter().map(|gate| gate.count()).sum();
        Stats {
            reloads: self.inner.reloads.load(Relaxed),
            reloads_refused: self.inner.reloads_refused.load(Relaxed),
            certificates_refused: self.certificates_refused(),
            ..self.inner.context.incidents.stats(connections)
        }
    }

    fn certificates_refused(&self) -> u64 {
        #[cfg(feature = "tls")]
        return self
            .inner
            .certificate
            .as_ref()
            .map_or(0, |certificate| certificate.refused());
        #[cfg(not(feature = "tls"))]
        0
    }

    /// When the certificate in use expires; `None` without TLS.
    #[must_use]
    pub fn certificate_expiry(&self) -> Option<SystemTime> {
        #[cfg(feature = "tls")]
        return self
            .inner
            .certificate
            .as_ref()
            .map(|certificate| certificate.not_after());
        #[cfg(not(feature = "tls"))]
        None
    }

    /// Looks at the certificate's files now instead of at the next interval; whether a new pair is in use.
    ///
    /// It reads files: call it where blocking is fine, such as in `tokio::task::spawn_blocking`.
    ///
    /// # Errors
    ///
    /// The files hold no usable pair; the old one stays in use. The text names the file and the fault, and nothing of
    /// its content.
    pub fn reload_certificate(&self) -> Result<bool, ReloadError> {
        #[cfg(feature = "tls")]
        if let Some(certificate) = &self.inner.certificate {
            use super::tls::Reload;
            return match certificate.reload() {
                Reload::Unchanged => Ok(false),
                Reload::Exchanged => Ok(true),
                Reload::Refused(error) => Err(ReloadError::new(error.to_string())),
            };
        }
        Ok(false)
    }

    /// Reads the certificate again and runs the hooks of [`Builder::on_reload`](super::Builder::on_reload), as SIGHUP and
    /// `POST /reload` on the admin listener do, between RELOADING and READY to the service manager.
    ///
    /// # Errors
    ///
    /// A part could not be read; the others were, and the text tells of all.
    pub async fn reload(&self) -> Result<String, ReloadError> {
        let _one = self.inner.reload.lock().await;
        let _reloading = self.reloading();
        let outcome = super::reload::all(self, &self.inner.on_reload).await;
        match &outcome {
            Ok(text) => {
                self.inner.reloads.fetch_add(1, Relaxed);
                tracing::info!(detail = text, "reloaded");
            }
            Err(error) => {
                self.inner.reloads_refused.fetch_add(1, Relaxed);
                tracing::error!(%error, "not everything could be reloaded");
            }
        }
        outcome
    }

    /// Tells the service manager that a reload has begun, and when the returned value is dropped, that it is over.
    #[must_use = "the reload is over when this is dropped"]
    pub fn reloading(&self) -> Reloading {
        self.inner.notifier.reloading();
        Reloading(self.clone())
    }

    pub(super) fn advance(&self, phase: Phase) -> bool {
        self.inner.phase.send_if_modified(|current| {
            let later = phase > *current;
            if later {
                *current = phase;
            }
            later
        })
    }

    pub(super) fn reached(&self, phase: Phase) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.inner.phase.subscribe();
        async move {
            // It fails only when the server is gone, which is the last phase of all.
            let _ = receiver.wait_for(|current| *current >= phase).await;
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("phase", &*self.inner.phase.borrow())
            .finish_non_exhaustive()
    }
}

/// A reload that the service manager knows of, until it is dropped.
#[derive(Debug)]
pub struct Reloading(Handle);

impl Drop for Reloading {
    fn drop(&mut self) {
        self.0.inner.notifier.ready();
    }
}
