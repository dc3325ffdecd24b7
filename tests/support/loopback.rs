//! A server on loopback, and a client that shows answers as they were on the wire.

use std::{
    error::Error,
    fmt::Debug,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use http::{Request, Response};
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use secure_runtime::connection::Connection;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};
use tower_service::Service;

/// Longer than any test needs.
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves on loopback until the runtime ends; `tls` is what the server claims of its connections.
pub async fn serve<S, B>(service: S, tls: bool) -> SocketAddr
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, peer)) = listener.accept().await {
            let service = TowerToHyperService::new(service.clone());
            let with_connection = service_fn(move |mut request: Request<Incoming>| {
                request
                    .extensions_mut()
                    .insert(Connection::new(Some(peer)).with_tls(tls));
                hyper::service::Service::call(&service, request)
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), with_connection));
        }
    });
    addr
}

/// An answer as it was on the wire.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header fields in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The value of a header field that is there once; `None` when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let value = values.next()?;
        assert!(values.next().is_none(), "{name} is there twice: {self:?}");
        Some(&value.1)
    }
}

/// Asks with these lines of a head (`GET / HTTP/1.1` and header fields) and a body, and reads until the end.
pub async fn ask(addr: SocketAddr, head: &str, body: &str) -> Answer {
    exchange(TcpStream::connect(addr), head, body).await
}

/// Asks the same from an address of one's own: every one in `127.0.0.0/8` is this machine's on Linux.
pub async fn ask_from(client: Ipv4Addr, addr: SocketAddr, head: &str, body: &str) -> Answer {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((client, 0).into()).unwrap();
    exchange(socket.connect(addr), head, body).await
}

async fn exchange(
    connect: impl Future<Output = std::io::Result<TcpStream>>,
    head: &str,
    body: &str,
) -> Answer {
    let head = head
        .trim()
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\r\n");
    let text = format!("{head}\r\nhost: localhost\r\nconnection: close\r\n\r\n{body}");
    let mut bytes = Vec::new();
    timeout(PATIENCE, async {
        let mut stream = connect.await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream.read_to_end(&mut bytes).await.unwrap();
    })
    .await
    .expect("an answer in time");

    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no head: {text:?}"));
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .expect("a status line");
    let headers = lines
        .map(|line| line.split_once(": ").expect("a field"))
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
    Answer {
        status: status.parse().unwrap(),
        headers: headers.collect(),
        body: body.to_owned(),
    }
}
