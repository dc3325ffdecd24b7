//! The answers of the admin listener: short JSON, never cached.

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use http::{Response, StatusCode};
use http_body_util::Full;

use super::entry::Refusal;

pub(super) type Answer = Response<Full<Bytes>>;

/// `{"status":…,"detail":…}` with the code.
pub(super) fn json(code: StatusCode, status: &str, detail: &str) -> Answer {
    let mut body = String::with_capacity(detail.len() + 48);
    body.push_str("{\"status\":\"");
    escape(status, &mut body);
    body.push_str("\",\"detail\":\"");
    escape(detail, &mut body);
    body.push_str("\"}\n");
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

pub(super) fn refused(code: StatusCode, detail: &str) -> Answer {
    json(code, "refused", detail)
}

/// The answer to who may not come in.
pub(super) fn keep_out(refusal: Refusal) -> Answer {
    match refusal {
        Refusal::Host => refused(StatusCode::MISDIRECTED_REQUEST, "unknown host"),
        Refusal::Origin => refused(StatusCode::FORBIDDEN, "not for browsers"),
        Refusal::Token => {
            let mut answer = refused(StatusCode::UNAUTHORIZED, "a bearer token is needed");
            answer
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            answer
        }
    }
}

pub(super) fn wrong_method() -> Answer {
    let mut answer = refused(StatusCode::METHOD_NOT_ALLOWED, "only POST");
    answer
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("POST"));
    answer
}

/// Escapes what RFC 8259 §7 asks for.
fn escape(text: &str, into: &mut String) {
    for char in text.chars() {
        match char {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            char if char.is_control() => {
                into.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            char => into.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out_of_its_string() {
        let mut escaped = String::new();
        escape("a\"b\\c\nd\u{1b}e\u{7f}é", &mut escaped);
        assert_eq!(escaped, "a\\\"b\\\\c\\nd\\u001be\\u007fé");
    }
}
