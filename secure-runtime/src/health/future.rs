//! The futures of [`HealthService`](super::HealthService).

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Response;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::body::ResponseBody;

pin_project! {
    /// The future of a call to the inner service, or an answer that is there already.
    pub struct CallFuture<F> {
        #[pin]
        kind: Call<F>,
    }
}

pin_project! {
    #[project = CallProjection]
    enum Call<F> {
        Answer { answer: Option<Response<Bytes>> },
        Inner { #[pin] future: F },
    }
}

impl<F> CallFuture<F> {
    pub(super) const fn answer(answer: Response<Bytes>) -> Self {
        Self {
            kind: Call::Answer { answer: Some(answer) },
        }
    }

    pub(super) const fn inner(future: F) -> Self {
        Self {
            kind: Call::Inner { future },
        }
    }
}

impl<F, R, E> Future for CallFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<ResponseBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            CallProjection::Answer { answer } => match answer.take() {
                Some(answer) => Poll::Ready(Ok(answer.map(ResponseBody::answer))),
                // A future is not polled after it has ended.
                None => Poll::Pending,
            },
            CallProjection::Inner { future } => future
                .poll(context)
                .map_ok(|response| response.map(ResponseBody::inner)),
        }
    }
}

impl<F> fmt::Debug for CallFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of a request: waits until the inner service is ready, then for its response.
    pub struct ResponseFuture<S, Q>
    where
        S: Service<Q>,
    {
        #[pin]
        kind: Kind<S, Q, S::Future, S::Error>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<S, Q, F, E> {
        // Boxed, for it is rare and large, and futures are moved about.
        Waiting { call: Option<Box<(S, Q)>> },
        Called { #[pin] future: CallFuture<F> },
        Failed { error: Option<E> },
    }
}

impl<S: Service<Q>, Q> ResponseFuture<S, Q> {
    pub(super) const fn answer(answer: Response<Bytes>) -> Self {
        Self {
            kind: Kind::Called {
                future: CallFuture::answer(answer),
            },
        }
    }

    /// For a service that is not ready.
    pub(super) fn waiting(inner: S, request: Q) -> Self {
        Self {
            kind: Kind::Waiting {
                call: Some(Box::new((inner, request))),
            },
        }
    }

    /// For one that said that it cannot be called.
    pub(super) const fn failed(error: S::Error) -> Self {
        Self {
            kind: Kind::Failed { error: Some(error) },
        }
    }

    /// For one that was ready, and was called.
    pub(super) const fn called(future: S::Future) -> Self {
        Self {
            kind: Kind::Called {
                future: CallFuture::inner(future),
            },
        }
    }
}

impl<S, Q, R> Future for ResponseFuture<S, Q>
where
    S: Service<Q, Response = Response<R>>,
{
    type Output = Result<Response<ResponseBody<R>>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.kind.as_mut().project() {
                KindProjection::Waiting { call } => {
                    if let Some(call) = call {
                        ready!(call.0.poll_ready(context))?;
                    }
                    // A future is not polled after it has ended, and the call is taken only on the way to `Called`.
                    let Some((mut inner, request)) = call.take().map(|call| *call) else {
                        return Poll::Pending;
                    };
                    let future = CallFuture::inner(inner.call(request));
                    this.kind.set(Kind::Called { future });
                }
                KindProjection::Called { future } => return future.poll(context),
                KindProjection::Failed { error } => {
                    // A future is not polled after it has ended.
                    return error
                        .take()
                        .map_or(Poll::Pending, |error| Poll::Ready(Err(error)));
                }
            }
        }
    }
}

impl<S: Service<Q>, Q> fmt::Debug for ResponseFuture<S, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
