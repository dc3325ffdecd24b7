//! The headers of responses.

use super::Evidence;
use super::csp::{self, Weakness};
use crate::audit::facts::Headers;
use crate::audit::item::Verdict;
use crate::audit::settings::TlsTermination;

const CSP: &str = "content-security-policy";
const HSTS: &str = "strict-transport-security";

/// Six months; less is what the MDN HTTP Observatory marks down.
const LEAST_MAX_AGE: u64 = 15_768_000;

const NOT_TOLD: (&str, &str) = (
    "security headers",
    "put a SecurityHeadersLayer into the stack, and give it to Audit::headers",
);

pub(in crate::audit) fn security_headers(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    if facts.headers.is_empty() {
        return facts.missing(NOT_TOLD.0, NOT_TOLD.1);
    }
    let (mut missing, mut weak) = (Vec::new(), Vec::new());
    for headers in &facts.headers {
        let get = |name| Headers::get(&headers.secure, name);
        if get("x-content-type-options") != Some("nosniff") {
            missing.push("x-content-type-options: nosniff");
        }
        let frames = get("x-frame-options").is_some()
            || get(CSP).is_some_and(|policy| csp::has_directive(policy, "frame-ancestors"));
        if !frames {
            missing.push("x-frame-options");
        }
        match get("referrer-policy") {
            None => missing.push("referrer-policy"),
            Some("unsafe-url" | "no-referrer-when-downgrade") => missing.push("a stricter referrer-policy"),
            Some(_) => {}
        }
        for name in [
            "permissions-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "x-permitted-cross-domain-policies",
        ] {
            match get(name) {
                None => weak.push(name),
                Some("unsafe-none") => weak.push("a stricter cross-origin-opener-policy"),
                Some(_) => {}
            }
        }
    }
    let list = |mut names: Vec<&'static str>| {
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    };
    let remedy = "SecurityHeaders::api() and ::html() have them all: remove the call that takes one away";
    if !missing.is_empty() {
        return Verdict::fail(format!("responses lack {}", list(missing)), remedy);
    }
    if !weak.is_empty() {
        return Verdict::warn(format!("responses lack {}", list(weak)), remedy);
    }
    let count = facts.headers.iter().map(|headers| headers.secure.len()).min();
    Verdict::pass(format!("{} headers on every response", count.unwrap_or(0)))
}

pub(in crate::audit) fn hsts(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    if facts.headers.is_empty() {
        return facts.missing(NOT_TOLD.0, NOT_TOLD.1);
    }
    for headers in &facts.headers {
        let Some(value) = Headers::get(&headers.secure, HSTS) else {
            return Verdict::fail(
                "responses over HTTPS lack it",
                "remove without(STRICT_TRANSPORT_SECURITY)",
            );
        };
        let age = max_age(value);
        if age < LEAST_MAX_AGE {
            return Verdict::fail(
                format!("browsers forget it after {} days", age / (24 * 60 * 60)),
                "HSTS_MAX_AGE=730d, and at least half a year",
            );
        }
    }
    let is_always = facts
        .headers
        .iter()
        .all(|headers| Headers::get(&headers.plain, HSTS).is_some());
    let own_tls = facts
        .server
        .as_ref()
        .is_some_and(|server| server.certificate.is_some());
    let by_proxy = facts.settings.tls_terminated_by == TlsTermination::Proxy;
    // It goes only over connections that are known to be secure, and behind a proxy it is the proxy who knows.
    if by_proxy && !own_tls && !is_always && !facts.trusts_proxies {
        return Verdict::fail(
            "it is never sent: TLS ends at a proxy that is not trusted",
            "set TRUSTED_PROXIES to the proxy, or HSTS_ALWAYS=true",
        );
    }
    let value = facts
        .headers
        .first()
        .and_then(|headers| Headers::get(&headers.secure, HSTS));
    Verdict::pass(value.unwrap_or_default().to_owned())
}

/// Seconds of `max-age`; 0 when it cannot be read, as browsers take it (RFC 6797 §6.1).
fn max_age(value: &str) -> u64 {
    value
        .split(';')
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))
        .and_then(|(_, age)| age.trim().trim_matches('"').parse().ok())
        .unwrap_or(0)
}

pub(in crate::audit) fn content_security_policy(evidence: &Evidence<'_>) -> Verdict {
    let facts = evidence.facts;
    if facts.headers.is_empty() {
        return facts.missing(NOT_TOLD.0, NOT_TOLD.1);
    }
    let mut weaknesses: Vec<Weakness> = Vec::new();
    for headers in &facts.headers {
        match Headers::get(&headers.secure, CSP) {
            Some(policy) => weaknesses.extend(csp::weaknesses(policy)),
            None => weaknesses.push(Weakness::severe("a response has no policy".to_owned())),
        }
    }
    let list = |severe: bool| {
        let mut texts: Vec<&str> = Vec::new();
        for weakness in weaknesses.iter().filter(|weakness| weakness.severe == severe) {
            if !texts.contains(&weakness.text.as_str()) {
                texts.push(&weakness.text);
            }
        }
        texts.join("; ")
    };
    let (severe, slight) = (list(true), list(false));
    let remedy =
        "start from Csp::api() or Csp::html(), which have no such hole, and add the sources that you need";
    match (severe.is_empty(), slight.is_empty()) {
        (false, _) => Verdict::fail(severe, remedy),
        (true, false) => Verdict::warn(slight, remedy),
        (true, true) => Verdict::pass("no weak directive"),
    }
}

#[cfg(test)]
mod tests {
    use super::max_age;

    #[test]
    fn an_age_is_read_as_browsers_do() {
        for (value, age) in [
            ("max-age=63072000; includeSubDomains", 63_072_000),
            ("includeSubDomains; Max-Age = \"31536000\"", 31_536_000),
            ("max-age", 0),
            ("max-age=-1", 0),
            ("", 0),
        ] {
            assert_eq!(max_age(value), age, "{value}");
        }
    }
}
