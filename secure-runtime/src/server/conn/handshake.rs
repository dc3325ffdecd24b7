//! A TLS handshake that ends in time, or when the server says so.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

use super::socket::Watched;
use super::watch::{Order, Watch};
use crate::server::incident::Incident;
use crate::server::timer;

pin_project! {
    /// A TLS handshake; `None` if it came to nothing.
    pub(super) struct Handshake {
        accept: Box<Accept<Watched>>,
        #[pin]
        timer: Sleep,
        watch: Arc<Watch>,
        since: Instant,
        armed: Option<Instant>,
    }
}

impl Handshake {
    pub(super) fn new(config: Arc<ServerConfig>, socket: Watched, watch: Arc<Watch>) -> Self {
        let since = Instant::now();
        watch.set_quiet(Some(since));
        Self {
            accept: Box::new(TlsAcceptor::from(config).accept(socket)),
            timer: timer::unarmed(),
            watch,
            since,
            armed: None,
        }
    }
}

impl Future for Handshake {
    type Output = Option<TlsStream<Watched>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let context = this.watch.context();
        this.watch.set_waker(cx.waker());
        if this.watch.order() != Order::Serve {
            return Poll::Ready(None);
        }
        match Pin::new(&mut **this.accept).poll(cx) {
            Poll::Ready(Ok(stream)) => return Poll::Ready(Some(stream)),
            Poll::Ready(Err(error)) => {
                context.incidents.note(Incident::HandshakeFailed, Some(&error));
                return Poll::Ready(None);
            }
            Poll::Pending => {}
        }
        let now = Instant::now();
        let deadline = *this.since + context.handshake_timeout;
        if timer::is_armed(*this.armed, deadline, now)
            || timer::wait_until(this.timer, this.armed, deadline, now, cx)
        {
            return Poll::Pending;
        }
        context.incidents.note(Incident::HandshakeTimeout, None);
        Poll::Ready(None)
    }
}
