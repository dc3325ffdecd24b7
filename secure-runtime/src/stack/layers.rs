//! The layers of a stack, and what they do before a handler runs.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::record::Answering;
use crate::{
    body_limit::{says_more_than, too_large},
    client::ClientLayer,
    headers::SecurityHeadersLayer,
    health::HealthLayer,
    route::RouteTable,
};

/// The layers of a stack. Those that are `None` cost a comparison.
#[derive(Clone, Debug)]
pub(super) struct Layers {
    pub(super) client: ClientLayer,
    #[cfg(feature = "sentry")]
    pub(super) sentry: crate::sentry::SentryLayer,
    #[cfg(feature = "metrics")]
    pub(super) metrics: Option<crate::metrics::MetricsLayer>,
    pub(super) routes: Option<RouteTable>,
    pub(super) headers: SecurityHeadersLayer,
    pub(super) health: Option<HealthLayer>,
    #[cfg(feature = "security-txt")]
    pub(super) security_txt: Option<crate::security_txt::SecurityTxtLayer>,
    #[cfg(feature = "cors")]
    pub(super) cors: Option<crate::cors::CorsLayer>,
    #[cfg(feature = "maintenance")]
    pub(super) maintenance: Option<crate::maintenance::MaintenanceLayer>,
    #[cfg(feature = "limit")]
    pub(super) limit: Option<crate::limit::LimitLayer>,
    pub(super) max_body_bytes: usize,
    pub(super) request_timeout: Duration,
}

impl Layers {
    /// Whether requests are counted.
    #[inline]
    pub(super) fn is_counting(&self) -> bool {
        #[cfg(feature = "metrics")]
        return self
            .metrics
            .as_ref()
            .is_some_and(crate::metrics::MetricsLayer::is_on);
        #[cfg(not(feature = "metrics"))]
        false
    }

    /// The answer of the first layer that lets nobody below have the request; in the order of the [module](super).
    ///
    /// What layers have to say in the answer, theirs or the handler's, is noted.
    pub(super) fn answer<B>(
        &self,
        request: &Request<B>,
        #[cfg_attr(
            not(any(feature = "cors", feature = "limit")),
            expect(unused_variables, reason = "these alone have something to say in an answer")
        )]
        answering: &mut Answering,
    ) -> Option<Box<Response<Bytes>>> {
        if let Some(answer) = self
            .health
            .as_ref()
            .and_then(|health| health.health().answer(request))
        {
            return Some(Box::new(answer));
        }
        #[cfg(feature = "security-txt")]
        if let Some(answer) = self.security_txt.as_ref().and_then(|file| file.answer(request)) {
            return Some(Box::new(answer.into_response()));
        }
        #[cfg(feature = "cors")]
        if let Some(cors) = &self.cors {
            let asked = cors.ask(request);
            answering.cors = Some(asked);
            if asked.is_preflight {
                return Some(Box::new(cors.preflight(asked)));
            }
        }
        #[cfg(feature = "maintenance")]
        if let Some(answer) = self
            .maintenance
            .as_ref()
            .and_then(|maintenance| maintenance.answer(request))
        {
            return Some(answer);
        }
        #[cfg(feature = "limit")]
        if let Some(limit) = &self.limit {
            match limit.decide(request, Some(answering.client)) {
                crate::limit::Decision::Pass(told) => answering.limit = told,
                crate::limit::Decision::Refuse { told, answer } => {
                    answering.limit = told;
                    return Some(Box::new(answer.into_response()));
                }
            }
        }
        if says_more_than(self.max_body_bytes, request.headers()) {
            return Some(Box::new(too_large()));
        }
        None
    }
}
