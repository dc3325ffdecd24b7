//! Looks at the files at an interval, and listens for SIGHUP.

use std::fmt;
use std::io;
use std::time::Duration;

use secure_config::SecureConfig;
use secure_config::reload::{Live, Polled};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::{ReloadSettings, log_outcome};

/// From the look that finds another content to the one that decides whether somebody is still writing.
const SETTLE: Duration = Duration::from_millis(200);

/// Says when settings are read again; nothing happens until it is [started](Self::start).
#[must_use = "nothing is reloaded until `start` is called"]
pub struct Reloader<T> {
    live: Live<T>,
    period: Duration,
    on_hangup: bool,
}

impl<T: SecureConfig + Send + Sync + 'static> Reloader<T> {
    /// Of these settings, with a look at the files every 10 seconds.
    pub fn new(live: &Live<T>) -> Self {
        Self {
            live: live.clone(),
            period: ReloadSettings::default().period,
            on_hangup: false,
        }
    }

    /// Sets the interval as the operator says.
    pub fn settings(self, settings: &ReloadSettings) -> Self {
        self.period(settings.period)
    }

    /// From one look at the files to the next; zero for none.
    pub fn period(mut self, period: Duration) -> Self {
        self.period = period;
        self
    }

    /// Reloads on SIGHUP, too; on Unix. The server of this crate does so by itself: give it the [`hook`](super::hook) instead.
    pub fn on_hangup(mut self) -> Self {
        self.on_hangup = true;
        self
    }

    /// Starts on the current Tokio runtime, whose timer must be enabled; it ends when the returned value is dropped.
    ///
    /// # Errors
    ///
    /// There is no runtime, or SIGHUP cannot be listened for.
    pub fn start(self) -> io::Result<Reloading> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let mut tasks = Reloading(Vec::new());
        #[cfg(unix)]
        if self.on_hangup {
            use tokio::signal::unix::{SignalKind, signal};
            let signal = signal(SignalKind::hangup())?;
            let task = runtime.spawn(hang_up(self.live.clone(), signal));
            tasks.0.push(task.abort_handle());
        }
        if !self.period.is_zero() {
            let task = runtime.spawn(poll(self.live, self.period));
            tasks.0.push(task.abort_handle());
        }
        Ok(tasks)
    }
}

async fn poll<T: SecureConfig + Send + Sync + 'static>(live: Live<T>, period: Duration) {
    let mut pause = period;
    loop {
        tokio::time::sleep(pause).await;
        let files = live.clone();
        // It fails when a function of the service panics, which its hook has shown; the next look is another one.
        let Ok(polled) = tokio::task::spawn_blocking(move || files.poll()).await else {
            continue;
        };
        pause = period;
        match polled {
            Polled::Changing => pause = SETTLE.min(period),
            Polled::Reloaded(reloaded) => log_outcome(&Ok(reloaded)),
            Polled::Refused(error) => log_outcome(&Err(error)),
            _ => {}
        }
    }
}

#[cfg(unix)]
async fn hang_up<T: SecureConfig + Send + Sync + 'static>(
    live: Live<T>,
    mut signal: tokio::signal::unix::Signal,
) {
    while signal.recv().await.is_some() {
        let live = live.clone();
        let _ = tokio::task::spawn_blocking(move || log_outcome(&live.reload())).await;
    }
}

impl<T> fmt::Debug for Reloader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reloader")
            .field("period", &self.period)
            .field("on_hangup", &self.on_hangup)
            .finish_non_exhaustive()
    }
}

/// Reloading that ends when this is dropped.
#[derive(Debug)]
#[must_use = "dropping it ends the reloading at once"]
pub struct Reloading(Vec<AbortHandle>);

impl Drop for Reloading {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}
