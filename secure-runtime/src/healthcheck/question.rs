//! The question, and the way to its answer.

use std::io::{ErrorKind, Write};
use std::time::Duration;

use super::answer;
use super::deadline::Deadline;
use super::error::{Kind, Unhealthy};
use super::stream;
use super::target::Target;

const READY: &str = "/health/ready";
const LIVE: &str = "/health/live";

/// How long is waited if nothing is said: less than the period of any probe.
const PATIENCE: Duration = Duration::from_secs(2);

/// A question to a service, whether it is well.
#[derive(Clone, Debug)]
#[must_use = "nobody is asked before `ask`"]
pub struct Healthcheck {
    target: Target,
    live: bool,
    timeout: Duration,
}

impl Healthcheck {
    /// Asks the target for its own path, or else for `/health/ready`, and waits 2 s.
    pub const fn new(target: Target) -> Self {
        Self {
            target,
            live: false,
            timeout: PATIENCE,
        }
    }

    /// Asks for `/health/live`: whether the process answers at all.
    pub const fn live(mut self) -> Self {
        self.live = true;
        self
    }

    /// Waits so long, for all of it.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn path(&self) -> &str {
        match (self.live, &self.target.path) {
            (true, _) => LIVE,
            (false, Some(path)) => path,
            (false, None) => READY,
        }
    }

    /// Asks, on this thread, which waits.
    ///
    /// # Errors
    ///
    /// Whatever is not an answer of 200 within the time limit.
    pub fn ask(&self) -> Result<(), Unhealthy> {
        self.answer().map_err(|kind| {
            Unhealthy::new(match kind {
                Kind::Connect(error) | Kind::Closed(Some(error)) if is_timeout(error.kind()) => {
                    Kind::Timeout(self.timeout)
                }
                #[cfg(feature = "tls")]
                Kind::Tls(error) if is_timeout(error.kind()) => Kind::Timeout(self.timeout),
                kind => kind,
            })
        })
    }

    fn answer(&self) -> Result<(), Kind> {
        let deadline = Deadline::after(self.timeout);
        let mut stream = stream::open(&self.target, deadline)?;
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: healthcheck\r\nAccept: application/json\r\nConnection: close\r\n\r\n",
            self.path(),
            self.target.authority()
        );
        let sent = stream.write_all(request.as_bytes()).and_then(|()| stream.flush());
        match (sent, answer::read(&mut stream)) {
            // Some answer before they have read it all.
            (_, answer @ (Ok(()) | Err(Kind::Status(..)))) => answer,
            (Err(error), _) => Err(Kind::Closed(Some(error))),
            (Ok(()), answer) => answer,
        }
    }
}

/// Sockets with a time limit say either, as the system likes.
fn is_timeout(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::TimedOut | ErrorKind::WouldBlock)
}
