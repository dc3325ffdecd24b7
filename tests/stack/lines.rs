//! One line for each request, however it ends.

use std::{net::SocketAddr, time::Duration};

use tests::{
    lines::{Line, Lines, capture},
    loopback::{ask, serve},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tower_layer::Layer;

use crate::handler::{Handler, each, stack};

/// The one line of the request so far.
fn one(lines: &Lines) -> Line {
    let mut lines = lines.take_of("access");
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

fn fields<'a>(line: &'a Line, names: &[&str]) -> Vec<Option<&'a str>> {
    names
        .iter()
        .map(|name| line.get(*name).map(String::as_str))
        .collect()
}

#[tokio::test]
async fn says_what_happened() {
    let (lines, _guard) = capture();
    each(true, async |addr| {
        let answer = ask(addr, "GET /?token=hidden HTTP/1.1\nuser-agent: curl/8.5.0", "").await;
        let line = one(&lines);
        assert_eq!(
            fields(
                &line,
                &[
                    "level",
                    "message",
                    "method",
                    "route",
                    "status",
                    "bytes",
                    "client",
                    "user_agent",
                    "aborted"
                ]
            ),
            [
                Some("INFO"),
                Some("request"),
                Some("GET"),
                Some("/"),
                Some("200"),
                Some("5"),
                Some("127.0.0.1"),
                Some("curl/8.5.0"),
                None
            ]
        );
        assert_eq!(line["request_id"], answer.header("x-request-id").unwrap());
        assert!(line["duration_ms"].parse::<f64>().unwrap() >= 0.0);
        assert!(
            !format!("{line:?}").contains("hidden"),
            "the path and query are the client's"
        );
    })
    .await;
}

#[tokio::test]
async fn tells_of_every_kind_of_answer_once() {
    let (lines, _guard) = capture();
    each(true, async |addr| {
        for (head, body, expected) in [
            ("GET /nowhere HTTP/1.1", "", ["unmatched", "404"]),
            ("DELETE / HTTP/1.1", "", ["unmatched", "405"]),
            (
                "POST /upload HTTP/1.1\ncontent-length: 17",
                "12345678901234567",
                ["unmatched", "413"],
            ),
            ("GET /panic HTTP/1.1", "", ["/panic", "500"]),
            ("GET /panic-in-call HTTP/1.1", "", ["unmatched", "500"]),
            ("GET /slow HTTP/1.1", "", ["/slow", "503"]),
            ("GET /cached HTTP/1.1", "", ["unmatched", "304"]),
            ("POST /logout HTTP/1.1", "", ["unmatched", "204"]),
            ("GET /stream HTTP/1.1", "", ["unmatched", "200"]),
            ("GET /trailers HTTP/1.1\nte: trailers", "", ["unmatched", "200"]),
        ] {
            let answer = ask(addr, head, body).await;
            let line = one(&lines);
            assert_eq!(
                [line["route"].as_str(), line["status"].as_str()],
                expected,
                "{head}"
            );
            assert_eq!(line.get("aborted"), None, "{head}: {line:?}");
            if head.contains("trailers") {
                assert!(answer.body.ends_with("etag: \"1\"\r\n\r\n"), "{answer:?}");
                assert_eq!(line["bytes"], "3");
            } else if head.contains("stream") {
                assert_eq!(line["bytes"], "11");
            } else {
                assert_eq!(line["bytes"], answer.body.len().to_string(), "{head}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn head_sends_no_bytes_and_is_complete() {
    let (lines, _guard) = capture();
    each(true, async |addr| {
        ask(addr, "HEAD / HTTP/1.1", "").await;
        assert_eq!(
            fields(&one(&lines), &["method", "bytes", "aborted"]),
            [Some("HEAD"), Some("0"), None]
        );
    })
    .await;
}

#[tokio::test]
async fn a_client_that_leaves_is_told_of() {
    let (lines, _guard) = capture();
    let addr = serve(stack().timeout(Duration::from_secs(60)).layer(Handler), true).await;
    leave(addr, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let line = eventually(&lines).await;
    assert_eq!(
        fields(&line, &["route", "status", "bytes", "aborted"]),
        [Some("/slow"), None, Some("0"), Some("true")]
    );
    assert_eq!(line["request_id"].len(), 32);
}

#[tokio::test]
async fn what_clients_say_is_bounded_and_escaped() {
    let (lines, _guard) = capture();
    each(true, async |addr| {
        let head = format!(
            "{} / HTTP/1.1\nuser-agent: {}",
            "M".repeat(200),
            "u".repeat(5_000)
        );
        ask(addr, &head, "").await;
        let line = one(&lines);
        assert_eq!(line["method"].len(), 32);
        assert_eq!(line["user_agent"].len(), 256);

        ask(addr, "GET / HTTP/1.1\nuser-agent: a\u{202e}\u{85}b", "").await;
        assert_eq!(one(&lines)["user_agent"], r"a\xe2\x80\xae\xc2\x85b");
    })
    .await;
}

/// Sends a request and closes the connection when it is being handled.
pub(crate) async fn leave(addr: SocketAddr, request: &str) {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut byte = [0];
    let read = tokio::time::timeout(Duration::from_millis(100), stream.read(&mut byte)).await;
    assert!(read.is_err(), "it has not answered");
}

pub(crate) async fn eventually(lines: &Lines) -> Line {
    for _ in 0..200 {
        let mut found = lines.take_of("access");
        if let Some(line) = found.pop() {
            return line;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no line");
}
