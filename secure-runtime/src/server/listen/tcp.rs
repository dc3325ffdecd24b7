//! Binds TCP sockets.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, TcpKeepalive, Type};

/// Connections that the kernel keeps for us until we accept them; it lowers the number to its own limit.
const BACKLOG: i32 = 4096;

/// After this much silence the kernel asks whether the peer is still there: it notices clients that vanished during a
/// long request, where no timeout of ours runs.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// Binds to `addr`; `[::]` takes IPv4 too, whatever the system's default is.
pub(super) fn bind(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    if addr.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    // A restart need not wait for the last process's connections to time out.
    socket.set_reuse_address(true)?;
    // Both are inherited by accepted sockets on Linux.
    socket.set_tcp_nodelay(true)?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE))?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};

    use super::*;

    #[test]
    fn the_unspecified_ipv6_address_takes_ipv4_as_well() {
        let Ok(listener) = bind((Ipv6Addr::UNSPECIFIED, 0).into()) else {
            // A machine without IPv6 has nothing to show here.
            return;
        };
        let port = listener.local_addr().unwrap().port();
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        assert!(accepted.nodelay().unwrap(), "inherited");
    }
}
