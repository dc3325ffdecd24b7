//! A service with one route for each thing that a test wants of it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use secure_runtime::connection::Connection;
use secure_runtime::server::{BodyError, RequestBody};

/// The body of every answer.
pub(crate) type Answer = Response<UnsyncBoxBody<Bytes, std::convert::Infallible>>;

/// Answers a request; an error is one that the service does not handle.
pub(crate) async fn answer(request: Request<RequestBody>) -> Result<Answer, &'static str> {
    let connection = request
        .extensions()
        .get::<Connection>()
        .copied()
        .unwrap_or_default();
    Ok(match request.uri().path() {
        "/" => text("hello"),
        "/health" | "/health/live" | "/health/ready" => text("healthy"),
        "/connection" => {
            let peer = connection
                .peer()
                .map_or("none".to_owned(), |peer| peer.ip().to_string());
            let listener = connection.listener().as_str();
            text(format!("{listener} {peer} tls={}", connection.is_tls()))
        }
        "/echo" => match request.into_body().collect().await {
            Ok(body) => text(body.to_bytes()),
            Err(error) => status(refused_body(&error)),
        },
        "/refuse" => status(StatusCode::PAYLOAD_TOO_LARGE),
        "/slow" => {
            let millis = request
                .uri()
                .query()
                .and_then(|query| query.parse().ok())
                .unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(millis)).await;
            text("slow")
        }
        "/zeros" => {
            let left = request
                .uri()
                .query()
                .and_then(|query| query.parse().ok())
                .unwrap_or(u64::MAX);
            Response::new(Zeros { left }.boxed_unsync())
        }
        "/upgrade" => upgrade(request),
        "/write" => text(write_file()),
        "/panic" => panic!("the demo panics"),
        "/fail" => return Err("the demo fails"),
        _ => status(StatusCode::NOT_FOUND),
    })
}

/// Writes more than a file may have under `ulimit -f 1`.
fn write_file() -> String {
    let path = std::env::var_os("WRITE_FILE").unwrap_or_default();
    match std::fs::write(path, [b'a'; 4096]) {
        Ok(()) => "written".to_owned(),
        Err(error) => format!("failed: {error}"),
    }
}

/// Switches to a protocol that sends back each byte.
fn upgrade(mut request: Request<RequestBody>) -> Answer {
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgraded.await else { return };
        let (mut read, mut write) = tokio::io::split(TokioIo::new(upgraded));
        // It ends with the client.
        let _ = tokio::io::copy(&mut read, &mut write).await;
    });
    let mut response = status(StatusCode::SWITCHING_PROTOCOLS);
    response
        .headers_mut()
        .insert("connection", "upgrade".parse().expect("a value"));
    response
        .headers_mut()
        .insert("upgrade", "echo".parse().expect("a value"));
    response
}

fn refused_body(error: &BodyError) -> StatusCode {
    if error.is_timeout() {
        StatusCode::REQUEST_TIMEOUT
    } else {
        StatusCode::BAD_REQUEST
    }
}

fn text(body: impl Into<Bytes>) -> Answer {
    Response::new(Full::new(body.into()).boxed_unsync())
}

fn status(status: StatusCode) -> Answer {
    let mut response = text("");
    *response.status_mut() = status;
    response
}

/// Zeros in pieces of 16 KiB, made as they are asked for.
struct Zeros {
    left: u64,
}

impl Body for Zeros {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        static PIECE: [u8; 16 * 1024] = [0; 16 * 1024];
        let size = self.left.min(PIECE.len() as u64);
        self.left -= size;
        Poll::Ready((size > 0).then(|| Ok(Frame::data(Bytes::from_static(&PIECE[..size as usize])))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        if self.left == u64::MAX {
            SizeHint::new()
        } else {
            SizeHint::with_exact(self.left)
        }
    }
}
