//! Methods and header names that a policy may name.

use http::{HeaderName, Method};

use super::origin::Flaw;

/// What is wrong with a method; `*` is not one.
pub(super) fn method_flaw(name: &str) -> Option<Flaw> {
    if Method::from_bytes(name.as_bytes()).is_err() {
        return Some(("method", "is no method; write GET, PUT, DELETE"));
    }
    // The Fetch standard §2.2.1.
    let upper = name.to_ascii_uppercase();
    if matches!(upper.as_str(), "CONNECT" | "TRACE" | "TRACK") {
        return Some(("forbidden-method", "no script may send it; leave it out"));
    }
    (upper != name).then_some((
        "method-case",
        "methods are compared by case, and this one is no standard method; write it in upper case",
    ))
}

/// What is wrong with the name of a request header; `*` is not one.
pub(super) fn request_header_flaw(name: &str) -> Option<Flaw> {
    // The Fetch standard §2.2.2, forbidden request-headers.
    const FORBIDDEN: [&str; 22] = [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "access-control-request-private-network",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];
    let lower = name.to_ascii_lowercase();
    let forbidden =
        FORBIDDEN.contains(&lower.as_str()) || lower.starts_with("proxy-") || lower.starts_with("sec-");
    header_flaw(name).or(forbidden.then_some((
        "forbidden-header",
        "no script may set it, the browser does or nobody; leave it out (cookies need CORS_CREDENTIALS)",
    )))
}

/// What is wrong with the name of a response header; `*` is not one.
pub(super) fn response_header_flaw(name: &str) -> Option<Flaw> {
    let forbidden = ["set-cookie", "set-cookie2"]
        .iter()
        .any(|forbidden| name.eq_ignore_ascii_case(forbidden));
    header_flaw(name).or(forbidden.then_some(("forbidden-header", "no script may read it; leave it out")))
}

fn header_flaw(name: &str) -> Option<Flaw> {
    HeaderName::from_bytes(name.as_bytes()).is_err().then_some((
        "header",
        "is no name of a header; write content-type, authorization",
    ))
}
