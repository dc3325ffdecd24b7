//! What a policy answers: made once for each origin, by tower-http's engine.

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};
use tower_layer::Layer;
use tower_service::Service;

use super::policy::CorsPolicy;

/// What is answered to whom.
#[derive(Debug)]
pub(super) enum Answers {
    /// The same to everyone: `*`.
    Anyone(Answer),
    /// To these origins, in their order, and nothing to others.
    Listed(Vec<(HeaderValue, Answer)>),
}

/// The headers that an origin gets.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Of a preflight's answer.
    pub(super) preflight: Vec<(HeaderName, HeaderValue)>,
    /// Of any other answer.
    pub(super) actual: Vec<(HeaderName, HeaderValue)>,
}

impl Answers {
    /// The answers of a policy without findings.
    pub(super) fn of(policy: &CorsPolicy) -> Self {
        if policy.origins.iter().any(|origin| origin == "*") {
            let engine = engine(policy).allow_origin(AllowOrigin::any());
            return Self::Anyone(ask(&engine, &HeaderValue::from_static("https://anyone.invalid")));
        }
        let mut listed: Vec<_> = policy
            .origins
            .iter()
            .filter_map(|origin| HeaderValue::from_str(origin).ok())
            .map(|origin| {
                let engine = engine(policy).allow_origin(AllowOrigin::list([origin.clone()]));
                let answer = ask(&engine, &origin);
                (origin, answer)
            })
            .collect();
        listed.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
        Self::Listed(listed)
    }

    /// Whether answers depend on who asks.
    pub(super) fn vary(&self) -> bool {
        match self {
            Self::Anyone(_) => false,
            Self::Listed(listed) => !listed.is_empty(),
        }
    }

    /// The place of an origin among the answers.
    #[inline]
    pub(super) fn find(&self, origin: &HeaderValue) -> Option<usize> {
        match self {
            Self::Anyone(_) => Some(0),
            Self::Listed(listed) => listed
                .binary_search_by(|(known, _)| known.as_bytes().cmp(origin.as_bytes()))
                .ok(),
        }
    }

    /// The answer at a place.
    pub(super) fn get(&self, place: usize) -> Option<&Answer> {
        match self {
            Self::Anyone(answer) => Some(answer),
            Self::Listed(listed) => listed.get(place).map(|(_, answer)| answer),
        }
    }

    /// What everyone gets, also without an `Origin`: a cache may keep it.
    pub(super) const fn for_anyone(&self) -> Option<usize> {
        match self {
            Self::Anyone(_) => Some(0),
            Self::Listed(_) => None,
        }
    }
}

fn engine(policy: &CorsPolicy) -> CorsLayer {
    let names = |texts: &[String]| -> Vec<HeaderName> {
        texts
            .iter()
            .filter_map(|text| HeaderName::from_bytes(text.as_bytes()).ok())
            .collect()
    };
    let is_any = |texts: &[String]| texts.iter().any(|text| text == "*");
    let methods = if is_any(&policy.methods) {
        AllowMethods::any()
    } else {
        let methods = policy.methods.iter();
        AllowMethods::list(methods.filter_map(|text| Method::from_bytes(text.as_bytes()).ok()))
    };
    let headers = if is_any(&policy.headers) {
        AllowHeaders::any()
    } else {
        AllowHeaders::list(names(&policy.headers))
    };
    let expose = if is_any(&policy.expose) {
        ExposeHeaders::any()
    } else {
        ExposeHeaders::list(names(&policy.expose))
    };
    CorsLayer::new()
        .allow_credentials(policy.credentials)
        .allow_methods(methods)
        .allow_headers(headers)
        .expose_headers(expose)
        .max_age(policy.max_age)
        // `Vary` is on answers to requests that the engine is not asked about, too.
        .vary([])
}

/// Asks the engine once for each kind of request.
fn ask(engine: &CorsLayer, origin: &HeaderValue) -> Answer {
    let answer = |method: Method| {
        let mut request = Request::new(());
        *request.method_mut() = method;
        let headers = request.headers_mut();
        headers.insert(header::ORIGIN, origin.clone());
        headers.insert(
            header::ACCESS_CONTROL_REQUEST_METHOD,
            HeaderValue::from_static("GET"),
        );
        let mut service = engine.layer(Nothing);
        let mut future = pin!(service.call(request));
        let headers = match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(response)) => response.into_parts().0.headers,
            // A list and a service that is ready are never waited for. Without headers nobody is let in.
            Poll::Ready(Err(_)) | Poll::Pending => HeaderMap::new(),
        };
        let cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
        headers
            .iter()
            .filter(|(name, value)| cors(name) && !value.is_empty())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    Answer {
        preflight: answer(Method::OPTIONS),
        actual: answer(Method::GET),
    }
}

/// What stands below the engine when it is asked.
#[derive(Clone, Copy)]
struct Nothing;

impl Service<Request<()>> for Nothing {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(())))
    }
}
