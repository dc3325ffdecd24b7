//! A body that is too large gets a 413 with a problem, whatever reads it.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    Form, Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Multipart, multipart::MultipartError},
    response::Response,
    routing::post,
};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use secure_runtime::{body_limit::BodyLimitLayer, request_id::RequestIdLayer, stack::Layer};
use serde::Deserialize;
use tests::loopback::{self, Answer, ask};
use tower_service::Service;

use crate::{bare, serve, stack};

const LIMIT: usize = 1_024;
const BOUNDARY: &str = "seam";

#[derive(Deserialize)]
struct Text {
    text: String,
}

async fn multipart(mut parts: Multipart) -> Result<String, MultipartError> {
    let mut length = 0;
    while let Some(part) = parts.next_field().await? {
        length += part.bytes().await?.len();
    }
    Ok(length.to_string())
}

/// As it is often written: what goes wrong is the client's fault.
async fn multipart_by_hand(mut parts: Multipart) -> Result<String, StatusCode> {
    let mut length = 0;
    while let Some(mut part) = parts.next_field().await.map_err(|_| StatusCode::BAD_REQUEST)? {
        while let Some(chunk) = part.chunk().await.map_err(|_| StatusCode::BAD_REQUEST)? {
            length += chunk.len();
        }
    }
    Ok(length.to_string())
}

async fn stream(mut body: Body) -> Result<String, (StatusCode, String)> {
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        length += frame.data_ref().map_or(0, Bytes::len);
    }
    Ok(length.to_string())
}

async fn buffer(body: Body) -> Result<String, StatusCode> {
    let bytes = axum::body::to_bytes(body, usize::MAX).await;
    bytes
        .map(|bytes| bytes.len().to_string())
        .map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)
}

/// Every extractor of bodies, with the type that it takes.
const EXTRACTORS: [(&str, &str); 7] = [
    ("/bytes", "application/octet-stream"),
    ("/string", "text/plain"),
    ("/json", "application/json"),
    ("/form", "application/x-www-form-urlencoded"),
    ("/optional", "application/json"),
    ("/multipart", "multipart/form-data; boundary=seam"),
    ("/multipart-by-hand", "multipart/form-data; boundary=seam"),
];

/// Readers that no limit of axum applies to.
const RAW: [(&str, &str); 2] = [
    ("/stream", "application/octet-stream"),
    ("/buffer", "application/octet-stream"),
];

fn router() -> Router {
    Router::new()
        .route("/bytes", post(async |body: Bytes| body.len().to_string()))
        .route("/string", post(async |body: String| body.len().to_string()))
        .route(
            "/json",
            post(async |Json(body): Json<Text>| body.text.len().to_string()),
        )
        .route(
            "/form",
            post(async |Form(body): Form<Text>| body.text.len().to_string()),
        )
        .route(
            "/optional",
            post(async |body: Option<Json<Text>>| body.map_or(0, |body| body.text.len()).to_string()),
        )
        .route("/multipart", post(multipart))
        .route("/multipart-by-hand", post(multipart_by_hand))
        .route("/stream", post(stream))
        .route("/buffer", post(buffer))
}

/// A body of a type, with this many letters in it.
fn body(kind: &str, letters: usize) -> String {
    let text = "x".repeat(letters);
    match kind.split(';').next().unwrap() {
        "application/json" => format!("{{\"text\":\"{text}\"}}"),
        "application/x-www-form-urlencoded" => format!("text={text}"),
        "multipart/form-data" => format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
        ),
        _ => text,
    }
}

/// The same in chunks, so that its length is not known.
fn chunked(body: &str) -> String {
    let mut chunks = String::new();
    for chunk in body.as_bytes().chunks(300) {
        chunks += &format!("{:x}\r\n{}\r\n", chunk.len(), str::from_utf8(chunk).unwrap());
    }
    chunks + "0\r\n\r\n"
}

async fn send(addr: SocketAddr, path: &str, kind: &str, letters: usize, is_chunked: bool) -> Answer {
    let body = body(kind, letters);
    let (length, body) = if is_chunked {
        ("transfer-encoding: chunked".to_owned(), chunked(&body))
    } else {
        (format!("content-length: {}", body.len()), body)
    };
    let head = format!("POST {path} HTTP/1.1\ncontent-type: {kind}\n{length}");
    ask(addr, &head, &body).await
}

