//! The service that a stack makes of a handler.

use std::{
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{
    body::ResponseBody,
    future::{ResponseFuture, State, internal_error},
    layers::Layers,
    record::{Answering, Record},
};
use crate::{body_limit::LimitedBody, catch_panic::discard};

/// A handler with the layers of a [`SecureStack`](super::SecureStack) around it.
///
/// It is always ready: a probe is answered while the handler is not, and a request to the handler waits for it in its own future.
#[must_use]
pub struct SecureService<S> {
    inner: S,
    layers: Arc<Layers>,
    sharing: Sharing,
}

/// Whom the count of users of the layers is shared with.
///
/// Each request holds on to the layers. A service that serves a connection soon has a list of them to itself, so that processors do not
/// fight for the count; one that is cloned for a single request does without.
#[derive(Clone, Copy, Debug)]
enum Sharing {
    /// With the service that it is a clone of; nothing was served yet.
    Unused,
    /// The same, after one request.
    Used,
    /// With nobody that serves more than one request.
    Own,
}

impl<S> SecureService<S> {
    pub(super) fn new(inner: S, layers: &Layers) -> Self {
        Self {
            inner,
            layers: Arc::new(layers.clone()),
            sharing: Sharing::Own,
        }
    }

    /// Decides before a request whom the layers are shared with.
    #[inline]
    fn share(&mut self) {
        match self.sharing {
            Sharing::Own => {}
            Sharing::Unused => self.sharing = Sharing::Used,
            Sharing::Used => {
                self.layers = Arc::new(Layers::clone(&self.layers));
                self.sharing = Sharing::Own;
            }
        }
    }

    /// The handler.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The handler, to change.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Unwraps the handler.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: Clone> Clone for SecureService<S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            layers: Arc::clone(&self.layers),
            sharing: Sharing::Unused,
        }
    }
}

impl<S, B, R> Service<Request<B>> for SecureService<S>
where
    S: Service<Request<LimitedBody<B>>, Response = Response<R>> + Clone,
    B: Body,
    R: Body,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, B>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        self.share();
        let mut record = Record::begin(&self.layers, &mut request);
        let mut state = State::Done;
        let Record {
            answering, within, ..
        } = &mut *record;
        let layers = &*self.layers;
        within.run(|| {
            // The handler is called again after a panic, as any service of a server is from other threads; what it shares must be
            // able to bear that (mutexes poison).
            let start = || state = start(&mut self.inner, layers, answering, request);
            if let Err(payload) = catch_unwind(AssertUnwindSafe(start)) {
                discard(payload);
                state = State::Answered {
                    answer: Some(Box::new(internal_error())),
                };
            }
        });
        ResponseFuture::new(state, record)
    }
}

/// Answers a request, or hands it on.
#[inline]
fn start<S, B>(
    inner: &mut S,
    layers: &Layers,
    answering: &mut Answering,
    request: Request<B>,
) -> State<S, B, S::Future, S::Error>
where
    S: Service<Request<LimitedBody<B>>> + Clone,
    B: Body,
{
    if let Some(answer) = layers.answer(&request, answering) {
        return State::Answered { answer: Some(answer) };
    }
    let request = request.map(|body| LimitedBody::new(body, layers.max_body_bytes));
    answering.excess = request.body().excess();
    match inner.poll_ready(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(())) => State::Called {
            future: inner.call(request),
        },
        // Readiness is per handle: the one that waits goes with its request, and a clone serves the next one.
        Poll::Pending => {
            let next = inner.clone();
            State::Waiting {
                call: Some(Box::new((mem::replace(inner, next), request))),
            }
        }
        // One that has failed is of no use any more.
        Poll::Ready(Err(error)) => {
            *inner = inner.clone();
            State::Failed { error: Some(error) }
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for SecureService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureService")
            .field("inner", &self.inner)
            .field("layers", &self.layers)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, future};

    use bytes::Bytes;
    use http_body_util::{Empty, Full};

    use super::*;
    use crate::{headers::SecurityHeaders, stack::SecureStack};

    #[derive(Clone)]
    struct Hello;

    impl<B> Service<Request<B>> for Hello {
        type Response = Response<Full<Bytes>>;
        type Error = Infallible;
        type Future = future::Ready<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<B>) -> Self::Future {
            future::ready(Ok(Response::new(Full::default())))
        }
    }

    #[test]
    fn a_service_of_several_requests_has_the_layers_to_itself() {
        use tower_layer::Layer as _;

        let first = SecureStack::new(SecurityHeaders::api().build().unwrap()).layer(Hello);
        let mut clone = first.clone();
        let mut call = || {
            drop(clone.call(Request::new(Empty::<Bytes>::new())));
            Arc::ptr_eq(&clone.layers, &first.layers)
        };
        assert!(call(), "one request is not worth a copy");
        assert!(!call());
        let own = Arc::as_ptr(&clone.layers);
        drop(clone.call(Request::new(Empty::<Bytes>::new())));
        assert_eq!(Arc::as_ptr(&clone.layers), own);
    }
}
