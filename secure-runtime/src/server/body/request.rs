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
    /// `None` when there is no body to wait for. Boxed, for requests are moved about a good deal.
    wait: Option<Box<Wait>>,
}

/// How long the client let the service wait.
struct Wait {
    watch: Arc<Watch>,
    /// Bytes so far.
    received: u64,
    /// Since when the service has been waiting, if it has.
    since: Option<Millis>,
    /// How long it waited before that.
    waited: Millis,
    armed: Armed,
    timer: Option<Pin<Box<Sleep>>>,
    /// Hyper's body was taken out, and nobody will tell when it goes.
    taken: bool,
}

impl RequestBody {
    #[inline]
    pub(in crate::server) fn new(inner: Incoming, watch: &Arc<Watch>) -> Self {
        let wait = if inner.is_end_stream() {
            None
        } else {
            Some(Wait::new(Arc::clone(watch)))
        };
        Self { inner, wait }
    }

    /// Hyper's own body, without the timeout.
    pub fn into_incoming(self) -> Incoming {
        if let Some(mut wait) = self.wait {
            wait.taken = true;
        }
        self.inner
    }
}

impl Wait {
    fn new(watch: Arc<Watch>) -> Box<Self> {
        watch.body_made();
        Box::new(Self {
            watch,
            received: 0,
            since: None,
            waited: 0,
            armed: Armed::default(),
            timer: None,
            taken: false,
        })
    }

    /// Whether the client has let the service wait too long.
    fn is_overdue(&mut self, cx: &mut Context<'_>) -> bool {
        let limits = self.watch.context();
        let since = *self.since.get_or_insert_with(|| limits.clock.now());
        let mut patience = limits.body_timeout;
        if limits.timeouts.min_rate > 0 {
            let earned = patience + limits.timeouts.at_min_rate(self.received);
            patience = patience.min(earned.saturating_sub(self.waited));
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(clock::unarmed()));
        let overdue = !self
            .armed
            .wait(timer.as_mut(), since + patience, limits.clock, cx);
        if overdue {
            limits.incidents.note(Incident::BodyTimeout, None);
        }
        overdue
    }

    fn received(&mut self, bytes: usize) {
        self.received += bytes as u64;
        if let Some(since) = self.since.take() {
            self.waited += self.watch.context().clock.now() - since;
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if !self.taken {
            self.watch.body_gone();
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
        let this = &mut *self;
        let frame = Pin::new(&mut this.inner).poll_frame(cx);
        let Some(wait) = &mut this.wait else {
            return frame.map(|frame| frame.map(|frame| frame.map_err(BodyError::read)));
        };
        match frame {
            Poll::Ready(Some(Ok(frame))) => {
                wait.received(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(BodyError::read(error)))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if wait.is_overdue(cx) => Poll::Ready(Some(Err(BodyError { source: None }))),
            Poll::Pending => Poll::Pending,
        }
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
    const fn read(error: hyper::Error) -> Self {
        Self { source: Some(error) }
    }

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
