//! The service that limits requests for all replicas together.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::layer::SharedLimitLayer;
use super::limiter::SharedRefusal;
use crate::body::ReplyBody;

/// Answers 429 to requests over a quota that all replicas share, and 503 when the server is gone and that was chosen; see the
/// [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct SharedLimitService<S> {
    inner: S,
    layer: SharedLimitLayer,
}

impl<S> SharedLimitService<S> {
    pub(super) fn new(inner: S, layer: SharedLimitLayer) -> Self {
        Self { inner, layer }
    }

    /// The service below.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service below, to change.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Unwraps the service below.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B, R> Service<Request<B>> for SharedLimitService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
{
    type Response = Response<ReplyBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, Request<B>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Some(subject) = self.layer.0.subject(&request) else {
            return ResponseFuture {
                state: State::Inner {
                    inner: self.inner.call(request),
                },
            };
        };
        let shared = Arc::clone(&self.layer.0);
        // The service that was found ready is the one to call.
        let clone = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, clone);
        ResponseFuture {
            state: State::Asking {
                // A box beside a way over the network: it spares the types of the client in ours.
                asking: Box::pin(async move { shared.limiter.check_quietly(subject).await.map(drop) }),
                then: Some((ready, request)),
            },
        }
    }
}

type Asking = Pin<Box<dyn Future<Output = Result<(), SharedRefusal>> + Send>>;

pin_project! {
    #[project = StateProject]
    enum State<S, Q>
    where
        S: Service<Q>,
    {
        Asking {
            asking: Asking,
            then: Option<(S, Q)>,
        },
        Inner {
            #[pin]
            inner: S::Future,
        },
    }
}

pin_project! {
    /// The response future of [`SharedLimitService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, Q>
    where
        S: Service<Q>,
    {
        #[pin]
        state: State<S, Q>,
    }
}

impl<S, B, R> Future for ResponseFuture<S, Request<B>>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Output = Result<Response<ReplyBody<R>>, S::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let mut this = self.as_mut().project();
            let inner = match this.state.as_mut().project() {
                StateProject::Inner { inner } => {
                    return Poll::Ready(
                        ready!(inner.poll(cx)).map(|response| response.map(ReplyBody::inner)),
                    );
                }
                StateProject::Asking { asking, then } => {
                    if let Err(refusal) = ready!(asking.as_mut().poll(cx)) {
                        #[cfg(feature = "events")]
                        if let (SharedRefusal::Quota(refusal), Some((_, request))) = (&refusal, &*then) {
                            crate::events::limited(
                                &crate::events::Context::of_request(request),
                                crate::client::Client::of(request.extensions()).key(),
                                refusal.limit(),
                            );
                        }
                        return Poll::Ready(Ok(refusal.into_response()));
                    }
                    match then.take() {
                        Some((mut service, request)) => service.call(request),
                        // It was polled after its end.
                        None => return Poll::Pending,
                    }
                }
            };
            this.state.set(State::Inner { inner });
        }
    }
}

impl<S: Service<Q>, Q> fmt::Debug for ResponseFuture<S, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
