//! Error bodies as `application/problem+json` (RFC 9457).
//!
//! # Rules
//!
//! 1. A client learns the status, the request's id, and what [`detail`](Problem::detail) says: nothing of what went wrong inside.
//! 2. The id is that of the request which is handled, so that a complaint finds its log lines.
//! 3. Text is escaped as JSON asks; whatever a detail holds, the body stays one object.
//!
//! # Examples
//!
//! ```
//! use bytes::Bytes;
//! use http::{Response, StatusCode};
//! use secure_runtime::problem::Problem;
//!
//! let problem = Problem::new(StatusCode::NOT_FOUND).detail("no user has this id");
//! let response: Response<Bytes> = problem.into_response();
//! assert_eq!(response.headers()["content-type"], "application/problem+json");
//! assert_eq!(
//!     response.body(),
//!     r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"no user has this id"}"#
//! );
//! ```

use std::{borrow::Cow, fmt::Write, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

/// An error as clients are told of it.
///
/// It says what the status says, and no more unless [`detail`](Self::detail) is set: a client learns
/// nothing of what went wrong inside. Made while a request is handled below the
/// [`request_id`](crate::request_id) layer, it carries the request's id.
#[derive(Clone, Debug)]
#[must_use]
pub struct Problem {
    status: StatusCode,
    /// The type's URI and title, when it says more than the status.
    kind: Option<(&'static str, &'static str)>,
    detail: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
    request_id: Option<String>,
    /// Extension members, as JSON.
    members: String,
}

impl Problem {
    /// A problem with this status.
    pub fn new(status: StatusCode) -> Self {
        #[cfg(feature = "request-id")]
        let request_id = crate::request_id::RequestId::current().map(|id| id.as_str().to_owned());
        #[cfg(not(feature = "request-id"))]
        let request_id = None;

        Self {
            status,
            kind: None,
            detail: None,
            retry_after: None,
            request_id,
            members: String::new(),
        }
    }

    /// Sets the type, a URI that stays the same, and its title.
    pub fn kind(mut self, uri: &'static str, title: &'static str) -> Self {
        self.kind = Some((uri, title));
        self
    }

    /// Adds an extension member: a list of texts. The name is one that the type defines.
    pub fn member<'a>(mut self, name: &'static str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        self.members.push_str(",\"");
        escape(&mut self.members, name);
        self.members.push_str("\":[");
        for (n, text) in texts.into_iter().enumerate() {
            self.members.push_str(if n > 0 { ",\"" } else { "\"" });
            escape(&mut self.members, text);
            self.members.push('"');
        }
        self.members.push(']');
        self
    }

    /// Says more, to be read by people.
    pub fn detail(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(text.into());
        self
    }

    /// Says when to try again: a `Retry-After` header, in whole seconds, rounded up.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The response.
    pub fn into_response<B: From<Bytes>>(self) -> Response<B> {
        let mut response = Response::new(B::from(Bytes::from(self.to_json())));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn to_json(&self) -> String {
        let mut json = String::with_capacity(160);
        let (uri, title) = self
            .kind
            .unwrap_or_else(|| ("about:blank", self.status.canonical_reason().unwrap_or("Error")));
        json.push_str(r#"{"type":""#);
        escape(&mut json, uri);
        json.push_str(r#"","title":""#);
        escape(&mut json, title);
        // Writing to a `String` cannot fail.
        let _ = write!(json, r#"","status":{}"#, self.status.as_u16());
        if let Some(detail) = &self.detail {
            json.push_str(r#","detail":""#);
            escape(&mut json, detail);
            json.push('"');
        }
        if let Some(id) = &self.request_id {
            json.push_str(r#","request_id":""#);
            escape(&mut json, id);
            json.push('"');
        }
        json.push_str(&self.members);
        json.push('}');
        json
    }
}

/// Appends text as the inside of a JSON string.
fn escape(json: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            // Also what a terminal that shows the body would obey.
            c if c.is_control() => {
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
            c => json.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_string() {
        let problem = Problem::new(StatusCode::BAD_REQUEST).detail("\"}\\\n\u{1b}\u{85}é");
        assert_eq!(
            problem.to_json(),
            r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"\"}\\\u000a\u001b\u0085é"}"#
        );
    }

    #[test]
    fn a_kind_and_its_members() {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS)
            .kind("https://example.com/p", "Too much")
            .member("policies", ["a", "b\""]);
        assert_eq!(
            problem.to_json(),
            r#"{"type":"https://example.com/p","title":"Too much","status":429,"policies":["a","b\""]}"#
        );
    }

    #[test]
    fn waits_are_rounded_up() {
        let response: Response<Bytes> = Problem::new(StatusCode::SERVICE_UNAVAILABLE)
            .retry_after(Duration::from_millis(1_001))
            .into_response();
        assert_eq!(response.headers()["retry-after"], "2");
    }

    #[test]
    fn a_status_without_a_phrase_has_a_title() {
        let problem = Problem::new(StatusCode::from_u16(599).unwrap());
        assert_eq!(
            problem.to_json(),
            r#"{"type":"about:blank","title":"Error","status":599}"#
        );
    }
}
