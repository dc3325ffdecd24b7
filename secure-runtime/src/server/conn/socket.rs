//! A connection's socket, which notes what comes and goes.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

use super::watch::Watch;
use super::{gather, linger};

/// A stream socket of either family.
#[derive(Debug)]
pub(in crate::server) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// Runs `$body` with the socket of either family pinned.
macro_rules! either {
    ($self:expr, $stream:ident => $body:expr) => {
        match &mut $self.socket {
            Some(Socket::Tcp(stream)) => {
                let $stream = Pin::new(stream);
                $body
            }
            Some(Socket::Unix(stream)) => {
                let $stream = Pin::new(stream);
                $body
            }
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    };
}

/// A [`Socket`] below TLS and HTTP: what it sees is what the wire sees.
#[derive(Debug)]
pub(in crate::server) struct Watched {
    /// `None` while being dropped.
    socket: Option<Socket>,
    watch: Arc<Watch>,
    /// The sending side has been shut.
    shut: bool,
}

impl Watched {
    pub(in crate::server) const fn new(socket: Socket, watch: Arc<Watch>) -> Self {
        Self {
            socket: Some(socket),
            watch,
            shut: false,
        }
    }

    fn note(&self, result: &Poll<io::Result<usize>>) {
        match result {
            Poll::Ready(Ok(bytes)) => self.watch.note_written(*bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.watch.note_blocked(),
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let Some(Socket::Tcp(stream)) = self.socket.take() else {
            return;
        };
        if self.watch.seen().blocked {
            // The client stopped taking bytes: what is left for it would sit in the kernel for minutes. Best effort.
            let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
        } else if self.shut {
            linger::close(stream);
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = either!(self, stream => stream.poll_read(cx, buf));
        if buf.filled().len() > before {
            self.watch.note_read();
        }
        result
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let result = either!(self, stream => stream.poll_write(cx, buf));
        self.note(&result);
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let gathered = gather::small(
            bufs,
            |bytes| either!(self, stream => stream.poll_write(cx, bytes)),
        );
        let result = match gathered {
            Some(result) => result,
            None => either!(self, stream => stream.poll_write_vectored(cx, bufs)),
        };
        self.note(&result);
        result
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = either!(self, stream => stream.poll_shutdown(cx));
        self.shut |= matches!(result, Poll::Ready(Ok(())));
        result
    }
}
