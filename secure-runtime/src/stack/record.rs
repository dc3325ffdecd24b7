//! What the layers know of a request on its way.

use std::sync::Arc;

use bytes::Buf;
use http::{Request, Response, StatusCode};
use http_body::Frame;

use super::layers::Layers;
use crate::{
    access_log::Line,
    body_limit::Excess,
    client::Client,
    headers::Situation,
    request_id::{RequestId, RequestSpan, Scope, X_REQUEST_ID, identify},
    route::Route,
};

/// A request on its way. It goes from the future to the response's body, in a box, so that neither is large to move.
pub(super) struct Record {
    pub(super) answering: Answering,
    pub(super) telling: Telling,
    /// After what is told within it.
    pub(super) within: Within,
}

/// Where everything below runs.
pub(super) struct Within {
    /// Until the answer has it.
    id: Option<RequestId>,
    #[cfg(feature = "sentry")]
    tracked: Option<Box<crate::sentry::Tracked>>,
    span: RequestSpan,
}

/// What is to be done to the answer.
pub(super) struct Answering {
    situation: Situation,
    pub(super) excess: Excess,
    #[cfg(feature = "limit")]
    pub(super) client: Client,
    #[cfg(feature = "cors")]
    pub(super) cors: Option<crate::cors::Asked>,
    #[cfg(feature = "limit")]
    pub(super) limit: Option<Box<crate::limit::Told>>,
}

/// What is told of the request when its answer has been sent, or when nobody wants it any more: once, whatever happens.
pub(super) struct Telling {
    layers: Arc<Layers>,
    /// `None` if nothing is told.
    route: Option<Route>,
    #[cfg(feature = "metrics")]
    measure: Option<crate::metrics::Measure>,
    line: Option<Line>,
}

impl Record {
    /// What the outer layers do to a request.
    #[inline]
    pub(super) fn begin<B>(layers: &Arc<Layers>, request: &mut Request<B>) -> Box<Self> {
        layers.client.tell(request);
        let (id, span) = identify(request);
        #[cfg(feature = "sentry")]
        let tracked = layers.sentry.track(request);
        let client = Client::of(request.extensions());
        let line = Line::start(request, client);
        let is_told = line.is_some() || layers.is_counting();
        let route = is_told.then(|| Route::of(request.extensions_mut()));
        // From here on it is told of, whatever happens.
        let telling = Telling {
            layers: Arc::clone(layers),
            route,
            #[cfg(feature = "metrics")]
            measure: layers
                .metrics
                .as_ref()
                .and_then(|metrics| metrics.start(request.method())),
            line,
        };
        if let Some(template) = layers
            .routes
            .as_ref()
            .and_then(|routes| routes.find(request.uri().path()))
        {
            Route::mark(request.extensions(), template);
        }
        Box::new(Self {
            answering: Answering {
                situation: layers
                    .headers
                    .situation(request.extensions_mut(), client.is_secure()),
                excess: Excess::default(),
                #[cfg(feature = "limit")]
                client,
                #[cfg(feature = "cors")]
                cors: None,
                #[cfg(feature = "limit")]
                limit: None,
            },
            telling,
            within: Within {
                id: Some(id),
                #[cfg(feature = "sentry")]
                tracked,
                span,
            },
        })
    }

    /// Does to an answer what the layers have to do; `is_end` says whether it has no body to wait for.
    #[inline]
    pub(super) fn finish<B>(&mut self, response: &mut Response<B>, is_end: bool) {
        self.answering.finish(&self.telling.layers, response);
        self.telling.respond(response.status(), is_end);
        self.within.respond(response);
    }

    /// Lets go of what is left of a request, where all of it ran, and tells; also where that panics.
    pub(super) fn leave(&mut self, let_go: impl FnOnce()) {
        let Self { telling, within, .. } = self;
        within.run(|| {
            let _telling = AtEnd(telling);
            let_go();
        });
    }
}

impl Within {
    /// Does something where everything below runs: in the span, the scope and the hub of the request.
    #[inline]
    pub(super) fn run<T>(&mut self, act: impl FnOnce() -> T) -> T {
        // A body is sent without the id: the answer has it.
        let _scope = self.id.is_some().then(|| Scope::enter(&mut self.id));
        let _entered = self.span.enter();
        #[cfg(feature = "sentry")]
        if let Some(tracked) = &self.tracked {
            return tracked.within(act);
        }
        act()
    }

    /// A response has begun.
    #[inline]
    fn respond<B>(&mut self, response: &mut Response<B>) {
        #[cfg(feature = "sentry")]
        if let Some(tracked) = &self.tracked {
            tracked.respond(response.status());
        }
        if let Some(id) = self.id.take() {
            // A response with more headers than a map can hold goes without.
            let _ = response
                .headers_mut()
                .try_insert(&X_REQUEST_ID, id.into_header_value());
        }
    }
}

impl Answering {
    #[inline]
    fn finish<B>(&mut self, layers: &Layers, response: &mut Response<B>) {
        #[cfg(feature = "limit")]
        if let Some(told) = self.limit.take() {
            told.add_to(response.headers_mut());
        }
        #[cfg(feature = "cors")]
        if let (Some(cors), Some(asked)) = (&layers.cors, self.cors) {
            cors.finish(asked, response.headers_mut());
        }
        layers.headers.apply(response, &self.situation);
    }
}

impl Telling {
    pub(super) fn layers(&self) -> &Layers {
        &self.layers
    }

    /// A response has begun.
    #[inline]
    fn respond(&mut self, status: StatusCode, is_end: bool) {
        #[cfg(feature = "metrics")]
        if let Some(measure) = &mut self.measure {
            measure.respond(status);
        }
        if let Some(line) = &mut self.line {
            line.respond(status, is_end);
        }
    }

    /// The body gave this, and has ended with it or not.
    #[inline]
    pub(super) fn frame<D: Buf, E>(&mut self, frame: &Option<Result<Frame<D>, E>>, is_end: bool) {
        if let Some(line) = &mut self.line {
            line.frame(frame, is_end);
        }
        if is_end {
            self.end();
        }
    }

    /// Tells, if that has not been done.
    #[inline]
    pub(super) fn end(&mut self) {
        let Some(route) = self.route.take() else { return };
        route.tell(|told| {
            #[cfg(feature = "metrics")]
            if let (Some(metrics), Some(measure)) = (&self.layers.metrics, &self.measure) {
                metrics.end(measure, told);
            }
            if let Some(line) = &self.line {
                line.write(told);
            }
        });
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.end();
    }
}

/// Tells of a request when it is dropped.
struct AtEnd<'a>(&'a mut Telling);

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
