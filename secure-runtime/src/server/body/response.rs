//! A response's body, which tells the connection when it has ended.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::server::conn::stream::StreamState;
use crate::server::conn::watch::InFlight;

pin_project! {
    /// The body of a response as the server sends it: the service's, or none.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        inner: Option<B>,
        in_flight: Option<InFlight>,
        stream: Option<Arc<StreamState>>,
    }
}

impl<B: Body> ResponseBody<B> {
    pub(in crate::server) fn new(
        inner: Option<B>,
        in_flight: Option<InFlight>,
        stream: Option<Arc<StreamState>>,
    ) -> Self {
        let body = Self {
            inner,
            in_flight,
            stream,
        };
        if let Some(stream) = &body.stream {
            if body.is_end_stream() {
                stream.ended();
            } else {
                stream.handed_over(0);
            }
        }
        body
    }
}

impl<B: Body> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let Some(mut inner) = this.inner.as_pin_mut() else {
            return Poll::Ready(None);
        };
        let Some(stream) = this.stream else {
            return inner.poll_frame(cx);
        };
        stream.asked();
        let frame = ready!(inner.as_mut().poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                stream.handed_over(frame.data_ref().map_or(0, Buf::remaining));
                if inner.is_end_stream() {
                    stream.ended();
                }
            }
            // An error is the service's doing, not the client's.
            Some(Err(_)) | None => stream.ended(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
