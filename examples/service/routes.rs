//! The pages and answers of the service.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::Either;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use secure_config::Profile;
use secure_runtime::headers::{ClearSiteData, CspNonce, SecurityHeadersLayer, SecurityHeadersService};
use secure_runtime::problem::Problem;
use secure_runtime::route::Route;
use tower_layer::Layer;
use tower_service::Service;

use crate::accounts::Accounts;
use crate::database::Database;

/// An answer with its whole body.
pub type Answer = Response<Full<Bytes>>;

/// An answer that is not there at once. Most are, and need no box.
type Later = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

/// No answer of the demo takes longer than this, whatever is asked for.
const SLOWEST: Duration = Duration::from_secs(60);

/// Answers the service's own routes.
#[derive(Clone, Debug)]
pub struct Routes {
    /// Routes that only show how the service behaves when something goes wrong.
    trials: bool,
    /// Pages, under headers for pages.
    pages: SecurityHeadersService<Page>,
    accounts: Arc<Accounts>,
    database: Database,
}

impl Routes {
    /// The routes of a service in this profile: `/panic` and `/slow` are for development and tests.
    pub fn new(
        profile: Profile,
        pages: &SecurityHeadersLayer,
        accounts: Accounts,
        database: Database,
    ) -> Self {
        let trials = matches!(profile, Profile::Development | Profile::Test);
        Self {
            trials,
            pages: pages.for_route().layer(Page),
            accounts: Arc::new(accounts),
            database,
        }
    }
}

impl<B> Service<Request<B>> for Routes {
    type Response = Answer;
    type Error = Infallible;
    type Future = Either<Ready<Result<Answer, Infallible>>, Later>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let later = |future: Later| Either::Right(future);
        let trials = self.trials;
        let (parts, _) = request.into_parts();
        let matched = |template| Route::mark(&parts.extensions, template);
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        let answer = match parts.uri.path() {
            "/" => {
                matched("/");
                if reads {
                    json(r#"{"service":"demo","hello":"world"}"#)
                } else {
                    not_allowed("GET, HEAD")
                }
            }
            "/page" => {
                matched("/page");
                return later(Box::pin(Service::call(
                    &mut self.pages,
                    Request::from_parts(parts, ()),
                )));
            }
            "/visits" => {
                matched("/visits");
                if !reads && parts.method != Method::POST {
                    not_allowed("GET, HEAD, POST")
                } else {
                    let database = self.database.clone();
                    return later(Box::pin(async move { Ok(visits(&database, !reads).await) }));
                }
            }
            "/logout" => {
                matched("/logout");
                if parts.method == Method::POST {
                    logout()
                } else {
                    not_allowed("POST")
                }
            }
            "/guest" => {
                matched("/guest");
                if parts.method == Method::POST {
                    let accounts = Arc::clone(&self.accounts);
                    return later(Box::pin(async move { Ok(accounts.open(&parts).await) }));
                }
                not_allowed("POST")
            }
            "/account" => {
                matched("/account");
                if reads {
                    self.accounts.who(&parts.headers)
                } else {
                    not_allowed("GET, HEAD")
                }
            }
            "/account/token" => {
                matched("/account/token");
                if parts.method == Method::POST {
                    let accounts = Arc::clone(&self.accounts);
                    return later(Box::pin(async move { Ok(accounts.change_token(&parts).await) }));
                }
                not_allowed("POST")
            }
            "/panic" if trials => {
                matched("/panic");
                return later(Box::pin(async { panic!("asked to") }));
            }
            "/slow" if trials => {
                matched("/slow");
                let wait = wait(parts.uri.query().unwrap_or_default());
                return later(Box::pin(async move {
                    tokio::time::sleep(wait).await;
                    Ok(json(r#"{"slow":true}"#))
                }));
            }
            _ => Problem::new(StatusCode::NOT_FOUND).into_response(),
        };
        Either::Left(ready(Ok(answer)))
    }
}

/// Answers 404: what a listener without routes of its own has behind its layers.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl<B> Service<Request<B>> for Nowhere {
    type Response = Answer;
    type Error = Infallible;
    type Future = Ready<Result<Answer, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(Problem::new(StatusCode::NOT_FOUND).into_response()))
    }
}

/// Answers with a page.
#[derive(Clone, Copy, Debug)]
pub struct Page;

impl Service<Request<()>> for Page {
    type Response = Answer;
    type Error = Infallible;
    type Future = Ready<Result<Answer, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return ready(Ok(not_allowed("GET, HEAD")));
        }
        let nonce = CspNonce::of(request.extensions());
        let html = page(nonce.as_ref().map(CspNonce::as_str));
        ready(Ok(with_type("text/html; charset=utf-8", html)))
    }
}

/// Returns the page, with the nonce of its response for its style and its script.
pub fn page(nonce: Option<&str>) -> String {
    let nonce = nonce
        .map(|nonce| format!(" nonce=\"{nonce}\""))
        .unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Demo</title>\
         <style{nonce}>body{{font-family:system-ui;margin:4rem auto;max-width:40rem;padding:0 1rem}}</style>\
         <h1>Demo</h1><p id=\"hello\">Scripts without this page's nonce do not run.</p>\
         <script{nonce}>document.getElementById('hello').textContent+=' This one did.'</script>"
    )
}

/// How many visits there were; a `POST` is one.
async fn visits(database: &Database, is_one: bool) -> Answer {
    match database.visits(is_one).await {
        Ok(count) => json(format!(r#"{{"visits":{count}}}"#)),
        Err(error) => {
            tracing::error!(
                error = &*error as &(dyn std::error::Error + 'static),
                "no answer of the database"
            );
            Problem::new(StatusCode::SERVICE_UNAVAILABLE).into_response()
        }
    }
}

/// An answer in JSON.
pub fn json(text: impl Into<Bytes>) -> Answer {
    with_type("application/json", text)
}

fn with_type(media_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

fn logout() -> Answer {
    let mut answer = json(r#"{"logged_out":true}"#);
    ClearSiteData::logout().insert_into(answer.headers_mut());
    answer
}

fn not_allowed(methods: &'static str) -> Answer {
    let mut answer: Answer = Problem::new(StatusCode::METHOD_NOT_ALLOWED).into_response();
    answer
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(methods));
    answer
}

/// The `ms` of a query.
fn wait(query: &str) -> Duration {
    let millis = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("ms=")?.parse().ok());
    Duration::from_millis(millis.unwrap_or(1_000)).min(SLOWEST)
}
