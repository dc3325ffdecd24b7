//! Sentry, for as long as the service runs.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use secure_config::Profile;
use sentry::{
    Client, ClientOptions, Hub, TransportFactory, integrations::backtrace::ProcessStacktraceIntegration,
};

use super::{
    SentrySettings,
    dsn::Dsn,
    error::{Reason, SentryError},
    events::SentryEvents,
    layer::SentryLayer,
    panic,
    queue::Queue,
    scrub, settings,
    transport::{Post, Scrubbing, SecretNames},
};
use crate::log::{self, InitError, LogGuard, LogSettings, redact::Names};

/// Steps that lead to an event and are sent with it.
const BREADCRUMBS: usize = 50;

/// Sentry, for as long as the service runs; without a DSN it does nothing.
///
/// It belongs into a variable of `main`, before the service's threads are started. When it is dropped, it waits until what
/// is on its way is sent, at most as long as [`SentrySettings::shutdown_timeout`] says.
///
/// # Examples
///
/// ```
/// use secure_config::Profile;
/// use secure_runtime::{log::LogSettings, sentry::{Sentry, SentrySettings}};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let settings = SentrySettings::default(); // without a DSN
/// let sentry = Sentry::start(settings, Profile::Production)?;
/// let _log = sentry.init_log(LogSettings::new())?;
/// assert!(!sentry.is_enabled());
/// # Ok(())
/// # }
/// ```
#[must_use = "what is on its way when the process ends is lost unless this is kept until then"]
pub struct Sentry {
    running: Option<Arc<Running>>,
}

/// What there is if there is a DSN.
pub(super) struct Running {
    hub: Arc<Hub>,
    client: Arc<Client>,
    queue: Arc<Queue>,
    dsn: Arc<Dsn>,
    names: Arc<SecretNames>,
    pub(super) panic_payload: bool,
    reports_panics: AtomicBool,
    timeout: Duration,
}

