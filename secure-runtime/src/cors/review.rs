//! Looks a policy over before it is built: a list of findings, and no second engine.

use std::time::Duration;

use super::{
    error::Finding,
    names::{method_flaw, request_header_flaw, response_header_flaw},
    origin::{self, Flaw},
    policy::CorsPolicy,
};

const ORIGINS: &str = "CORS_ORIGINS";
const CREDENTIALS: &str = "CORS_CREDENTIALS";
const METHODS: &str = "CORS_METHODS";
const HEADERS: &str = "CORS_HEADERS";
const EXPOSE: &str = "CORS_EXPOSE_HEADERS";
const MAX_AGE: &str = "CORS_MAX_AGE";

/// More is a list that nobody looks over.
const MAX_ORIGINS: usize = 256;

/// What Firefox caps it at; Chromium does at two hours.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Every finding, in the order of the settings.
pub(super) fn review(policy: &CorsPolicy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let credentials = policy.credentials;
    list(
        &mut findings,
        ORIGINS,
        &policy.origins,
        credentials.then_some((
            "any-origin-with-credentials",
            "any page could act with the user's session, and browsers refuse it; list the origins that need credentials",
        )),
        |origin| origin::flaw(origin, policy.profile),
    );
    if policy.origins.len() > MAX_ORIGINS {
        findings.push(Finding::new(
            "too-many-origins",
            ORIGINS,
            "more than 256 origins; what everyone may read needs none of them, but *",
        ));
    }
    if credentials && policy.origins.is_empty() {
        findings.push(Finding::new(
            "credentials-for-nobody",
            CREDENTIALS,
            "is of no use without origins; set CORS_ORIGINS",
        ));
    }
    let literal = |code, reason| credentials.then_some((code, reason));
    list(
        &mut findings,
        METHODS,
        &policy.methods,
        literal(
            "any-method-with-credentials",
            "with credentials browsers take it as a method of that name; list the methods",
        ),
        method_flaw,
    );
    list(
        &mut findings,
        HEADERS,
        &policy.headers,
        literal(
            "any-header-with-credentials",
            "with credentials browsers take it as a header of that name; list the headers",
        ),
        request_header_flaw,
    );
    list(
        &mut findings,
        EXPOSE,
        &policy.expose,
        literal(
            "expose-all-with-credentials",
            "with credentials browsers take it as a header of that name; list the headers",
        ),
        response_header_flaw,
    );
    if policy.max_age > LONGEST {
        findings.push(Finding::new(
            "max-age",
            MAX_AGE,
            "must be at most a day: what is withdrawn should end, and browsers forget it by then; set 24h or less",
        ));
    }
    findings
}

/// Looks over a list of names that may be `*` alone, unless `wildcard` says why not.
fn list(
    findings: &mut Vec<Finding>,
    setting: &'static str,
    items: &[String],
    wildcard: Option<Flaw>,
    flaw: impl Fn(&str) -> Option<Flaw>,
) {
    for (n, item) in items.iter().enumerate() {
        let found = if items[..n]
            .iter()
            .any(|earlier| earlier.eq_ignore_ascii_case(item))
        {
            Some(("duplicate", "is there twice; leave one out"))
        } else if item != "*" {
            flaw(item)
        } else if wildcard.is_some() {
            wildcard
        } else if items.len() > 1 {
            Some((
                "wildcard-beside-names",
                "means all of them; leave out * or everything else",
            ))
        } else {
            None
        };
        if let Some((code, reason)) = found {
            findings.push(Finding::new(code, setting, reason).about(n, item));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(policy: &CorsPolicy) -> Vec<&'static str> {
        review(policy).iter().map(Finding::code).collect()
    }

    fn with_session() -> CorsPolicy {
        CorsPolicy::new()
            .origin("https://app.example.com")
            .credentials(true)
    }

    #[test]
    fn the_default_and_a_listed_origin_are_fine() {
        assert_eq!(codes(&CorsPolicy::new()), [""; 0]);
        assert_eq!(codes(&with_session()), [""; 0]);
        assert_eq!(
            codes(&CorsPolicy::new().any_origin().methods(["*"]).headers(["*"])),
            [""; 0]
        );
    }

    #[test]
    fn wildcards_do_not_go_with_credentials() {
        assert_eq!(
            codes(&CorsPolicy::new().any_origin().credentials(true)),
            ["any-origin-with-credentials"]
        );
        assert_eq!(
            codes(&with_session().methods(["*"]).headers(["*"]).expose_headers(["*"])),
            [
                "any-method-with-credentials",
                "any-header-with-credentials",
                "expose-all-with-credentials"
            ]
        );
    }

    #[test]
    fn contradictions_and_duplicates() {
        assert_eq!(
            codes(&CorsPolicy::new().credentials(true)),
            ["credentials-for-nobody"]
        );
        assert_eq!(
            codes(&CorsPolicy::new().any_origin().origin("https://a.example")),
            ["wildcard-beside-names"]
        );
        assert_eq!(
            codes(&with_session().origin("https://app.example.com")),
            ["duplicate"]
        );
        assert_eq!(
            codes(&with_session().headers(["X-A", "x-a"]).methods(["PUT", "PUT"])),
            ["duplicate", "duplicate"]
        );
        let many = (0..257).map(|n| format!("https://a{n}.example"));
        assert_eq!(codes(&CorsPolicy::new().origins(many)), ["too-many-origins"]);
    }

    #[test]
    fn names_that_do_nothing() {
        let policy = with_session()
            .methods(["TRACE", "patch", "GET,POST", "connect", ""])
            .headers(["cookie", "Sec-Fetch-Mode", "x y", "Host", "x-fine"])
            .expose_headers(["Set-Cookie", ""]);
        assert_eq!(
            codes(&policy),
            [
                "forbidden-method",
                "method-case",
                "method",
                "forbidden-method",
                "method",
                "forbidden-header",
                "forbidden-header",
                "header",
                "forbidden-header",
                "forbidden-header",
                "header"
            ]
        );
    }

    #[test]
    fn ages_are_bounded() {
        assert_eq!(codes(&with_session().max_age(LONGEST)), [""; 0]);
        assert_eq!(codes(&with_session().max_age(Duration::ZERO)), [""; 0]);
        assert_eq!(
            codes(&with_session().max_age(LONGEST + Duration::from_secs(1))),
            ["max-age"]
        );
    }

    #[test]
    fn a_password_is_not_shown() {
        let policy = CorsPolicy::new().origin("https://me:hunter2hunter2@example.com");
        let text = policy.build().unwrap_err().to_string();
        assert_eq!(
            text,
            "CORS_ORIGINS: \"example.com\": an origin has no user; leave out what is before the @"
        );
    }
}
