//! The service that answers 503 while it is shut.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{
    answer::{Form, answer},
    layer::MaintenanceLayer,
};
use crate::body::ReplyBody;

/// Answers 503 while its switch is on; see the [module](super).
#[derive(Clone, Debug)]
#[must_use]
pub struct MaintenanceService<S> {
    inner: S,
    layer: MaintenanceLayer,
}

impl<S> MaintenanceService<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, layer: MaintenanceLayer) -> Self {
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

impl<S, B, R> Service<Request<B>> for MaintenanceService<S>
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
        if self.layer.0.switch.is_on() {
            return self.call_while_on(request);
        }
        ResponseFuture {
            kind: Kind::Inner {
                future: self.inner.call(request),
            },
        }
    }
}

impl<S> MaintenanceService<S> {
    /// Apart, for who looks at a request copies it.
    #[cold]
    fn call_while_on<B>(&mut self, request: Request<B>) -> ResponseFuture<S::Future>
    where
        S: Service<Request<B>>,
    {
        let kind = if self.layer.0.allows(&request) {
            Kind::Inner {
                future: self.inner.call(request),
            }
        } else {
            Kind::Refused {
                layer: self.layer.clone(),
                form: Form::of(&request),
            }
        };
        ResponseFuture { kind }
    }
}

pin_project! {
    /// The response future of [`MaintenanceService`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        kind: Kind<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = Projected]
    enum Kind<F> {
        Inner {
            #[pin]
            future: F,
        },
        Refused {
            layer: MaintenanceLayer,
            form: Form,
        },
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok(match self.project().kind.project() {
            Projected::Inner { future } => ready!(future.poll(cx))?.map(ReplyBody::inner),
            Projected::Refused { layer, form } => {
                // It may have been opened just now: the answer is still true of the moment it was asked.
                let notice = layer.0.switch.notice().unwrap_or_default();
                answer(&notice, layer.0.wait, *form).map(|body: Bytes| {
                    if body.is_empty() {
                        ReplyBody::empty()
                    } else {
                        ReplyBody::own(body)
                    }
                })
            }
        }))
    }
}
