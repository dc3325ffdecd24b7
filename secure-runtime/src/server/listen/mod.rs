//! Listening sockets: bound here or inherited, TCP or unix.

mod inherited;
mod tcp;
mod unix;

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, UnixListener};

pub(super) use self::inherited::Inherited;
use self::unix::Path;
use super::address::{BindAddr, BoundAddr};
use super::conn::socket::Socket;

/// A listening socket.
#[derive(Debug)]
pub(super) struct Listening {
    socket: ListeningSocket,
    addr: BoundAddr,
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
        Ok(Self {
            addr: BoundAddr::Tcp(socket.local_addr()?),
            socket: ListeningSocket::Tcp(socket),
        })
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
        Ok(Self {
            addr: BoundAddr::Unix(bound),
            socket: ListeningSocket::Unix(socket, path),
        })
    }

    pub(super) const fn addr(&self) -> &BoundAddr {
        &self.addr
    }

    /// Accepts a connection; a unix socket's has no peer address.
    pub(super) async fn accept(&self) -> io::Result<(Socket, Option<SocketAddr>)> {
        match &self.socket {
            ListeningSocket::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Linux lets accepted sockets inherit it, which saves a system call.
                #[cfg(not(target_os = "linux"))]
                stream.set_nodelay(true)?;
                // A dual-stack socket tells IPv4 peers as ::ffff:a.b.c.d.
                let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
                Ok((Socket::Tcp(stream), Some(peer)))
            }
            ListeningSocket::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                Ok((Socket::Unix(stream), None))
            }
        }
    }
}
