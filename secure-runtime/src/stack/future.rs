//! The future of a response.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};
use tower_service::Service;

use super::{body::ResponseBody, record::Record};
use crate::{
    body::ReplyBody,
    body_limit::{LimitedBody, too_large},
    catch_panic::discard,
    problem::Problem,
};

pin_project! {
    /// The response future of [`SecureService`](super::SecureService).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, B>
    where
        S: Service<Request<LimitedBody<B>>>,
    {
        #[pin]
        state: State<S, B, S::Future, S::Error>,
        // `None` when it is done.
        record: Option<Box<Record>>,
        // Set when the handler first has to wait. Apart, for the future is moved about before that.
        sleep: Option<Pin<Box<Sleep>>>,
    }

    impl<S, B> PinnedDrop for ResponseFuture<S, B>
    where
        S: Service<Request<LimitedBody<B>>>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(record) = this.record {
                record.leave(|| this.state.set(State::Done));
            }
        }
    }
}

pin_project! {
    /// How far a request has come.
    #[project = StateProjection]
    pub(super) enum State<S, B, F, E> {
        /// The handler has it.
        Called {
            #[pin]
            future: F,
        },
        /// The handler is not ready. Boxed, for it is rare and large, and futures are moved about.
        Waiting {
            call: Option<Box<(S, Request<LimitedBody<B>>)>>,
        },
        /// The handler cannot take it.
        Failed {
            error: Option<E>,
        },
        /// A layer has answered.
        Answered {
            answer: Option<Box<Response<Bytes>>>,
        },
        /// Nothing is left of it.
        Done,
    }
}

impl<S, B> ResponseFuture<S, B>
where
    S: Service<Request<LimitedBody<B>>>,
{
    #[inline]
    pub(super) fn new(state: State<S, B, S::Future, S::Error>, record: Box<Record>) -> Self {
        Self {
            state,
            record: Some(record),
            sleep: None,
        }
    }
}

impl<S, B, R> Future for ResponseFuture<S, B>
where
    S: Service<Request<LimitedBody<B>>, Response = Response<R>>,
    R: Body,
{
    type Output = Result<Response<ResponseBody<R>>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(record) = this.record else {
            // Polled after it was done, which a caller must not do.
            return Poll::Pending;
        };
        let Record {
            answering,
            telling,
            within,
        } = &mut **record;
        let limit = telling.layers().request_timeout;
        // Written from inside, and changed where they are: responses are large to move.
        let mut polled = Poll::Pending;
        let mut own = None;
        let is_end = within.run(|| {
            let mut state = this.state.as_mut();
            let poll = || {
                own = poll_state(state.as_mut(), this.sleep, limit, cx, &mut polled);
                if matches!(&polled, Poll::Ready(Ok(response)) if answering.excess.is_behind(response)) {
                    // Drops the handler's body here, where a panic of it is caught.
                    polled = Poll::Pending;
                    own = Some(Box::new(too_large()));
                }
            };
            if let Err(payload) = catch_unwind(AssertUnwindSafe(poll)) {
                discard(payload);
                own = Some(Box::new(internal_error()));
            }
            if own.is_some() || polled.is_ready() {
                // What the future owns may panic as well when it is dropped.
                if let Err(payload) = catch_unwind(AssertUnwindSafe(|| state.set(State::Done))) {
                    discard(payload);
                }
            }
            match (&own, &polled) {
                (Some(own), _) => own.body().is_empty(),
                (None, Poll::Ready(Ok(response))) => response.body().is_end_stream(),
                (None, Poll::Ready(Err(_))) => {
                    telling.end();
                    false
                }
                (None, Poll::Pending) => false,
            }
        });
        if let Some(mut response) = own {
            record.finish(&mut response, is_end);
            let record = this.record.take();
            return Poll::Ready(Ok(
                response.map(|bytes| ResponseBody::new(ReplyBody::own(bytes), record))
            ));
        }
        if let Poll::Ready(Ok(response)) = &mut polled {
            record.finish(response, is_end);
        }
        polled.map_ok(|response| {
            let record = this.record.take();
            response.map(|body| ResponseBody::new(ReplyBody::inner(body), record))
        })
    }
}

/// Goes on with a request: leaves the handler's response in `polled`, or returns a layer's own.
#[inline]
fn poll_state<S, B, R>(
    mut state: Pin<&mut State<S, B, S::Future, S::Error>>,
    sleep: &mut Option<Pin<Box<Sleep>>>,
    limit: Duration,
    cx: &mut Context<'_>,
    polled: &mut Poll<Result<Response<R>, S::Error>>,
) -> Option<Box<Response<Bytes>>>
where
    S: Service<Request<LimitedBody<B>>, Response = Response<R>>,
{
    loop {
        match state.as_mut().project() {
            StateProjection::Called { future } => {
                *polled = future.poll(cx);
                if polled.is_ready() {
                    return None;
                }
                break;
            }
            StateProjection::Waiting { call } => {
                match call.as_mut()?.0.poll_ready(cx) {
                    Poll::Pending => break,
                    Poll::Ready(Err(error)) => {
                        *polled = Poll::Ready(Err(error));
                        return None;
                    }
                    Poll::Ready(Ok(())) => {}
                }
                let (mut service, request) = *call.take()?;
                let future = service.call(request);
                state.set(State::Called { future });
            }
            StateProjection::Failed { error } => {
                if let Some(error) = error.take() {
                    *polled = Poll::Ready(Err(error));
                }
                return None;
            }
            StateProjection::Answered { answer } => return answer.take(),
            StateProjection::Done => return None,
        }
    }
    is_overdue(sleep, limit, cx).then(|| Box::new(too_late()))
}

/// Whether the handler has been waited for too long. The first time that it has to be waited for, the clock begins to run.
fn is_overdue(timer: &mut Option<Pin<Box<Sleep>>>, limit: Duration, cx: &mut Context<'_>) -> bool {
    let timer = timer.get_or_insert_with(|| Box::pin(sleep(limit)));
    timer.as_mut().poll(cx).is_ready()
}

pub(super) fn internal_error() -> Response<Bytes> {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

fn too_late() -> Response<Bytes> {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE).into_response()
}

impl<S, B> fmt::Debug for ResponseFuture<S, B>
where
    S: Service<Request<LimitedBody<B>>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
