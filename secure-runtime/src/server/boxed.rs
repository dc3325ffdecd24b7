//! A service without its type, for listeners where a box a request does not matter.

use std::convert::Infallible;
use std::error::Error;
use std::fmt::{self, Display};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::body::RequestBody;

type BoxError = Box<dyn Error + Send + Sync>;
/// The body of a boxed response.
pub(super) type BoxBody = UnsyncBoxBody<Bytes, BoxError>;
type Answer = Pin<Box<dyn Future<Output = Result<Response<BoxBody>, Infallible>> + Send>>;

/// A service without its type.
#[derive(Clone)]
pub(super) struct BoxService(Arc<dyn Fn(Request<RequestBody>) -> Answer + Send + Sync>);

impl BoxService {
    pub(super) fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Display,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        // A service need not be `Sync`; cloning it under a lock makes it so.
        let service = Mutex::new(service);
        Self(Arc::new(move |request| {
            let service = service.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Box::pin(answer(service, request))
        }))
    }
}

async fn answer<S, B>(mut service: S, request: Request<RequestBody>) -> Result<Response<BoxBody>, Infallible>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Display,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    // The error need not be `Send`, so it must not live across an await: its text does.
    let ready = poll_fn(|cx| service.poll_ready(cx).map_err(|error| error.to_string())).await;
    let response = match ready {
        Ok(()) => {
            let response = service.call(request);
            response.await.map_err(|error| error.to_string())
        }
        Err(error) => Err(error),
    };
    Ok(match response {
        Ok(response) => response.map(|body| UnsyncBoxBody::new(Uniform { body })),
        Err(error) => {
            tracing::error!(%error, "the service failed");
            let mut response = Response::new(UnsyncBoxBody::default());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    })
}

impl Service<Request<RequestBody>> for BoxService {
    type Response = Response<BoxBody>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RequestBody>) -> Answer {
        (self.0)(request)
    }
}

pin_project! {
    /// A body with everybody's data and error types; http-body-util's `map_frame` would forget the length.
    struct Uniform<B> {
        #[pin]
        body: B,
    }
}

impl<B> Body for Uniform<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.project().body.poll_frame(cx).map(|frame| {
            frame.map(|frame| match frame {
                Ok(frame) => Ok(frame.map_data(|mut data| data.copy_to_bytes(data.remaining()))),
                Err(error) => Err(error.into()),
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl fmt::Debug for BoxService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxService").finish_non_exhaustive()
    }
}
