//! From an admin request to its answer.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_service::Service;

use super::action::Action;
use super::answer::{Answer, json, keep_out, refused, wrong_method};
use super::entry::{self, Opener};
use crate::server::body::{BodyError, RequestBody};

/// Far above a level or `on`.
const MAX_BODY: usize = 4096;

/// The admin listener's service.
#[derive(Clone)]
pub(super) struct AdminService(Arc<Shared>);

struct Shared {
    opener: Opener,
    hosts: Vec<String>,
    actions: BTreeMap<String, Action>,
}

impl AdminService {
    pub(super) fn new(opener: Opener, hosts: Vec<String>, actions: BTreeMap<String, Action>) -> Self {
        Self(Arc::new(Shared {
            opener,
            hosts,
            actions,
        }))
    }
}

impl Service<Request<RequestBody>> for AdminService {
    type Response = Answer;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let shared = Arc::clone(&self.0);
        Box::pin(async move { Ok(shared.answer(request).await) })
    }
}

impl Shared {
    async fn answer(&self, request: Request<RequestBody>) -> Answer {
        if let Err(refusal) = entry::check(&request, &self.hosts, &*self.opener) {
            #[cfg(feature = "events")]
            if matches!(refusal, entry::Refusal::Token) {
                crate::events::authn_login_fail(&crate::events::Context::of_request(&request));
            }
            tracing::warn!(?refusal, "an admin request was refused");
            return keep_out(refusal);
        }
        let name = request.uri().path().trim_start_matches('/').to_owned();
        let Some(action) = self.actions.get(&name) else {
            return refused(StatusCode::NOT_FOUND, "no such action");
        };
        if request.method() != Method::POST {
            return wrong_method();
        }
        let body = match Limited::new(request.into_body(), MAX_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return refused(StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 4 KiB");
            }
            Err(error) if error.downcast_ref().is_some_and(BodyError::is_timeout) => {
                return refused(StatusCode::REQUEST_TIMEOUT, "the body came too slowly");
            }
            Err(_) => return refused(StatusCode::BAD_REQUEST, "the body could not be read"),
        };
        let Ok(body) = String::from_utf8(body.to_vec()) else {
            return refused(StatusCode::BAD_REQUEST, "the body is no text");
        };
        // A task of its own: a client that leaves must not leave half of it undone.
        match tokio::spawn(action(body)).await {
            Ok(Ok(detail)) => {
                tracing::info!(action = name, detail, "an admin action was done");
                json(StatusCode::OK, "done", &detail)
            }
            Ok(Err(error)) => {
                tracing::warn!(action = name, %error, "an admin action was not done");
                refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string())
            }
            Err(_) => {
                tracing::error!(action = name, "an admin action panicked");
                refused(StatusCode::INTERNAL_SERVER_ERROR, "the action failed")
            }
        }
    }
}
