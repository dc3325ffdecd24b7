//! A TLS handshake that ends in time, or when the server says so.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

use super::socket::Watched;
use super::watch::{Order, Watch};
use crate::server::clock::{self, Armed, Millis};
use crate::server::incident::Incident;

pin_project! {
    /// A TLS handshake; `None` if it came to nothing.
    pub(super) struct Handshake {
        accept: Box<Accept<Watched>>,
        #[pin]
        timer: Sleep,
        watch: Arc<Watch>,
        since: Millis,
        armed: Armed,
    }
}

impl Handshake {
    pub(super) fn new(config: Arc<ServerConfig>, socket: Watched, watch: Arc<Watch>) -> Self {
        let since = watch.context().clock.now();
        watch.set_quiet(Some(since));
        Self {
            accept: Box::new(TlsAcceptor::from(config).accept(socket)),
            timer: clock::unarmed(),
            watch,
            since,
            armed: Armed::default(),
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
        let deadline = *this.since + context.handshake_timeout;
        if this.armed.wait(this.timer, deadline, context.clock, cx) {
            return Poll::Pending;
        }
        context.incidents.note(Incident::HandshakeTimeout, None);
        Poll::Ready(None)
    }
}
