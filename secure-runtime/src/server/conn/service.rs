//! Between hyper and the service: says which connection a request came on, and answers what the service must not see.

use std::cell::Cell;
use std::convert::Infallible;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use http::header::{ALLOW, CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode, Version};
use http_body::Body;
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::stream::StreamState;
use super::watch::{InFlight, Order, Watch};
use crate::server::body::{RequestBody, ResponseBody};
use crate::server::host;
use crate::server::incident::Incident;
use crate::server::mode::{Mode, Ruling};

/// The service of one connection.
///
/// Tower's services are called through `&mut self`, hyper's through `&self`; hyper-util bridges that with a clone a
/// request. Here the service itself is used again and again, and cloned only when it is not ready.
pub(in crate::server) struct ConnectionService<S> {
    service: Cell<Option<S>>,
    watch: Arc<Watch>,
    mode: Mode,
}

impl<S> ConnectionService<S> {
    pub(super) const fn new(service: S, watch: Arc<Watch>, mode: Mode) -> Self {
        Self {
            service: Cell::new(Some(service)),
            watch,
            mode,
        }
    }
}

impl<S, B> hyper::service::Service<Request<Incoming>> for ConnectionService<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone,
    S::Error: Display,
    B: Body,
{
    type Response = Response<ResponseBody<B>>;
    type Error = Infallible;
    type Future = Answer<S>;

    fn call(&self, mut request: Request<Incoming>) -> Answer<S> {
        let http2 = request.version() == Version::HTTP_2;
        let in_flight = self.watch.begin(http2);
        let stream = http2.then(|| {
            let stream = Arc::new(StreamState::new(Arc::clone(&self.watch)));
            self.watch.leave_stream(Arc::clone(&stream));
            stream
        });
        // On HTTP/1 hyper leaves the body out by itself.
        let head_only = http2 && request.method() == Method::HEAD;
        let last = self.mode.is_single();
        if last && http2 {
            self.watch.give(Order::Drain);
        }
        Answer {
            state: match self.rule(&request) {
                Ruling::Serve => {
                    request.extensions_mut().insert(self.watch.connection());
                    self.start(request.map(|body| RequestBody::new(body, &self.watch)))
                }
                ruling => AnswerState::Fixed { ruling },
            },
            in_flight: Some(in_flight),
            stream,
            close: last && !http2,
            head_only,
        }
    }
}

impl<S> ConnectionService<S>
where
    S: Service<Request<RequestBody>> + Clone,
    S::Error: Display,
{
    #[inline]
    fn rule<T>(&self, request: &Request<T>) -> Ruling {
        if !host::is_sound(request) {
            return Ruling::BadTarget;
        }
        self.mode.rule(request)
    }

    #[inline]
    fn start(&self, request: Request<RequestBody>) -> AnswerState<S> {
        // It is missing only if an earlier call panicked, and then hyper does not call again.
        let Some(mut service) = self.service.take() else {
            return AnswerState::Fixed { ruling: Ruling::Fail };
        };
        match service.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => {
                let future = service.call(request);
                self.service.set(Some(service));
                AnswerState::Running { future }
            }
            // What it began to wait for (a permit, say) goes with it; the clone waits for nothing yet.
            Poll::Pending => {
                self.service.set(Some(service.clone()));
                AnswerState::Waiting {
                    call: Some(Box::new((service, request))),
                }
            }
            Poll::Ready(Err(error)) => {
                note_failed(Some(&self.watch), &error);
                self.service.set(Some(service));
                AnswerState::Fixed { ruling: Ruling::Fail }
            }
        }
    }
}

pin_project! {
    /// The answer to one request.
    pub(in crate::server) struct Answer<S>
    where
        S: Service<Request<RequestBody>>,
    {
        #[pin]
        state: AnswerState<S>,
        // `None` once the answer is out.
        in_flight: Option<InFlight>,
        stream: Option<Arc<StreamState>>,
        close: bool,
        head_only: bool,
    }
}