fn assert_is_problem(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 413, "{what}: {answer:?}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{what}"
    );
    assert!(
        answer
            .body
            .contains(r#""title":"Payload Too Large","status":413"#),
        "{what}: {answer:?}"
    );
    let id = answer.header("x-request-id").unwrap();
    assert!(answer.body.contains(id), "{what}: {answer:?}");
}

#[tokio::test]
async fn over_our_limit() {
    let alone = BodyLimitLayer::new(LIMIT);
    for addr in [
        serve(router().layer(stack().body_limit(LIMIT))).await,
        // Around the router, as with the server of the crate.
        loopback::serve(bare().body_limit(LIMIT).layer(router()), false).await,
        // Without a stack.
        serve(router().layer(alone).layer(RequestIdLayer::new())).await,
        // Both limits are the same.
        serve(
            router()
                .layer(DefaultBodyLimit::max(LIMIT))
                .layer(stack().body_limit(LIMIT)),
        )
        .await,
    ] {
        for (path, kind) in EXTRACTORS.into_iter().chain(RAW) {
            for is_chunked in [false, true] {
                let what = format!("{path}, chunked: {is_chunked}");
                let answer = send(addr, path, kind, 500, is_chunked).await;
                assert_eq!((answer.status, answer.body.as_str()), (200, "500"), "{what}");
                assert_is_problem(&send(addr, path, kind, 3_000, is_chunked).await, &what);
            }
        }
    }
}

#[tokio::test]
async fn over_the_limit_of_axum() {
    let router = router().layer(DefaultBodyLimit::max(LIMIT)).layer(stack());
    let addr = serve(router).await;
    for (path, kind) in EXTRACTORS {
        // What it makes of a part that it could not read is the handler's own.
        if path == "/multipart-by-hand" {
            continue;
        }
        for is_chunked in [false, true] {
            let what = format!("{path}, chunked: {is_chunked}");
            assert_eq!(
                send(addr, path, kind, 500, is_chunked).await.status,
                200,
                "{what}"
            );
            assert_is_problem(&send(addr, path, kind, 3_000, is_chunked).await, &what);
        }
    }
}

/// Both limits as they are by default, 2 MiB: ours cuts the body off before axum does.
#[tokio::test]
async fn over_the_limits_that_nobody_has_set() {
    for (path, kind) in EXTRACTORS.into_iter().chain(RAW) {
        let mut service = bare().layer(router());
        let text = body(kind, 3 << 20);
        let chunks: Vec<_> = text
            .into_bytes()
            .chunks(1 << 16)
            .map(Bytes::copy_from_slice)
            .collect();
        let frames = chunks
            .into_iter()
            .map(|chunk| Ok::<_, Infallible>(Frame::data(chunk)));
        let body = Body::new(StreamBody::new(Iter(frames)));
        let request = Request::post(path).header(header::CONTENT_TYPE, kind);
        let response = service.call(request.body(body).unwrap()).await.unwrap();
        assert_eq!(response.status(), 413, "{path}");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json",
            "{path}"
        );
    }
}

/// What a handler says of it in a form of its own stays, and so does a success.
#[tokio::test]
async fn what_a_handler_says_on_purpose_stays() {
    let own = async |_: Body| {
        let response = Response::builder()
            .status(413)
            .header("content-type", "application/json");
        response.body(Body::from("{}")).unwrap()
    };
    let calm = async |body: Body| match body.collect().await {
        Ok(_) => "all",
        Err(_) => "some",
    };
    let router = Router::new().route("/own", post(own)).route("/calm", post(calm));
    let addr = serve(router.layer(stack().body_limit(LIMIT))).await;
    let kind = "application/octet-stream";
    let answer = send(addr, "/own", kind, 10, true).await;
    assert_eq!((answer.status, answer.body.as_str()), (413, "{}"));
    let answer = send(addr, "/calm", kind, 3_000, true).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "some"));
    let answer = send(addr, "/nowhere", kind, 10, true).await;
    assert_eq!(answer.status, 404);
}

struct Iter<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Iter<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}
