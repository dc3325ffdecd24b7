//! A client that does only what a test says, right or wrong.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::within;

/// A connection to write bytes to and read answers from.
pub(crate) struct Client<S = TcpStream> {
    pub(crate) stream: S,
    buffer: Vec<u8>,
}

/// An answer, split up.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Client {
    pub(crate) async fn connect(addr: SocketAddr) -> Self {
        Self::new(within(TcpStream::connect(addr)).await.expect("connects"))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) const fn new(stream: S) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// Writes, whether or not the server still listens.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = within(self.stream.write_all(bytes.as_ref())).await;
        let _ = within(self.stream.flush()).await;
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n"))
            .await;
        self.response().await.expect("an answer")
    }

    /// The next answer; `None` if the connection ends first.
    pub(crate) async fn response(&mut self) -> Option<Response> {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            if !self.more().await {
                return None;
            }
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8(head).expect("text");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let mut response = Response {
            status,
            head,
            body: String::new(),
        };
        let length = response
            .header("content-length")
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        while self.buffer.len() < length {
            if !self.more().await {
                return None;
            }
        }
        let body: Vec<u8> = self.buffer.drain(..length).collect();
        response.body = String::from_utf8(body).expect("text");
        Some(response)
    }

    /// Reads on to the end of the connection; how many bytes came.
    pub(crate) async fn rest(&mut self) -> usize {
        let mut bytes = self.buffer.len();
        self.buffer.clear();
        while self.more().await {
            bytes += self.buffer.len();
            self.buffer.clear();
        }
        bytes
    }

    async fn more(&mut self) -> bool {
        let mut piece = vec![0; 64 * 1024];
        match within(self.stream.read(&mut piece)).await {
            Ok(0) | Err(_) => false,
            Ok(bytes) => {
                self.buffer.extend_from_slice(&piece[..bytes]);
                true
            }
        }
    }
}
