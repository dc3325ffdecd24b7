//! Lets one of hyper's services be served.

use std::task::{Context, Poll};

use tower_service::Service;

/// One of hyper's services as one of tower's; from [`from_hyper`].
#[derive(Clone, Copy, Debug)]
pub struct HyperService<S>(S);

/// Makes one of hyper's services fit for [`Server::serve`](super::Server::serve).
pub const fn from_hyper<S>(service: S) -> HyperService<S> {
    HyperService(service)
}

impl<S, R> Service<R> for HyperService<S>
where
    S: hyper::service::Service<R>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.call(request)
    }
}
