//! Who sees details.

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};
use secure_config::SecretString;

use crate::connection::{Connection, Listener};

/// Who sees details.
#[derive(Debug)]
pub(in crate::health) struct Access {
    enabled: bool,
    everyone: bool,
    token: Option<SecretString>,
}

impl Access {
    pub(in crate::health) const fn new(enabled: bool, everyone: bool, token: Option<SecretString>) -> Self {
        Self {
            enabled,
            everyone,
            token,
        }
    }

    /// Whether the sender of `request` sees details.
    ///
    /// The peer's address has no say: behind a proxy on the same machine, everyone comes from loopback.
    pub(super) fn details<B>(&self, request: &Request<B>) -> bool {
        let listener = request
            .extensions()
            .get::<Connection>()
            .map_or(Listener::Main, Connection::listener);
        self.enabled
            && match listener {
                Listener::Metrics | Listener::Admin => true,
                Listener::Main => self.everyone || self.holds_token(request.headers()),
                // Plain http: a token sent there is known to others.
                Listener::Redirect => false,
            }
    }

    /// Whether the one `Authorization` header is `Bearer` and the token (RFC 6750 §2.1); never a query, which proxies log.
    fn holds_token(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return false };
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return false;
        };
        // The scheme's name is not a secret, and its case does not matter (RFC 9110 §11.1).
        match value.as_bytes().split_at_checked(7) {
            Some((scheme, sent)) if scheme.eq_ignore_ascii_case(b"bearer ") => token.ct_eq(sent),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0p3n-s3same-0p3n-s3same-0p3n-s3same";

    fn details(access: &Access, listener: Listener, authorization: &[&str]) -> bool {
        let mut request = Request::builder().extension(Connection::default().with_listener(listener));
        for value in authorization {
            request = request.header(AUTHORIZATION, *value);
        }
        access.details(&request.body(()).unwrap())
    }

    #[test]
    fn listeners() {
        let access = Access::new(true, false, None);
        assert!(details(&access, Listener::Admin, &[]));
        assert!(details(&access, Listener::Metrics, &[]));
        assert!(!details(&access, Listener::Main, &[]));
        assert!(!details(&access, Listener::Redirect, &[]));
        assert!(
            !access.details(&Request::new(())),
            "no connection known: no details"
        );
    }

    #[test]
    fn development_shows_everyone_and_off_shows_no_one() {
        assert!(details(&Access::new(true, true, None), Listener::Main, &[]));
        let off = Access::new(false, true, Some(SecretString::new(TOKEN)));
        assert!(!details(&off, Listener::Main, &[&format!("Bearer {TOKEN}")]));
        assert!(!details(&off, Listener::Admin, &[]));
    }

    #[test]
    fn the_token() {
        let access = Access::new(true, false, Some(SecretString::new(TOKEN)));
        let main = |authorization: &[&str]| details(&access, Listener::Main, authorization);
        assert!(main(&[&format!("Bearer {TOKEN}")]));
        assert!(main(&[&format!("bearer {TOKEN}")]));
        assert!(!main(&[TOKEN]));
        assert!(!main(&["Bearer "]));
        assert!(!main(&["Bearer"]));
        assert!(!main(&["é"]));
        assert!(!main(&[&format!("Basic {TOKEN}")]));
        assert!(!main(&[&format!("Bearer {TOKEN}x")]));
        assert!(!main(&[&format!("Bearer {}", &TOKEN[1..])]));
        assert!(
            !main(&[&format!("Bearer {TOKEN}"), "Bearer other"]),
            "two claims are none"
        );
        assert!(!details(
            &access,
            Listener::Redirect,
            &[&format!("Bearer {TOKEN}")]
        ));
        assert!(!details(
            &Access::new(true, false, None),
            Listener::Main,
            &["Bearer "]
        ));
    }
}
