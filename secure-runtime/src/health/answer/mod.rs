//! From a request to an answer.

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use super::handle::Health;
use super::timestamp::Timestamp;
use crate::accept::prefers_html;

mod access;
mod json;
mod page;
mod text;

pub(super) use access::Access;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endpoint {
    /// `/health`: everything the asker may see.
    Health,
    /// `/health/live`: whether the process answers.
    Live,
    /// `/health/ready`: whether it takes requests.
    Ready,
}

impl Endpoint {
    const ALL: [Self; 3] = [Self::Health, Self::Live, Self::Ready];

    const fn path(self) -> &'static str {
        match self {
            Self::Health => "/health",
            Self::Live => "/health/live",
            Self::Ready => "/health/ready",
        }
    }

    fn of(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.path() == path)
    }
}

impl Health {
    /// The answer to a request for `/health`, `/health/live` or `/health/ready`; `None` for any other path.
    ///
    /// It waits for nothing: the results are there already. `HEAD` has the same headers as `GET`; other methods get a 405.
    ///
    /// # Security
    ///
    /// Details are shown only on the metrics and admin listeners (by the [`Connection`](crate::connection::Connection) among the request's
    /// extensions), to the holder of the token, and in the development profile. An error's text is never shown.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use http::{Request, StatusCode};
    /// use secure_runtime::health::Health;
    ///
    /// let health = Health::builder().start()?;
    /// let request = Request::get("/health/ready").body(())?;
    /// let answer = health.answer(&request).expect("a path of health");
    /// assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "it has not begun to serve");
    ///
    /// health.lifecycle().serve();
    /// let answer = health.answer(&request).expect("a path of health");
    /// assert_eq!(answer.status(), StatusCode::OK);
    ///
    /// assert!(health.answer(&Request::get("/orders").body(())?).is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn answer<B>(&self, request: &Request<B>) -> Option<Response<Bytes>> {
        let endpoint = Endpoint::of(request.uri().path())?;
        #[cfg(feature = "route")]
        crate::route::Route::mark(request.extensions(), endpoint.path());
        let head = match *request.method() {
            Method::GET => false,
            Method::HEAD => true,
            _ => return Some(method_not_allowed()),
        };
        if endpoint != Endpoint::Live {
            self.warn_if_stuck();
        }
        let timestamp = Timestamp::now();
        let timestamp = timestamp.as_str();
        let html = prefers_html(request.headers());
        let (code, text) = match endpoint {
            Endpoint::Live => {
                let text = if html {
                    page::alive(timestamp)
                } else {
                    json::brief("alive", timestamp)
                };
                (StatusCode::OK, text)
            }
            Endpoint::Health if self.access().details(request) => {
                let report = self.report();
                let text = if html {
                    page::detailed(&report, timestamp)
                } else {
                    json::detailed(&report, timestamp)
                };
                (report.status.code(), text)
            }
            Endpoint::Health | Endpoint::Ready => {
                let status = self.status();
                let text = if html {
                    page::brief(status, timestamp)
                } else {
                    json::brief(status.as_str(), timestamp)
                };
                (status.code(), text)
            }
        };
        Some(response(code, html, head, text))
    }
}

fn response(code: StatusCode, html: bool, head: bool, text: String) -> Response<Bytes> {
    let length = HeaderValue::from(text.len());
    let mut response = Response::new(if head { Bytes::new() } else { Bytes::from(text) });
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.reserve(5);
    let kind = if html {
        "text/html; charset=utf-8"
    } else {
        "application/json"
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    // Written here, because a server cannot know it from the empty body of a HEAD.
    headers.insert(CONTENT_LENGTH, length);
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if html {
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(page::CONTENT_SECURITY_POLICY),
        );
    }
    response
}

fn method_not_allowed() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

/// An answer is true for the moment only.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store, max-age=0");
