//! A connection's protocol: found out from its first bytes, and put away again while nothing happens.
//!
//! hyper-util's `auto` finds it out too, but keeps hyper's buffers for as long as the connection lives. Here a connection
//! that waits for a request is a socket and a few hundred bytes.

use std::error::Error;
use std::fmt::{self, Display};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use http_body::Body;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, ReadBuf};
use tower_service::Service;

use super::io::Io;
use super::opening::{Opening, judge};
use super::service::ConnectionService;
use super::stream::StreamExecutor;
use super::watch::Watch;
use crate::server::body::RequestBody;

type Http1<S> = http1::UpgradeableConnection<TokioIo<Io>, ConnectionService<S>>;
type Http2<S> = http2::Connection<TokioIo<Io>, ConnectionService<S>, StreamExecutor>;

/// A connection and the protocol it speaks.
pub(super) struct Protocol<S>
where
    S: Service<Request<RequestBody>>,
    ConnectionService<S>: hyper::service::HttpService<hyper::body::Incoming>,
{
    state: State<S>,
    watch: Arc<Watch>,
    finishing: bool,
}

enum State<S>
where
    S: Service<Request<RequestBody>>,
    ConnectionService<S>: hyper::service::HttpService<hyper::body::Incoming>,
{
    Waiting(Waiting<S>),
    Http1(Box<Http1<S>>),
    Http2(Pin<Box<Http2<S>>>),
    Ended,
}

/// A connection that waits for the beginning of a request.
struct Waiting<S> {
    io: Io,
    service: ConnectionService<S>,
    bytes: Vec<u8>,
    /// Nothing has been served yet.
    fresh: bool,
}

/// How a connection ended, if not well.
#[derive(Debug)]
pub(super) enum Ended {
    Io(std::io::Error),
    Hyper(hyper::Error),
}

impl<S, B> Protocol<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Display,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    pub(super) const fn new(io: Io, service: ConnectionService<S>, watch: Arc<Watch>) -> Self {
        Self {
            state: State::Waiting(Waiting {
                io,
                service,
                bytes: Vec::new(),
                fresh: true,
            }),
            watch,
            finishing: false,
        }
    }

    /// Goes on until there is nothing to do; ready when the connection has ended.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        loop {
            let opening = match &mut self.state {
                State::Http1(connection) => return Pin::new(connection).poll(cx).map_err(Ended::Hyper),
                State::Http2(connection) => return connection.as_mut().poll(cx).map_err(Ended::Hyper),
                State::Waiting(waiting) => match ready!(waiting.poll(cx)) {
                    Ok(Some(opening)) => opening,
                    Ok(None) => return Poll::Ready(Ok(())),
                    Err(error) => return Poll::Ready(Err(Ended::Io(error))),
                },
                State::Ended => return Poll::Ready(Ok(())),
            };
            self.open(opening);
        }
    }

    fn open(&mut self, opening: Opening) {
        let State::Waiting(mut waiting) = mem::replace(&mut self.state, State::Ended) else {
            return;
        };
        waiting.io.put_back(waiting.bytes);
        let (io, service) = (TokioIo::new(waiting.io), waiting.service);
        let http = &self.watch.context().http;
        self.state = match opening {
            Opening::Http2 => {
                let executor = StreamExecutor(Arc::clone(&self.watch));
                State::Http2(Box::pin(http.http2(executor).serve_connection(io, service)))
            }
            _ => State::Http1(Box::new(
                http.http1().serve_connection(io, service).with_upgrades(),
            )),
        };
        if self.finishing {
            self.finish();
        }
    }

    /// Asks the connection to end once what is in flight is done.
    pub(super) fn finish(&mut self) {
        self.finishing = true;
        match &mut self.state {
            State::Http1(connection) => Pin::new(&mut **connection).graceful_shutdown(),
            State::Http2(connection) => connection.as_mut().graceful_shutdown(),
            State::Waiting(waiting) if waiting.bytes.is_empty() => self.state = State::Ended,
            // A request has begun: it is the last one.
            State::Waiting(_) | State::Ended => {}
        }
    }

    /// Gives hyper's buffers of an idle HTTP/1 connection back.
    pub(super) fn put_away(&mut self) {
        if !matches!(self.state, State::Http1(_)) {
            return;
        }
        let State::Http1(connection) = mem::replace(&mut self.state, State::Ended) else {
            return;
        };
        // `None` is an upgraded connection, which has ended here.
        if let Some(parts) = connection.into_parts() {
            self.state = State::Waiting(Waiting {
                io: parts.io.into_inner(),
                service: parts.service,
                bytes: parts.read_buf.into(),
                fresh: false,
            });
        }
    }
}

impl<S> Waiting<S> {
    /// Reads until it is clear what comes; `None` at the end of the connection.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<std::io::Result<Option<Opening>>> {
        loop {
            match judge(&self.bytes, self.fresh) {
                Opening::Wait => {}
                opening => return Poll::Ready(Ok(Some(opening))),
            }
            let mut space = [0; 2048];
            let mut buf = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut self.io).poll_read(cx, &mut buf))?;
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(None));
            }
            self.bytes.extend_from_slice(buf.filled());
        }
    }
}

impl Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Hyper(error) => write!(f, "{error}"),
        }
    }
}
