//! Waits for a trusted proxy to say whose connection it hands on, before TLS and HTTP.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Sleep;

use super::socket::Watched;
use super::watch::{Order, Watch};
use crate::server::clock::{self, Armed, Millis};
use crate::server::incident::Incident;
use crate::server::proxy_protocol::{self, Announced, Invalid, Step};

/// Read at once; a header is seldom longer.
const PIECE: usize = 256;

pin_project! {
    /// A PROXY header that is being read; `None` if it came to nothing, and the connection is to be closed.
    pub(super) struct Announcement {
        socket: Option<Watched>,
        bytes: Vec<u8>,
        #[pin]
        timer: Sleep,
        watch: Arc<Watch>,
        since: Millis,
        armed: Armed,
    }
}

impl Announcement {
    pub(super) fn new(socket: Watched, watch: Arc<Watch>) -> Self {
        let since = watch.context().clock.now();
        watch.set_quiet(Some(since));
        Self {
            socket: Some(socket),
            bytes: Vec::new(),
            timer: clock::unarmed(),
            watch,
            since,
            armed: Armed::default(),
        }
    }
}

/// Reads as many bytes as the header surely has, and no more, until it is whole.
fn read(socket: &mut Watched, bytes: &mut Vec<u8>, cx: &mut Context<'_>) -> Poll<Result<Announced, Invalid>> {
    loop {
        let more = match proxy_protocol::read(bytes) {
            Ok(Step::Done(announced)) => return Poll::Ready(Ok(announced)),
            Ok(Step::More(more)) => more,
            Err(invalid) => return Poll::Ready(Err(invalid)),
        };
        let mut space = [0; PIECE];
        let mut piece = ReadBuf::new(&mut space[..more.min(PIECE)]);
        match Pin::new(&mut *socket).poll_read(cx, &mut piece) {
            Poll::Ready(Ok(())) if !piece.filled().is_empty() => bytes.extend_from_slice(piece.filled()),
            Poll::Ready(_) => return Poll::Ready(Err(Invalid::Ended)),
            Poll::Pending => return Poll::Pending,
        }
    }
}

impl Future for Announcement {
    type Output = Option<(Watched, Announced)>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let context = this.watch.context();
        this.watch.set_waker(cx.waker());
        if this.watch.order() != Order::Serve {
            return Poll::Ready(None);
        }
        let Some(socket) = this.socket else {
            return Poll::Ready(None);
        };
        match read(socket, this.bytes, cx) {
            Poll::Ready(Ok(announced)) => {
                return Poll::Ready(this.socket.take().map(|socket| (socket, announced)));
            }
            Poll::Ready(Err(invalid)) => {
                // Balancers also look whether the port is open, and leave without a word.
                if !(invalid == Invalid::Ended && this.bytes.is_empty()) {
                    context
                        .incidents
                        .note(Incident::ProxyHeaderInvalid, Some(&invalid));
                }
                return Poll::Ready(None);
            }
            Poll::Pending => {}
        }
        let deadline = *this.since + context.proxy_protocol_timeout;
        if this.armed.wait(this.timer, deadline, context.clock, cx) {
            return Poll::Pending;
        }
        context.incidents.note(Incident::ProxyHeaderTimeout, None);
        Poll::Ready(None)
    }
}
