//! Over a real connection: many probes at once, and HEAD beside GET.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use secure_runtime::health::{BoxError, Health, HealthService, Policy, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::Counter;

/// Serves `health` on loopback until the runtime ends.
async fn serve(health: &Health) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let addr = listener.local_addr().unwrap();
    let health = health.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let inner = service_fn(async |_: Request<Incoming>| {
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"inner"))))
            });
            let service = HealthService::new(inner, health.clone());
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    addr
}

/// The head of the next response; its body is read and dropped, or there is none to a `HEAD`.
async fn response(stream: &mut TcpStream, head_only: bool) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    let length = length.parse::<usize>().unwrap();
    if !head_only {
        stream.read_exact(&mut vec![0; length]).await.unwrap();
    }
    head
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_probes_over_loopback_cause_one_run_per_period() {
    const CONNECTIONS: usize = 8;
    let period = Duration::from_secs(1);
    let runs = Counter::default();
    let counted = runs.clone();
    let started = Instant::now();
    let health = Health::builder()
        .system(false)
        .check("database", Policy::critical().period(period), move || {
            counted.add();
            async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                Ok::<_, BoxError>(())
            }
        })
        .start()
        .unwrap();
    health.lifecycle().serve();
    health.settled().await;
    let addr = serve(&health).await;
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(tokio::spawn(async move {
            let mut stream = tokio::io::BufStream::new(TcpStream::connect(addr).await.unwrap());
            for _ in 0..10_000 / CONNECTIONS {
                stream
                    .write_all(b"GET /health/ready HTTP/1.1\r\nhost: a\r\n\r\n")
                    .await
                    .unwrap();
                stream.flush().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"}") {
                    head.push(stream.read_u8().await.unwrap());
                }
                assert!(
                    head.starts_with(b"HTTP/1.1 200 "),
                    "{}",
                    String::from_utf8_lossy(&head)
                );
            }
        }));
    }
    for client in clients {
        client.await.unwrap();
    }
    // Runs start at least a period apart, however fast or slow this machine is.
    let most = started.elapsed().as_secs_f64() / period.as_secs_f64() + 1.0;
    assert!(
        (1.0..=most).contains(&(runs.count() as f64)),
        "{} runs in {most} periods",
        runs.count()
    );
    assert_eq!(health.status(), Status::Healthy);
}

#[tokio::test]
async fn head_equals_get_on_the_wire() {
    let health = Health::builder().system(false).start().unwrap();
    health.lifecycle().serve();
    let mut stream = TcpStream::connect(serve(&health).await).await.unwrap();
    let mut heads = Vec::new();
    for method in ["GET", "HEAD"] {
        let request = format!("{method} /health HTTP/1.1\r\nhost: a\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let head = response(&mut stream, method == "HEAD").await;
        heads.push(
            head.lines()
                .filter(|line| !line.starts_with("date: "))
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
    assert_eq!(heads[0], heads[1]);
    assert!(heads[0].starts_with("HTTP/1.1 200 OK"));
}
