//! Sentry on the thread of a test.

use std::time::Duration;

use secure_config::{Profile, SecretUrl};
use secure_runtime::sentry::{Sentry, SentrySettings};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;

use crate::ingest::{Ingest, Manner};

/// Far longer than anything takes, so that only a hang fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Running {
    pub(crate) ingest: Ingest,
    pub(crate) sentry: Sentry,
    pub(crate) _subscriber: DefaultGuard,
}

pub(crate) fn settings(ingest: &Ingest) -> SentrySettings {
    let mut settings = SentrySettings::default();
    settings.dsn = Some(SecretUrl::new(&ingest.dsn()).unwrap());
    settings.traces_sample_rate = 1.0;
    settings.shutdown_timeout = PATIENCE;
    settings
}

/// Sentry that sends everything, and a subscriber that tells it.
pub(crate) fn start() -> Running {
    start_with(Manner::Take, |_| {})
}

pub(crate) fn start_with(manner: Manner, change: impl FnOnce(&mut SentrySettings)) -> Running {
    tests::lines::share_tracing();
    let ingest = Ingest::start(manner);
    let mut settings = settings(&ingest);
    change(&mut settings);
    let sentry = Sentry::start(settings, Profile::Staging).unwrap();
    let subscriber = tracing_subscriber::registry().with(sentry.events());
    Running {
        _subscriber: tracing::subscriber::set_default(subscriber),
        ingest,
        sentry,
    }
}

impl Running {
    /// Waits until everything is received.
    pub(crate) fn flush(&self) {
        assert!(self.sentry.flush(PATIENCE));
    }
}