pin_project! {
    #[project = AnswerStateProj]
    enum AnswerState<S>
    where
        S: Service<Request<RequestBody>>,
    {
        // Boxed, for it is rare and large, and a future's size is moved about with each request.
        Waiting { call: Option<Box<(S, Request<RequestBody>)>> },
        Running { #[pin] future: S::Future },
        Fixed { ruling: Ruling },
    }
}

impl<S, B> Future for Answer<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>>,
    S::Error: Display,
    B: Body,
{
    type Output = Result<Response<ResponseBody<B>>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                AnswerStateProj::Running { future } => match ready!(future.poll(cx)) {
                    Ok(mut response) => {
                        let (in_flight, stream) = (this.in_flight.take(), this.stream.take());
                        let keep = !*this.head_only;
                        if !keep {
                            keep_length(&mut response);
                        }
                        if *this.close {
                            close(response.headers_mut());
                        }
                        return Poll::Ready(Ok(
                            response.map(|body| ResponseBody::new(keep.then_some(body), in_flight, stream))
                        ));
                    }
                    Err(error) => {
                        note_failed(this.in_flight.as_ref().map(InFlight::watch), &error);
                        this.state.set(AnswerState::Fixed { ruling: Ruling::Fail });
                    }
                },
                AnswerStateProj::Waiting { call } => {
                    let ready = match call {
                        Some(call) => ready!(call.0.poll_ready(cx)),
                        None => Ok(()),
                    };
                    let call = match ready {
                        Ok(()) => call.take(),
                        Err(error) => {
                            note_failed(this.in_flight.as_ref().map(InFlight::watch), &error);
                            None
                        }
                    };
                    let next = match call.map(|call| *call) {
                        Some((mut service, request)) => AnswerState::Running {
                            future: service.call(request),
                        },
                        None => AnswerState::Fixed { ruling: Ruling::Fail },
                    };
                    this.state.set(next);
                }
                AnswerStateProj::Fixed { ruling } => {
                    let (in_flight, stream) = (this.in_flight.take(), this.stream.take());
                    let body = ResponseBody::new(None, in_flight, stream);
                    let mut response = fixed(std::mem::replace(ruling, Ruling::Fail), body);
                    if *this.close {
                        close(response.headers_mut());
                    }
                    return Poll::Ready(Ok(response));
                }
            }
        }
    }
}

/// Says of an answer to HEAD, whose body is left out, how long it would be to GET (RFC 9110 §9.3.2).
#[cold]
fn keep_length<B: Body>(response: &mut Response<B>) {
    let body = response.body();
    if let (false, Some(length)) = (body.is_end_stream(), body.size_hint().exact()) {
        let headers = response.headers_mut();
        headers.entry(CONTENT_LENGTH).or_insert_with(|| length.into());
    }
}

/// Asks hyper to close the connection after this answer.
#[cold]
fn close(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
}

/// Tells of a service that failed; its client gets a 500, where hyper alone would drop the connection.
#[cold]
fn note_failed(watch: Option<&Watch>, error: &dyn Display) {
    if let Some(watch) = watch {
        watch
            .context()
            .incidents
            .note(Incident::ServiceFailed, Some(error));
    }
}

fn fixed<B>(ruling: Ruling, body: B) -> Response<B> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let status = match ruling {
        Ruling::Redirect(location) => {
            headers.insert(LOCATION, location);
            StatusCode::PERMANENT_REDIRECT
        }
        Ruling::Full => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            StatusCode::SERVICE_UNAVAILABLE
        }
        Ruling::ReadOnly => {
            headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            StatusCode::METHOD_NOT_ALLOWED
        }
        Ruling::BadTarget => StatusCode::BAD_REQUEST,
        Ruling::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        Ruling::Serve | Ruling::Fail => StatusCode::INTERNAL_SERVER_ERROR,
    };
    *response.status_mut() = status;
    response
}
