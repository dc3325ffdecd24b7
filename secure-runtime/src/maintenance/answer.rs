//! The 503: a page or a problem.

use std::{fmt::Write, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};

use super::notice::Notice;
use crate::{accept::prefers_html, html::Escaped, problem::Problem};

const STYLE: &str = include_str!("style.css");

/// Allows the page's own style, by its hash, and nothing else: stricter than a nonce, and in need of no other layer.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'sha256-6C90BfBw/e313hWWS8nXfQx42wuznyVF4kNLqeZJRd0='; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);

/// What kind of answer a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    html: bool,
    head: bool,
}

impl Form {
    pub(super) fn of<B>(request: &Request<B>) -> Self {
        Self {
            html: prefers_html(request.headers()),
            head: request.method() == Method::HEAD,
        }
    }
}

/// The answer; `wait` is for a notice that does not say.
pub(super) fn answer(notice: &Notice, wait: Duration, form: Form) -> Response<Bytes> {
    let wait = notice.wait_time().unwrap_or(wait);
    let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE).retry_after(wait);
    if let Some(text) = notice.text() {
        problem = problem.detail(text.to_owned());
    }
    let mut response: Response<Bytes> = problem.into_response();
    if form.html {
        *response.body_mut() = page(notice, wait).into();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    }
    let length = response.body().len();
    let headers = response.headers_mut();
    // Written here, because a server cannot know it from the empty body of a HEAD.
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if form.head {
        *response.body_mut() = Bytes::new();
    }
    response
}

/// A page without scripts, pictures or anything fetched.
fn page(notice: &Notice, wait: Duration) -> String {
    let mut page = String::with_capacity(STYLE.len() + 1024);
    page.push_str("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.push_str(
        "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">",
    );
    page.push_str("<title>Maintenance</title><style>");
    page.push_str(STYLE);
    let text = notice
        .text()
        .unwrap_or("The service is being worked on. Nothing is lost; it will be back.");
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        page,
        "</style></head><body><main><h1>Down for maintenance</h1><p>{}</p><p class=\"wait\">Please try again in {}.</p></main></body></html>",
        Escaped(text),
        words(wait)
    );
    page
}

/// A time as people say it, rounded up.
fn words(wait: Duration) -> String {
    let seconds = wait.as_secs().max(1);
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds.div_ceil(60), "minute"),
        7_200..172_800 => (seconds.div_ceil(3_600), "hour"),
        _ => (seconds.div_ceil(86_400), "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_say_them() {
        for (seconds, want) in [
            (0, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (601, "11 minutes"),
            (7_200, "2 hours"),
            (172_800, "2 days"),
            (30 * 86_400, "30 days"),
        ] {
            assert_eq!(words(Duration::from_secs(seconds)), want);
        }
    }

    #[test]
    fn a_message_is_no_markup() {
        let notice = Notice::new().message("<script>alert(1)</script>");
        let html = page(&notice, Duration::from_secs(5));
        assert!(html.contains("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"));
    }
}
