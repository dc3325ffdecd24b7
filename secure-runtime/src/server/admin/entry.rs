//! Who may come in: the checks before an action is looked for.

use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request};

/// Whether a token opens the listener, told in constant time.
pub(super) type Opener = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// Why a request may not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Host,
    Origin,
    Token,
}

/// Checks host, origin and token, in this order.
pub(super) fn check<B>(
    request: &Request<B>,
    hosts: &[String],
    opens: &(dyn Fn(&[u8]) -> bool + Send + Sync),
) -> Result<(), Refusal> {
    if !is_for_us(request, hosts) {
        return Err(Refusal::Host);
    }
    if request.headers().contains_key(ORIGIN) {
        return Err(Refusal::Origin);
    }
    match bearer(request.headers()) {
        Some(given) if opens(given) => Ok(()),
        _ => Err(Refusal::Token),
    }
}

/// Whether every name that the request gives for its target is ours, and there is one.
fn is_for_us<B>(request: &Request<B>, hosts: &[String]) -> bool {
    let ours = |name: &str| {
        let Ok(authority) = name.parse::<Authority>() else {
            return false;
        };
        let host = authority.host().to_ascii_lowercase();
        !name.contains('@') && hosts.contains(&host)
    };
    let mut named = false;
    let header = request.headers().get_all(HOST).iter().map(HeaderValue::to_str);
    let target = request.uri().authority().map(|authority| Ok(authority.as_str()));
    for name in header.chain(target) {
        named = true;
        if !name.is_ok_and(ours) {
            return false;
        }
    }
    named
}

/// The token of a single `Authorization: Bearer` (RFC 6750 §2.1); the scheme's case does not matter.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?.as_bytes(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use secure_config::SecretString;

    use super::*;

    const TOKEN: &str = "jV0cX8mQeN3rT6yKbLp2WsZ5uHf9dGa1";

    fn ask(target: &str, headers: &[(&str, &str)]) -> Result<(), Refusal> {
        let mut request = Request::post(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let hosts = ["localhost".to_owned(), "[::1]".to_owned()];
        let token = SecretString::new(TOKEN);
        check(&request.body(()).unwrap(), &hosts, &move |given| {
            token.ct_eq(given)
        })
    }

    #[test]
    fn the_right_token_at_the_right_host_comes_in() {
        let bearer = format!("Bearer {TOKEN}");
        for host in ["localhost", "LOCALHOST:81", "[::1]:9000"] {
            assert_eq!(
                ask("/reload", &[("host", host), ("authorization", &bearer)]),
                Ok(()),
                "{host}"
            );
        }
        assert_eq!(
            ask("http://localhost/reload", &[("authorization", &bearer)]),
            Ok(()),
            "as HTTP/2 does"
        );
        let lower = format!("bearer  {TOKEN}");
        assert_eq!(
            ask("/", &[("host", "localhost"), ("authorization", &lower)]),
            Ok(())
        );
    }

    #[test]
    fn another_host_or_none_is_refused_first() {
        let bearer = format!("Bearer {TOKEN}");
        for headers in [
            &[("authorization", bearer.as_str())][..],
            &[("host", "evil.example"), ("authorization", &bearer)],
            &[("host", "localhost.evil.example"), ("authorization", &bearer)],
            &[("host", "localhost@evil.example"), ("authorization", &bearer)],
            &[
                ("host", "localhost"),
                ("host", "evil.example"),
                ("authorization", &bearer),
            ],
        ] {
            assert_eq!(ask("/reload", headers), Err(Refusal::Host), "{headers:?}");
        }
        let both = [("host", "localhost"), ("authorization", bearer.as_str())];
        assert_eq!(ask("http://evil.example/reload", &both), Err(Refusal::Host));
    }

    #[test]
    fn browsers_are_refused_even_with_the_token() {
        let bearer = format!("Bearer {TOKEN}");
        for origin in ["null", "http://localhost", ""] {
            let headers = [
                ("host", "localhost"),
                ("origin", origin),
                ("authorization", &bearer),
            ];
            assert_eq!(ask("/", &headers), Err(Refusal::Origin));
        }
    }

    #[test]
    fn another_token_is_refused() {
        let bearer = format!("Bearer {TOKEN}");
        let almost = format!("Bearer {}", &TOKEN[..31]);
        let basic = format!("Basic {TOKEN}");
        for headers in [
            &[("host", "localhost")][..],
            &[("host", "localhost"), ("authorization", "Bearer ")],
            &[("host", "localhost"), ("authorization", TOKEN)],
            &[("host", "localhost"), ("authorization", &almost)],
            &[("host", "localhost"), ("authorization", &basic)],
            &[
                ("host", "localhost"),
                ("authorization", &bearer),
                ("authorization", &bearer),
            ],
        ] {
            assert_eq!(ask("/", headers), Err(Refusal::Token), "{headers:?}");
        }
    }
}
