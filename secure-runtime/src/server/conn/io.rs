//! What HTTP is spoken over: the bare socket or TLS on it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::socket::Watched;
use crate::server::limit::Permit;

/// A plain or TLS stream, together with the permit that its connection counts under.
///
/// The permit is here and not with the task, so that an upgraded connection (a WebSocket) goes on counting.
#[derive(Debug)]
pub(in crate::server) struct Io {
    stream: Stream,
    /// Bytes that were read before and are to be read again; none as a rule.
    again: Vec<u8>,
    _permit: Permit,
}

#[derive(Debug)]
enum Stream {
    Plain(Watched),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::server::TlsStream<Watched>>),
}

impl Io {
    pub(in crate::server) const fn plain(socket: Watched, permit: Permit) -> Self {
        Self {
            stream: Stream::Plain(socket),
            again: Vec::new(),
            _permit: permit,
        }
    }

    #[cfg(feature = "tls")]
    pub(in crate::server) fn tls(stream: tokio_rustls::server::TlsStream<Watched>, permit: Permit) -> Self {
        Self {
            stream: Stream::Tls(Box::new(stream)),
            again: Vec::new(),
            _permit: permit,
        }
    }
}

impl Io {
    /// Makes `bytes` the next to be read.
    pub(super) fn put_back(&mut self, bytes: Vec<u8>) {
        self.again = bytes;
    }

    #[cold]
    fn read_again(&mut self, buf: &mut ReadBuf<'_>) {
        let bytes = self.again.len().min(buf.remaining());
        buf.put_slice(&self.again[..bytes]);
        if bytes == self.again.len() {
            self.again = Vec::new();
        } else {
            self.again.drain(..bytes);
        }
    }
}

/// Runs `$body` with either stream pinned.
macro_rules! either {
    ($self:expr, $stream:ident => $body:expr) => {
        match &mut $self.stream {
            Stream::Plain(stream) => {
                let $stream = Pin::new(stream);
                $body
            }
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => {
                let $stream = Pin::new(&mut **stream);
                $body
            }
        }
    };
}

impl AsyncRead for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.again.is_empty() {
            self.read_again(buf);
            return Poll::Ready(Ok(()));
        }
        either!(self, stream => stream.poll_read(cx, buf))
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        either!(self, stream => stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, stream => stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => stream.poll_shutdown(cx))
    }
}
