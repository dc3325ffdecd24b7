//! Listening sockets: bound here or inherited, TCP or unix.

mod inherited;
mod tcp;
mod unix;

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::net::{TcpListener, UnixListener};

pub(super) use self::inherited::Inherited;
use self::unix::Path;
use super::address::{BindAddr, BoundAddr};
use super::conn::socket::Socket;

/// The listening sockets of one listener: one as a rule, more where the service manager passes them.
#[derive(Debug)]
pub(super) struct Listening {
    first: (ListeningSocket, BoundAddr),
    more: Vec<(ListeningSocket, BoundAddr)>,
    /// The socket that is asked first, so that a busy one does not keep the others waiting.
    turn: AtomicUsize,
}

#[derive(Debug)]
enum ListeningSocket {
    Tcp(TcpListener),
    /// The path is removed with the socket, unless it was inherited.
    Unix(
        UnixListener,
        #[expect(dead_code, reason = "dropped with the socket")] Option<Path>,
    ),
}

impl Listening {
    /// Binds to `addr`; `mode` holds the permission bits of a unix socket.
    pub(super) fn bind(addr: &BindAddr, port: u16, mode: u32) -> io::Result<Self> {
        match addr {
            BindAddr::Ip(ip) => Self::tcp(tcp::bind(SocketAddr::new(*ip, port))?),
            BindAddr::Unix(path) => {
                let (listener, path) = unix::bind(path, mode)?;
                Self::unix(listener, Some(path))
            }
        }
    }

    fn tcp(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let socket = TcpListener::from_std(listener)?;
        let addr = BoundAddr::Tcp(socket.local_addr()?);
        Ok(Self::one(ListeningSocket::Tcp(socket), addr))
    }

    fn unix(listener: std::os::unix::net::UnixListener, path: Option<Path>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let socket = UnixListener::from_std(listener)?;
        // An abstract or unnamed socket has no path.
        let bound = match &path {
            Some(path) => path.as_path().to_owned(),
            None => socket
                .local_addr()?
                .as_pathname()
                .unwrap_or("".as_ref())
                .to_owned(),
        };
        Ok(Self::one(
            ListeningSocket::Unix(socket, path),
            BoundAddr::Unix(bound),
        ))
    }

    const fn one(socket: ListeningSocket, addr: BoundAddr) -> Self {
        Self {
            first: (socket, addr),
            more: Vec::new(),
            turn: AtomicUsize::new(0),
        }
    }

    /// Adds the sockets of `other`.
    fn join(&mut self, other: Self) {
        self.more.push(other.first);
        self.more.extend(other.more);
    }

    /// Returns the address of the first socket.
    pub(super) const fn addr(&self) -> &BoundAddr {
        &self.first.1
    }

    /// Returns the addresses of all sockets.
    pub(super) fn addrs(&self) -> impl Iterator<Item = &BoundAddr> {
        std::iter::once(&self.first)
            .chain(&self.more)
            .map(|(_, addr)| addr)
    }

    /// Accepts a connection; a unix socket's has no peer address.
    pub(super) async fn accept(&self) -> io::Result<(Socket, Option<SocketAddr>)> {
        if self.more.is_empty() {
            return poll_fn(|cx| self.first.0.poll_accept(cx)).await;
        }
        poll_fn(|cx| {
            let count = 1 + self.more.len();
            let turn = self.turn.fetch_add(1, Ordering::Relaxed);
            for index in (0..count).map(|index| (turn.wrapping_add(index)) % count) {
                let (socket, _) = match index.checked_sub(1).and_then(|index| self.more.get(index)) {
                    Some(socket) => socket,
                    None => &self.first,
                };
                if let Poll::Ready(accepted) = socket.poll_accept(cx) {
                    return Poll::Ready(accepted);
                }
            }
            Poll::Pending
        })
        .await
    }
}

impl ListeningSocket {
    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Socket, Option<SocketAddr>)>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = ready!(listener.poll_accept(cx))?;
                // Linux lets accepted sockets inherit it, which saves a system call.
                #[cfg(not(target_os = "linux"))]
                stream.set_nodelay(true)?;
                // A dual-stack socket tells IPv4 peers as ::ffff:a.b.c.d.
                let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
                Poll::Ready(Ok((Socket::Tcp(stream), Some(peer))))
            }
            Self::Unix(listener, _) => {
                let (stream, _) = ready!(listener.poll_accept(cx))?;
                Poll::Ready(Ok((Socket::Unix(stream), None)))
            }
        }
    }
}
