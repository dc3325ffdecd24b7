//! HTTP/2 with prior knowledge: what is answered, and what ends a stream or the connection.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use http::{Request, Response};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::running::{eventually, settings, start, within};

/// A connection, and the task that drives it, whose end is the connection's.
async fn connect(addr: SocketAddr) -> (SendRequest<Bytes>, tokio::task::JoinHandle<Result<(), h2::Error>>) {
    connect_with(addr, h2::client::Builder::new()).await
}

async fn connect_with(
    addr: SocketAddr,
    builder: h2::client::Builder,
) -> (SendRequest<Bytes>, tokio::task::JoinHandle<Result<(), h2::Error>>) {
    let stream = TcpStream::connect(addr).await.expect("connects");
    let (client, connection) = within(builder.handshake(stream)).await.expect("settings");
    (client, tokio::spawn(connection))
}

fn get(addr: SocketAddr, path: &str) -> Request<()> {
    Request::get(format!("http://{addr}{path}"))
        .body(())
        .expect("a request")
}

async fn ask(
    client: &mut SendRequest<Bytes>,
    request: Request<()>,
) -> Result<Response<h2::RecvStream>, h2::Error> {
    std::future::poll_fn(|cx| client.poll_ready(cx)).await?;
    let (response, _) = client.send_request(request, true)?;
    within(response).await
}

