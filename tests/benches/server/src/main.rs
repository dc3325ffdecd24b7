//! The server beside bare hyper, with a service that costs nothing.
//!
//! `bench-server serve bare|auto|ours` serves on a free port for wrk, on one thread, and prints the address.
//! `bench-server count bare|auto|ours REQUESTS` sends itself requests over loopback, one after another: run it under
//! callgrind with two numbers of requests, and the difference is the cost of the requests alone.
//! `run` does both.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use secure_config::Profile;
use secure_runtime::connection::Listener;
use secure_runtime::server::{Server, ServerSettings, from_hyper};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn hello<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(b"hello"))))
}

async fn start(which: &str) -> SocketAddr {
    if which == "ours" {
        let mut settings = ServerSettings::default();
        settings.port = 0;
        let builder = Server::builder(settings).profile(Profile::Development).without_signals();
        let server = builder.bind().await.expect("binds");
        let addr = server.local_addr(Listener::Main).expect("TCP");
        tokio::spawn(server.serve(from_hyper(service_fn(hello))));
        return addr;
    }
    let auto = which == "auto";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let addr = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("accepts");
            stream.set_nodelay(true).expect("a socket");
            let io = TokioIo::new(stream);
            tokio::spawn(async move {
                // A client that leaves is no matter here.
                if auto {
                    let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    let _ = builder.serve_connection_with_upgrades(io, service_fn(hello)).await;
                } else {
                    let builder = hyper::server::conn::http1::Builder::new();
                    let _ = builder.serve_connection(io, service_fn(hello)).await;
                }
            });
        }
    });
    addr
}

async fn count(addr: SocketAddr, requests: usize) {
    let mut stream = TcpStream::connect(addr).await.expect("connects");
    stream.set_nodelay(true).expect("a socket");
    let mut answer = [0; 4096];
    for _ in 0..requests {
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nuser-agent: bench\r\naccept: */*\r\n\r\n";
        stream.write_all(request).await.expect("writes");
        let bytes = stream.read(&mut answer).await.expect("reads");
        assert!(answer[..bytes].ends_with(b"hello"));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", which] => {
            println!("{}", start(which).await);
            tokio::time::sleep(Duration::from_secs(300)).await;
        }
        ["count", which, requests] => {
            let requests = requests.parse().expect("a number");
            count(start(which).await, requests).await;
        }
        _ => eprintln!("serve bare|auto|ours, or count bare|auto|ours REQUESTS"),
    }
}
