//! The service that limits requests.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{
    layer::{Excess, LimitLayer},
    shared::{Refused, Told, Verdict},
};
use crate::{body::ReplyBody, client::Client, problem::Problem, route::Route};

/// The problem type of draft-ietf-httpapi-ratelimit-headers for requests over a quota.
const QUOTA_EXCEEDED: (&str, &str) = (
    "https://iana.org/assignments/http-problem-types#quota-exceeded",
    "Request cannot be satisfied as assigned quota has been exceeded",
);

/// Answers 429 to requests over a quota; see the [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct LimitService<S> {
    inner: S,
    layer: LimitLayer,
}

impl<S> LimitService<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, layer: LimitLayer) -> Self {
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

impl<S, B, R> Service<Request<B>> for LimitService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<ReplyBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.layer.decide(&request, None) {
            Decision::Pass(told) => ResponseFuture {
                inner: Some(self.inner.call(request)),
                told,
                answer: None,
            },
            Decision::Refuse { told, answer } => ResponseFuture {
                inner: None,
                told,
                answer: Some(answer),
            },
        }
    }
}

/// What becomes of a request.
pub(crate) enum Decision {
    /// It passes; its client is told this.
    Pass(Option<Box<Told>>),
    /// It is answered.
    Refuse {
        told: Option<Box<Told>>,
        answer: Box<Problem>,
    },
}

impl LimitLayer {
    #[inline]
    pub(crate) fn decide<B>(&self, request: &Request<B>, client: Option<Client>) -> Decision {
        match self.shared.decide(request, client) {
            Verdict::Pass(told) => Decision::Pass(told),
            Verdict::Refuse(refused) => self.refuse(request, refused),
        }
    }

    #[cold]
    fn refuse<B>(&self, request: &Request<B>, mut refused: Refused) -> Decision {
        let told = refused.told.take();
        let excess = Excess {
            rules: &self.shared.rules,
            refused: &refused,
            extensions: request.extensions(),
        };
        #[cfg(feature = "events")]
        crate::events::limited(
            &crate::events::Context::of_request(request),
            excess.client().key(),
            excess.rules().next().unwrap_or_default(),
        );
        // No router will say it.
        if let Some(path) = excess.path() {
            Route::mark_first(request.extensions(), || path.to_owned().into());
        }
        if let Some(hook) = &self.hook {
            hook(&excess);
        }
        let problem = exceeded()
            .member("violated-policies", excess.rules())
            .retry_after(excess.retry_after());
        Decision::Refuse {
            told,
            answer: Box::new(problem),
        }
    }
}

pub(super) fn exceeded() -> Problem {
    let (uri, title) = QUOTA_EXCEEDED;
    Problem::new(StatusCode::TOO_MANY_REQUESTS).kind(uri, title)
}

pin_project! {
    /// The response future of [`LimitService`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // `None` for a request that is refused.
        #[pin]
        inner: Option<F>,
        // Boxed, for both are rare and large, and futures are moved about.
        told: Option<Box<Told>>,
        answer: Option<Box<Problem>>,
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = match this.inner.as_pin_mut() {
            Some(future) => ready!(future.poll(cx))?.map(ReplyBody::inner),
            None => this
                .answer
                .take()
                .map_or_else(exceeded, |answer| *answer)
                .into_response(),
        };
        if let Some(told) = this.told.take() {
            told.add_to(response.headers_mut());
        }
        Poll::Ready(Ok(response))
    }
}