async fn read(response: Response<h2::RecvStream>) -> Result<usize, h2::Error> {
    let mut body = response.into_body();
    let mut bytes = 0;
    while let Some(data) = within(body.data()).await {
        let data = data?;
        bytes += data.len();
        body.flow_control().release_capacity(data.len())?;
    }
    Ok(bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_many_streams() {
    let server = start(settings()).await;
    let (client, _connection) = connect(server.addr).await;
    let mut streams = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let mut client = client.clone();
        let request = get(server.addr, "/");
        streams.spawn(async move { read(ask(&mut client, request).await.unwrap()).await.unwrap() });
    }
    while let Some(bytes) = streams.join_next().await {
        assert_eq!(bytes.unwrap(), "hello".len());
    }
}

/// RFC 9113 §8.3.1. A proxy that routes by the one and a service that reads the other would be of two minds.
#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_contradict_each_other_are_refused() {
    let server = start(settings()).await;
    let (mut client, _connection) = connect(server.addr).await;
    for (authority, hosts, status) in [
        ("service.example", &[][..], 200),
        ("service.example", &["service.example"], 200),
        ("service.example", &["SERVICE.example:80"], 200),
        ("service.example:8080", &["service.example:8080"], 200),
        ("service.example", &["other.example"], 400),
        ("service.example", &["service.example:8080"], 400),
        ("service.example", &["service.example", "service.example"], 400),
        ("service.example", &["service.example, other.example"], 400),
        ("service.example", &[""], 400),
    ] {
        let mut request = Request::get(format!("http://{authority}/"));
        for host in hosts {
            request = request.header("host", *host);
        }
        let answer = ask(&mut client, request.body(()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), status, "{authority} {hosts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_get_without_the_body() {
    let server = start(settings()).await;
    let (mut client, _connection) = connect(server.addr).await;
    let head = || {
        Request::head(format!("http://{}/", server.addr))
            .body(())
            .expect("a request")
    };
    for _ in 0..2 {
        let response = ask(&mut client, head()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-length"], "5");
        assert_eq!(read(response).await.unwrap(), 0);
    }
    let response = ask(&mut client, get(server.addr, "/")).await.unwrap();
    assert_eq!(read(response).await.unwrap(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_its_stream_and_no_other() {
    let server = start(settings()).await;
    let (mut client, _connection) = connect(server.addr).await;
    assert!(ask(&mut client, get(server.addr, "/panic")).await.is_err());
    assert_eq!(
        ask(&mut client, get(server.addr, "/")).await.unwrap().status(),
        200
    );
    assert_eq!(
        ask(&mut client, get(server.addr, "/fail"))
            .await
            .unwrap()
            .status(),
        500
    );
    // The client may know before the counter does.
    eventually(|| server.handle.stats().panics == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_told_goodbye() {
    let mut settings = settings();
    settings.header_timeout = Duration::from_millis(300);
    settings.keep_alive_timeout = Duration::from_millis(300);
    let server = start(settings).await;
    let (mut client, connection) = connect(server.addr).await;
    assert_eq!(
        ask(&mut client, get(server.addr, "/")).await.unwrap().status(),
        200
    );
    let end = within(connection).await.unwrap();
    assert!(end.is_ok() || end.is_err_and(|error| error.reason() == Some(h2::Reason::NO_ERROR)));
    assert_eq!(server.handle.stats().header_timeouts, 0);

    // Settings alone are no request.
    let (_client, silent) = connect(server.addr).await;
    let _ = within(silent).await.unwrap();
    assert_eq!(server.handle.stats().header_timeouts, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_not_read_is_reset_and_the_others_go_on() {
    let mut settings = settings();
    settings.write_timeout = Duration::from_millis(300);
    let server = start(settings).await;
    let (mut client, _connection) = connect(server.addr).await;
    let unread = ask(&mut client, get(server.addr, "/zeros")).await.unwrap();
    eventually(|| server.handle.stats().write_timeouts == 1).await;
    let error = read(unread).await.unwrap_err();
    assert!(error.is_reset(), "{error:?}");
    let large = ask(&mut client, get(server.addr, "/zeros?3000000"))
        .await
        .unwrap();
    assert_eq!(read(large).await.unwrap(), 3_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_coming_is_given_up() {
    let mut settings = settings();
    settings.body_timeout = Duration::from_millis(300);
    let server = start(settings).await;
    let (mut client, _connection) = connect(server.addr).await;
    let request = Request::post(format!("http://{}/echo", server.addr))
        .body(())
        .unwrap();
    let (response, mut body) = client.send_request(request, false).unwrap();
    body.send_data(Bytes::from_static(b"abc"), false).unwrap();
    assert_eq!(within(response).await.unwrap().status(), 408);
}

#[tokio::test(flavor = "multi_thread")]
async fn rapid_resets_end_the_connection() {
    let server = start(settings()).await;
    let (mut client, connection) = connect(server.addr).await;
    let mut sent = 0;
    // A hundred times the limits, if it were let.
    while sent < 20_000 {
        if std::future::poll_fn(|cx| client.poll_ready(cx)).await.is_err() {
            break;
        }
        let Ok((response, mut stream)) = client.send_request(get(server.addr, "/slow?10000"), true) else {
            break;
        };
        stream.send_reset(h2::Reason::CANCEL);
        drop(response);
        sent += 1;
        tokio::task::yield_now().await;
    }
    assert!(within(connection).await.unwrap().is_err());
    assert!(sent < 20_000, "it was stopped");
    assert_eq!(Client::connect(server.addr).await.get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn resets_of_streams_at_work_end_the_connection_too() {
    let mut settings = settings();
    settings.http2_max_cancelled = 50;
    let server = start(settings).await;
    let (mut client, connection) = connect(server.addr).await;
    // Slow enough that the service has begun with each: hyper's own limit does not see these.
    for _ in 0..1000 {
        if std::future::poll_fn(|cx| client.poll_ready(cx)).await.is_err() {
            break;
        }
        let Ok((_response, mut stream)) = client.send_request(get(server.addr, "/slow?10000"), true) else {
            break;
        };
        tokio::time::sleep(Duration::from_millis(5)).await;
        stream.send_reset(h2::Reason::CANCEL);
    }
    let _ = within(connection).await.unwrap();
    assert_eq!(server.handle.stats().cancel_floods, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_streams_than_allowed_wait() {
    let mut settings = settings();
    settings.http2_max_streams = 2;
    let server = start(settings).await;
    let (mut client, _connection) = connect(server.addr).await;
    assert_eq!(
        ask(&mut client, get(server.addr, "/")).await.unwrap().status(),
        200
    );
    assert_eq!(client.current_max_send_streams(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_too_large_are_refused() {
    let server = start(settings()).await;
    let (mut client, _connection) = connect(server.addr).await;
    let mut request = get(server.addr, "/");
    request
        .headers_mut()
        .insert("x-big", "a".repeat(60_000).parse().unwrap());
    match ask(&mut client, request).await {
        Ok(response) => assert_eq!(response.status(), 431),
        Err(error) => assert!(
            error.is_reset() || error.is_go_away() || error.is_io(),
            "{error:?}"
        ),
    }
    assert_eq!(Client::connect(server.addr).await.get("/").await.status, 200);
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// A frame: length, type, flags, stream, payload.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_frames_end_the_connection_and_harm_nobody() {
    let server = start(settings()).await;
    let oversized = [&[0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1][..], &[0; 1000]].concat();
    let bad_settings = frame(4, 0, 0, &[0, 4, 0xff, 0xff, 0xff, 0xff]);
    let bad_length = frame(4, 0, 0, &[0; 5]);
    let headers_on_zero = frame(1, 5, 0, &[0x82]);
    let bad_hpack = frame(1, 5, 1, &[0xff; 40]);
    let even_stream = frame(1, 5, 2, &[0x82, 0x86, 0x84]);
    let data_on_idle = frame(0, 0, 5, b"data");
    let zero_window = frame(8, 0, 0, &[0; 4]);
    let window_overflow = [
        frame(8, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
        frame(8, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
    ]
    .concat();
    let lone_continuation = frame(9, 4, 1, &[0x82]);
    let push = frame(5, 4, 1, &[0, 0, 0, 2, 0x82]);
    let endless_headers: Vec<u8> = std::iter::once(frame(1, 1, 1, &[0x82]))
        .chain((0..2000).map(|_| frame(9, 0, 1, &[0x40, 1, b'a', 1, b'b'])))
        .flatten()
        .collect();
    for bytes in [
        oversized,
        bad_settings,
        bad_length,
        headers_on_zero,
        bad_hpack,
        even_stream,
        data_on_idle,
        zero_window,
        window_overflow,
        lone_continuation,
        push,
        endless_headers,
    ] {
        let mut client = Client::connect(server.addr).await;
        client.send(PREFACE).await;
        client.send(SETTINGS).await;
        client.send(&bytes).await;
        // The server ends it by itself.
        client.rest().await;
    }
    let mut garbage = Client::connect(server.addr).await;
    garbage.send(PREFACE).await;
    garbage.send([0xaa; 4096]).await;
    garbage.rest().await;
    let (mut client, _connection) = connect(server.addr).await;
    assert_eq!(
        ask(&mut client, get(server.addr, "/")).await.unwrap().status(),
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_control_frames_leave_the_service_answering() {
    let server = start(settings()).await;
    let ping = frame(6, 0, 0, &[1; 8]).repeat(1000);
    let settings_flood = SETTINGS.repeat(1000);
    let empty_data = frame(0, 0, 1, b"").repeat(1000);
    for flood in [ping, settings_flood, empty_data] {
        let mut client = Client::connect(server.addr).await;
        client.send(PREFACE).await;
        client.send(SETTINGS).await;
        for _ in 0..20 {
            client.send(&flood).await;
        }
        assert_eq!(Client::connect(server.addr).await.get("/").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_window_does_not_break_a_response() {
    let server = start(settings()).await;
    let mut builder = h2::client::Builder::new();
    builder.initial_window_size(100);
    let (mut client, _connection) = connect_with(server.addr, builder).await;
    let response = ask(&mut client, get(server.addr, "/zeros?10000")).await.unwrap();
    assert_eq!(read(response).await.unwrap(), 10_000);
}
