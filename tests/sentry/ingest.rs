//! A server that takes envelopes as Sentry does.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

/// The key of the DSN.
pub(crate) const KEY: &str = "3f9a1c0e5b7d4826a0e1f2c3d4b5a697";

/// A server that takes envelopes, until the process ends.
pub(crate) struct Ingest {
    addr: SocketAddr,
    received: Arc<Mutex<Vec<Envelope>>>,
}

/// A request that the server got.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    pub(crate) path: String,
    pub(crate) auth: String,
    pub(crate) body: Vec<u8>,
    pub(crate) header: Value,
    /// The items: their headers and what they hold.
    pub(crate) items: Vec<(Value, Value)>,
}

/// What the server does with an envelope.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    Take,
    /// It says that there are too many errors.
    LimitErrors,
    /// It does not answer.
    Hang,
}

impl Ingest {
    pub(crate) fn start(manner: Manner) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let store = Arc::clone(&received);
        let (tell, told) = std::sync::mpsc::channel();
        // A thread of its own: the tests' threads wait for Sentry.
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    let store = Arc::clone(&store);
                    let service = service_fn(move |request| take(request, Arc::clone(&store), manner));
                    tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
                }
            });
        });
        Self {
            addr: told.recv().unwrap(),
            received,
        }
    }

    pub(crate) fn dsn(&self) -> String {
        format!("http://{KEY}@{}/42", self.addr)
    }

    pub(crate) fn received(&self) -> Vec<Envelope> {
        self.received.lock().unwrap().clone()
    }

    /// The items of a type.
    pub(crate) fn items(&self, kind: &str) -> Vec<Value> {
        self.received()
            .into_iter()
            .flat_map(|envelope| envelope.items)
            .filter(|(header, _)| header["type"] == kind)
            .map(|(_, payload)| payload)
            .collect()
    }
}

async fn take(
    request: Request<Incoming>,
    store: Arc<Mutex<Vec<Envelope>>>,
    manner: Manner,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    assert_eq!(parts.method, http::Method::POST);
    // Nothing is compressed, so the bytes are what there is to read.
    assert_eq!(parts.headers.get("content-encoding"), None);
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    let (header, items) = read(&body);
    store.lock().unwrap().push(Envelope {
        path: parts.uri.path().to_owned(),
        auth: parts.headers["x-sentry-auth"].to_str().unwrap().to_owned(),
        body,
        header,
        items,
    });
    let mut response = Response::new(Full::from("{}"));
    match manner {
        Manner::Take => {}
        Manner::LimitErrors => {
            *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
            let limits = "3600:error:organization".parse().unwrap();
            response.headers_mut().insert("x-sentry-rate-limits", limits);
        }
        Manner::Hang => tokio::time::sleep(Duration::from_secs(3_600)).await,
    }
    Ok(response)
}

/// Reads the frame of an envelope: a header, then items of a header and as many bytes as that says.
fn read(body: &[u8]) -> (Value, Vec<(Value, Value)>) {
    let line = |bytes: &[u8]| {
        bytes
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(bytes.len())
    };
    let end = line(body);
    let header = serde_json::from_slice(&body[..end]).unwrap();
    let mut items = Vec::new();
    let mut rest = body.get(end + 1..).unwrap_or_default();
    while !rest.is_empty() {
        let end = line(rest);
        let header: Value = serde_json::from_slice(&rest[..end]).unwrap();
        rest = &rest[end + 1..];
        let length = header["length"].as_u64().unwrap() as usize;
        items.push((header, serde_json::from_slice(&rest[..length]).unwrap()));
        rest = &rest[length..];
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    (header, items)
}