impl Sentry {
    /// Starts it, and binds it to this thread and to those that are started from now on.
    ///
    /// # Errors
    ///
    /// A DSN that is none, a sample rate that is no share, or no thread to send with.
    pub fn start(settings: SentrySettings, profile: Profile) -> Result<Self, SentryError> {
        let is_fine = |name: &Option<String>, rule: fn(&String) -> Result<(), &'static str>| {
            name.as_ref().is_none_or(|name| rule(name).is_ok())
        };
        let Some(dsn) = settings.dsn else {
            return Ok(Self { running: None });
        };
        if !(0.0..=1.0).contains(&settings.traces_sample_rate) {
            return Err(SentryError(Reason::Rate));
        }
        if !is_fine(&settings.environment, settings::environment) {
            return Err(SentryError(Reason::Environment));
        }
        if !is_fine(&settings.release, settings::release) {
            return Err(SentryError(Reason::Release));
        }
        let dsn = Arc::new(Dsn::new(dsn)?);
        let queue = Queue::start(Post::new(Arc::clone(&dsn)))?;
        let names = Arc::new(SecretNames::default());
        let transport: Arc<dyn TransportFactory> = Arc::new(Arc::new(Scrubbing {
            queue: Arc::clone(&queue),
            names: Arc::clone(&names),
        }));
        let mut options = ClientOptions::new()
            .environment(
                settings
                    .environment
                    .unwrap_or_else(|| profile.as_str().to_owned()),
            )
            .traces_sample_rate(settings.traces_sample_rate)
            .max_breadcrumbs(BREADCRUMBS)
            .send_default_pii(false)
            .shutdown_timeout(settings.shutdown_timeout)
            .add_integration(ProcessStacktraceIntegration);
        options.dsn = Some(dsn.keyless().clone());
        options.release = settings.release.map(Into::into);
        options.default_integrations = false;
        options.in_app_exclude = vec!["secure_runtime"];
        options.transport = Some(transport);
        let crumb_names = Arc::clone(&names);
        // Not only when it is sent: it may be kept for longer than its secrets live.
        options.before_breadcrumb = Some(Arc::new(move |mut crumb| {
            if let Some(message) = &mut crumb.message {
                *message = scrub::text(message, crumb_names.get()).into_owned();
            }
            scrub::map(&mut crumb.data, crumb_names.get());
            Some(crumb)
        }));
        let client = Arc::new(Client::with_options(options));
        let hub = Hub::current();
        hub.bind_client(Some(Arc::clone(&client)));
        Ok(Self {
            running: Some(Arc::new(Running {
                hub,
                client,
                queue,
                dsn,
                names,
                panic_payload: settings.panic_payload,
                reports_panics: AtomicBool::new(false),
                timeout: settings.shutdown_timeout,
            })),
        })
    }

    /// Whether there is a DSN.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.running.is_some()
    }

    /// Starts the log of the process as [`log::init`] does, with [`events`](Self::events) beside it, and
    /// [reports panics](Self::report_panics).
    ///
    /// What the log's settings call secret is secret for Sentry, too.
    ///
    /// # Errors
    ///
    /// As [`log::init`].
    pub fn init_log(&self, settings: LogSettings) -> Result<LogGuard, InitError> {
        self.secret_names(&settings.redact, &settings.reveal);
        let guard = log::init_with(settings, self.events())?;
        self.report_panics();
        if self
            .running
            .as_ref()
            .is_some_and(|running| running.dsn.is_exposed())
        {
            tracing::warn!("SENTRY_DSN is a http address: events travel unencrypted; use https");
        }
        Ok(guard)
    }

    /// The layer for a `tracing` subscriber of the service's own, beside [`log::layer`](crate::log::layer());
    /// `None` without a DSN.
    #[must_use]
    pub fn events(&self) -> Option<SentryEvents> {
        self.running.as_ref().map(SentryEvents::new)
    }

    /// Sends panics, and then calls the panic hook that there is. Called again it does nothing.
    ///
    /// It comes after [`LogGuard::log_panics`], which replaces the hook. [`init_log`](Self::init_log) does both.
    pub fn report_panics(&self) {
        if let Some(running) = &self.running {
            if !running.reports_panics.swap(true, Ordering::Relaxed) {
                panic::install(Arc::downgrade(running));
            }
        }
    }

    /// The layer that gives each request a hub; without a DSN it lets them pass. Its place is just inside
    /// [`RequestIdLayer`](crate::request_id::RequestIdLayer).
    pub fn layer(&self) -> SentryLayer {
        SentryLayer::new(self.running.clone())
    }

    /// Adds names of fields whose values are secret, and takes names away, as
    /// [`LogSettings::redact`] and [`LogSettings::reveal`] do. Only the first call counts.
    pub fn secret_names(&self, secret: &[String], harmless: &[String]) {
        if let Some(running) = &self.running {
            running.names.tell(Names::new(secret, harmless));
        }
    }

    /// Waits until nothing is on its way any more, or for so long; whether nothing is.
    #[must_use]
    pub fn flush(&self, timeout: Duration) -> bool {
        self.running
            .as_ref()
            .is_none_or(|running| running.client.flush(Some(timeout)))
    }

    /// How many envelopes were sent, and how many were not.
    #[must_use]
    pub fn counters(&self) -> SentryCounters {
        let Some(running) = &self.running else {
            return SentryCounters::default();
        };
        SentryCounters {
            sent: running.queue.sent.load(Ordering::Relaxed),
            dropped: running.queue.dropped.load(Ordering::Relaxed),
        }
    }
}

impl Running {
    /// A hub for a request: what it is told stays in it.
    pub(super) fn hub_for_request(&self) -> Arc<Hub> {
        Arc::new(Hub::new_from_top(&self.hub))
    }

    /// The hub that this thread works in, or that of the process if it has none: a thread that was there before.
    pub(super) fn current_hub(&self) -> Arc<Hub> {
        let hub = Hub::current();
        match hub.client() {
            Some(_) => hub,
            None => Arc::clone(&self.hub),
        }
    }

    /// Whether another event would be dropped. Then that is counted.
    pub(super) fn is_full(&self) -> bool {
        let is_full = self.queue.is_full();
        if is_full {
            self.queue.drop_one();
        }
        is_full
    }

    pub(super) fn names(&self) -> &Names {
        self.names.get()
    }

    pub(super) fn flush(&self, timeout: Duration) -> bool {
        self.client.flush(Some(timeout))
    }
}

impl Drop for Sentry {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.client.close(Some(running.timeout));
        }
    }
}

impl fmt::Debug for Sentry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sentry").field(&self.running).finish()
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("dsn", &self.dsn)
            .finish_non_exhaustive()
    }
}

/// How many envelopes were sent and how many were not, since Sentry began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentryCounters {
    /// Envelopes that Sentry has taken.
    pub sent: u64,
    /// Envelopes thrown away: too many at once, too large, refused by Sentry, or Sentry was not there.
    pub dropped: u64,
}
