//! A request's body, with a limit to how long the client may keep the service waiting.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Sleep;

use crate::server::clock::{self, Armed, Millis};
use crate::server::conn::watch::Watch;
use crate::server::incident::Incident;

/// The body of a request as the server hands it on.
///
/// A read fails once the client has kept it waiting for the body timeout, or has sent less than the lowest rate on
/// average after that. Only waiting counts: a service may read as slowly as it likes.
pub struct RequestBody {
    inner: Incoming,
    /// `None` when there is no body to wait for.
    watch: Option<Counted>,
    wait: Option<Box<Wait>>,
    received: u64,
}

/// How long the client let the service wait.
struct Wait {
    since: Option<Millis>,
    waited: Millis,
    armed: Armed,
    timer: Pin<Box<Sleep>>,
}

impl RequestBody {
    #[inline]
    pub(in crate::server) fn new(inner: Incoming, watch: &Arc<Watch>) -> Self {
        let watch = (!inner.is_end_stream()).then(|| Counted::new(watch));
        Self {
            inner,
            watch,
            wait: None,
            received: 0,
        }
    }

    /// Hyper's own body, without the timeout.
    pub fn into_incoming(self) -> Incoming {
        if let Some(mut watch) = self.watch {
            watch.for_good = true;
        }
        self.inner
    }

    /// Whether the client has let the service wait too long.
    fn is_overdue(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(watch) = &self.watch else { return false };
        let limits = watch.watch.context();
        let wait = self.wait.get_or_insert_with(|| {
            Box::new(Wait {
                since: None,
                waited: 0,
                armed: Armed::default(),
                timer: Box::pin(clock::unarmed()),
            })
        });
        let since = *wait.since.get_or_insert_with(|| limits.clock.now());
        let mut patience = limits.body_timeout;
        if limits.timeouts.min_rate > 0 {
            let earned = patience + limits.timeouts.at_min_rate(self.received);
            patience = patience.min(earned.saturating_sub(wait.waited));
        }
        let deadline = since + patience;
        let overdue = !wait.armed.wait(wait.timer.as_mut(), deadline, limits.clock, cx);
        if overdue {
            limits.incidents.note(Incident::BodyTimeout, None);
        }
        overdue
    }
}

/// Tells the connection that a body is still about.
struct Counted {
    watch: Arc<Watch>,
    /// Nobody will tell when the body goes.
    for_good: bool,
}

impl Counted {
    fn new(watch: &Arc<Watch>) -> Self {
        watch.body_made();
        Self {
            watch: Arc::clone(watch),
            for_good: false,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if !self.for_good {
            self.watch.body_gone();
        }
    }
}

impl Wait {
    fn end(&mut self, now: Millis) {
        if let Some(since) = self.since.take() {
            self.waited += now - since;
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(frame) => frame,
            Poll::Pending if self.is_overdue(cx) => {
                return Poll::Ready(Some(Err(BodyError { source: None })));
            }
            Poll::Pending => return Poll::Pending,
        };
        let this = &mut *self;
        if let (Some(wait), Some(watch)) = (&mut this.wait, &this.watch) {
            wait.end(watch.watch.context().clock.now());
        }
        if let Some(Ok(frame)) = &frame {
            self.received += frame.data_ref().map_or(0, Bytes::len) as u64;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(|error| BodyError { source: Some(error) })))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBody").finish_non_exhaustive()
    }
}

/// Why a request's body could not be read.
#[derive(Debug)]
pub struct BodyError {
    source: Option<hyper::Error>,
}

impl BodyError {
    /// Whether the client was too slow: `408 Request Timeout` is the fitting answer.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        self.source.is_none()
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.source {
            None => "the client sent the body too slowly",
            Some(_) => "the body could not be read",
        })
    }
}

impl Error for BodyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|error| error as &(dyn Error + 'static))
    }
}
