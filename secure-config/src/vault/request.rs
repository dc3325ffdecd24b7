//! One request to a vault: connect, send, receive, within a deadline and in buffers that are wiped.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::address::Address;
use super::error::VaultError;
use super::response::Answer;
use crate::memory::Locked;

/// The most bytes that a request has: a token of Kubernetes has some 2,000.
const LONGEST: usize = 32 * 1024;
/// How long one of several addresses of a host may take.
const CONNECT: Duration = Duration::from_secs(2);

/// Where requests go, and how.
pub(super) struct Server {
    pub(super) address: Address,
    pub(super) tls: Option<Arc<ClientConfig>>,
    pub(super) namespace: Option<String>,
}

/// A request.
pub(super) struct Request<'r> {
    pub(super) method: &'static str,
    /// Behind `/v1/`.
    pub(super) path: &'r str,
    pub(super) token: Option<&'r [u8]>,
    /// The members of an object: plain names, and texts.
    pub(super) body: &'r [(&'static str, &'r [u8])],
}

impl Server {
    /// Sends `request` on a connection of its own, and reads the answer, of at most `capacity` bytes.
    pub(super) fn exchange(
        &self,
        request: &Request<'_>,
        capacity: usize,
        end: Instant,
    ) -> Result<Answer, VaultError> {
        let stream = self.connect(end)?;
        match &self.tls {
            None => self.send_and_read(stream, request, capacity),
            Some(config) => {
                let name = ServerName::try_from(self.address.host.clone()).map_err(|_| VaultError::Tls)?;
                let tls = ClientConnection::new(Arc::clone(config), name).map_err(|_| VaultError::Tls)?;
                self.send_and_read(StreamOwned::new(tls, stream), request, capacity)
            }
        }
    }

    fn send_and_read(
        &self,
        mut stream: impl Read + Write,
        request: &Request<'_>,
        capacity: usize,
    ) -> Result<Answer, VaultError> {
        let text = self.text_of(request)?;
        let sent = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        sent.map_err(|error| VaultError::of(&error))?;
        drop(text);
        Answer::read(&mut stream, capacity)
    }

    /// Tries the addresses of the host one after the other.
    ///
    /// The system resolves the name in this thread, in its own time: a thread of ours would end the promise that a load is alone.
    fn connect(&self, end: Instant) -> Result<Timed, VaultError> {
        let host = (self.address.host.as_str(), self.address.port);
        let addresses = host
            .to_socket_addrs()
            .map_err(|_| VaultError::Unreachable(io::ErrorKind::NotFound))?;
        let mut failed = VaultError::Unreachable(io::ErrorKind::NotFound);
        for address in addresses {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(VaultError::TimedOut);
            }
            match TcpStream::connect_timeout(&address, left.min(CONNECT)) {
                Ok(stream) => {
                    let _ = stream.set_nodelay(true);
                    return Ok(Timed { stream, end });
                }
                Err(error) => failed = VaultError::of(&error),
            }
        }
        Err(failed)
    }

    fn text_of(&self, request: &Request<'_>) -> Result<Locked, VaultError> {
        Locked::filled(LONGEST, |buffer| {
            let mut text = Text { buffer, used: 0 };
            let length = length_of(request.body);
            text.push(&[
                request.method.as_bytes(),
                b" /v1/",
                request.path.as_bytes(),
                b" HTTP/1.1\r\nHost: ",
            ])?;
            text.push(&[
                self.address.authority.as_bytes(),
                b"\r\nX-Vault-Request: true\r\nAccept: application/json\r\n",
            ])?;
            text.push(&[
                b"User-Agent: secure-config/",
                env!("CARGO_PKG_VERSION").as_bytes(),
                b"\r\n",
            ])?;
            if let Some(namespace) = &self.namespace {
                text.push(&[b"X-Vault-Namespace: ", namespace.as_bytes(), b"\r\n"])?;
            }
            if let Some(token) = request.token {
                text.push(&[b"X-Vault-Token: ", token, b"\r\n"])?;
            }
            if !request.body.is_empty() {
                text.push(&[
                    b"Content-Type: application/json\r\nContent-Length: ",
                    length.to_string().as_bytes(),
                    b"\r\n",
                ])?;
            }
            text.push(&[b"Connection: close\r\n\r\n"])?;
            text.push_object(request.body)?;
            Ok(text.used)
        })
    }
}

/// A text that is written into a buffer of fixed size.
struct Text<'b> {
    buffer: &'b mut [u8],
    used: usize,
}

impl Text<'_> {
    fn push(&mut self, parts: &[&[u8]]) -> Result<(), VaultError> {
        for part in parts {
            let place = self
                .buffer
                .get_mut(self.used..)
                .and_then(|free| free.get_mut(..part.len()));
            place.ok_or(VaultError::TooLarge)?.copy_from_slice(part);
            self.used += part.len();
        }
        Ok(())
    }

    fn push_object(&mut self, members: &[(&str, &[u8])]) -> Result<(), VaultError> {
        for (index, (name, value)) in members.iter().enumerate() {
            let before: &[u8] = if index == 0 { b"{\"" } else { b",\"" };
            self.push(&[before, name.as_bytes(), b"\":\""])?;
            for byte in value.iter() {
                match byte {
                    b'"' | b'\\' => self.push(&[b"\\", &[*byte]])?,
                    0..0x20 => self.push(&[b"\\u00", &hex(*byte)])?,
                    _ => self.push(&[&[*byte]])?,
                }
            }
            self.push(&[b"\""])?;
        }
        if members.is_empty() {
            Ok(())
        } else {
            self.push(&[b"}"])
        }
    }
}

fn hex(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)])
}

fn length_of(members: &[(&str, &[u8])]) -> usize {
    let escaped = |byte: &u8| match byte {
        b'"' | b'\\' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    let member = |(name, value): &(&str, &[u8])| name.len() + value.iter().map(escaped).sum::<usize>() + 6;
    members.iter().map(member).sum::<usize>() + 1
}

/// A connection whose reads and writes end at an instant.
struct Timed {
    stream: TcpStream,
    end: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(Some(left))
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_how_long_it_is() {
        let server = Server {
            address: Address::parse("http://localhost:1", false).unwrap(),
            tls: None,
            namespace: Some("team".to_owned()),
        };
        let body: [(&str, &[u8]); 2] = [("role_id", b"a\"b\\c\n"), ("secret_id", b"s")];
        let request = Request {
            method: "POST",
            path: "auth/approle/login",
            token: Some(b"t"),
            body: &body,
        };
        let text = server.text_of(&request).unwrap();
        let text = std::str::from_utf8(text.as_bytes()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, r#"{"role_id":"a\"b\\c\u000a","secret_id":"s"}"#);
        assert!(head.starts_with("POST /v1/auth/approle/login HTTP/1.1\r\nHost: localhost:1\r\n"));
        assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())));
        assert!(head.contains("\r\nX-Vault-Namespace: team\r\nX-Vault-Token: t\r\n"));
    }
}
