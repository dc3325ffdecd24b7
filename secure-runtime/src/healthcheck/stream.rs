//! A connection with one time limit over everything that is done with it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, connect, socket};

use super::deadline::Deadline;
use super::error::Kind;
use super::target::{Place, Target};

/// What the other end of a balancer's own connection says of the client: nothing (PROXY protocol, version 1).
const PROXY: &[u8] = b"PROXY UNKNOWN\r\n";

/// How long is waited before a unix socket with a full backlog is tried again.
const WAIT: Duration = Duration::from_millis(10);

/// A socket or a TLS session on it.
pub(super) trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// Connects, and secures the connection if the target says so.
pub(super) fn open(target: &Target, deadline: Deadline) -> Result<Box<dyn Stream>, Kind> {
    let socket = match &target.place {
        Place::Tcp(addrs) => Socket::Tcp(tcp(addrs, deadline).map_err(Kind::Connect)?),
        Place::Unix(path) => Socket::Unix(unix(path, deadline).map_err(Kind::Connect)?),
    };
    let mut stream = Limited { socket, deadline };
    if target.proxy {
        stream
            .write_all(PROXY)
            .map_err(|error| Kind::Closed(Some(error)))?;
    }
    if !target.tls {
        return Ok(Box::new(stream));
    }
    #[cfg(feature = "tls")]
    return super::tls::secure(stream, target).map_err(Kind::Tls);
    #[cfg(not(feature = "tls"))]
    Err(Kind::NoTls)
}

/// The first address that takes the connection.
fn tcp(addrs: &[SocketAddr], deadline: Deadline) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for addr in addrs {
        let connected = match deadline.left()? {
            Some(left) => TcpStream::connect_timeout(addr, left),
            None => TcpStream::connect(addr),
        };
        match connected {
            Ok(stream) => return Ok(stream),
            // The first says it: the second is a loopback address that nobody may have bound.
            Err(error) if last.kind() == io::ErrorKind::AddrNotAvailable => last = error,
            Err(_) => {}
        }
    }
    Err(last)
}

/// Never waits in the kernel: a backlog that is full would hold it for ever.
fn unix(path: &Path, deadline: Deadline) -> io::Result<UnixStream> {
    let addr = SocketAddrUnix::new(path)?;
    let stream = UnixStream::from(socket(AddressFamily::UNIX, SocketType::STREAM, None)?);
    stream.set_nonblocking(true)?;
    loop {
        match connect(&stream, &addr).map_err(io::Error::from) {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                deadline.left()?;
                thread::sleep(WAIT);
            }
            Err(error) => return Err(error),
        }
    }
    stream.set_nonblocking(false)?;
    Ok(stream)
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// A socket that gives up at the deadline, however little comes at a time.
#[derive(Debug)]
pub(super) struct Limited {
    socket: Socket,
    deadline: Deadline,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.deadline.left()?;
        match &mut self.socket {
            Socket::Tcp(socket) => {
                socket.set_read_timeout(left)?;
                socket.read(buffer)
            }
            Socket::Unix(socket) => {
                socket.set_read_timeout(left)?;
                socket.read(buffer)
            }
        }
    }
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.deadline.left()?;
        match &mut self.socket {
            Socket::Tcp(socket) => {
                socket.set_write_timeout(left)?;
                socket.write(bytes)
            }
            Socket::Unix(socket) => {
                socket.set_write_timeout(left)?;
                socket.write(bytes)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
