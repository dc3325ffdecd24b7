//! A thousand reloads of a server under load: every request is answered, and every answer is of one whole set.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::service::service_fn;
use secure_config::reload::Live;
use secure_config::{Profile, SecretString, SecureConfig};
use secure_runtime::connection::Listener;
use secure_runtime::server::{Server, ServerSettings, from_hyper};
use tests::{Numbers, Scratch, base64};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::dotenv;

#[derive(Debug, SecureConfig)]
struct Settings {
    first: u64,
    key: SecretString,
    #[secure(range = 0..=0)]
    bad: u8,
    last: u64,
}

/// Of every seventh set something is bad.
fn text(number: u64) -> String {
    let key = base64(&Numbers::new(number).bytes(32));
    let bad = u8::from(number % 7 == 3);
    format!("FIRST={number}\nKEY={key}\nBAD={bad}\nLAST={number}\n")
}

/// Puts another set in the place of the old one, in one step.
fn exchange(scratch: &Scratch, number: u64) {
    use std::os::unix::fs::PermissionsExt;
    let new = scratch.file(".env.new", text(number));
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::rename(new, scratch.join(".env")).unwrap();
}

async fn answer<B>(
    live: Live<Settings>,
    handled: Arc<AtomicU64>,
    _: Request<B>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    handled.fetch_add(1, Ordering::SeqCst);
    let set = live.read();
    let key = set.key.expose_secret() == base64(&Numbers::new(set.first).bytes(32));
    let body = format!("{} {} {} {key}", set.first, set.last, set.bad);
    Ok(Response::new(Full::new(body.into())))
}

/// Sends requests on one connection until `done`, and one more then; returns the number of the set in each response.
async fn ask(addr: SocketAddr, done: Arc<AtomicBool>, answers: Arc<AtomicU64>) -> Vec<u64> {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let is_last = done.load(Ordering::SeqCst);
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await
            .unwrap();
        let mut read = 0;
        let body = loop {
            let more = stream.read(&mut buffer[read..]).await.unwrap();
            assert!(more > 0, "the connection ended");
            read += more;
            let text = std::str::from_utf8(&buffer[..read]).unwrap();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .unwrap();
                if body.len() == length.parse::<usize>().unwrap() {
                    break body.to_owned();
                }
            }
        };
        let number: u64 = body.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(body, format!("{number} {number} 0 true"), "a torn or a bad set");
        assert!(seen.last().is_none_or(|newest| number >= *newest) && number % 7 != 3);
        seen.push(number);
        answers.fetch_add(1, Ordering::SeqCst);
        if is_last {
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_and_no_set_is_torn() {
    let scratch = Scratch::new();
    exchange(&scratch, 0);
    let (live, _) = dotenv::<Settings>(&scratch.join(".env")).live().unwrap();
    let mut settings = ServerSettings::default();
    settings.port = 0;
    settings.drain_delay = Some(Duration::ZERO);
    let server = Server::builder(settings)
        .profile(Profile::Development)
        .without_signals()
        .on_reload(secure_runtime::reload::hook(&live))
        .bind()
        .await
        .unwrap();
    let addr = server.local_addr(Listener::Main).unwrap();
    let handle = server.handle();
    let settings = live.clone();
    let handled = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&handled);
    let service = service_fn(move |request| answer(settings.clone(), Arc::clone(&counted), request));
    let served = tokio::spawn(server.serve(from_hyper(service)));

    let (done, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..4)
        .map(|_| tokio::spawn(ask(addr, Arc::clone(&done), Arc::clone(&answers))))
        .collect();
    let (mut refused, mut exchanged) = (0, 0);
    for number in 1..=1000 {
        exchange(&scratch, number);
        match handle.reload().await {
            Ok(_) => exchanged += 1,
            Err(error) => {
                assert!(error.to_string().contains("BAD"), "{error}");
                refused += 1;
            }
        }
        // Requests are under way during the reloads, however fast either is.
        if number % 10 == 0 {
            let before = answers.load(Ordering::SeqCst);
            while answers.load(Ordering::SeqCst) <= before {
                tokio::task::yield_now().await;
                assert!(
                    !clients.iter().any(tokio::task::JoinHandle::is_finished),
                    "a client gave up"
                );
            }
        }
    }
    done.store(true, Ordering::SeqCst);
    let (mut received, mut sets) = (0, BTreeSet::new());
    for client in clients {
        let seen = client.await.expect("no answer was wrong");
        assert_eq!(seen.last(), Some(&1000), "the last request gets the last set");
        received += seen.len() as u64;
        sets.extend(seen);
    }
    assert_eq!(
        received,
        handled.load(Ordering::SeqCst),
        "every request was answered once"
    );
    assert!(received >= 100, "{received}");
    assert!(sets.len() >= 10, "of many sets: {sets:?}");
    assert_eq!((exchanged, refused), (857, 143));
    assert_eq!((live.status().exchanged, live.status().refused), (857, 143));
    assert_eq!(live.read().last, 1000);
    handle.shutdown();
    served.await.unwrap().unwrap();
}
