//! Where events go, and the key that they go with.
//!
//! The key stays in the configuration's locked page; what is made of the DSN here has none.

use std::{fmt, net::IpAddr, ops::Range};

use secure_config::SecretUrl;

use super::error::{Reason, SentryError};

/// A DSN: `https://KEY@HOST/PATH/PROJECT`.
pub(super) struct Dsn {
    secret: SecretUrl,
    key: Range<usize>,
    /// Where envelopes are posted.
    endpoint: String,
    /// The DSN with a key that is none, for those who want to know host and project.
    keyless: sentry::types::Dsn,
}

impl Dsn {
    pub(super) fn new(secret: SecretUrl) -> Result<Self, SentryError> {
        let (key, endpoint, keyless) = read(&secret).map_err(SentryError)?;
        Ok(Self {
            secret,
            key,
            endpoint,
            keyless,
        })
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(super) fn keyless(&self) -> &sentry::types::Dsn {
        &self.keyless
    }

    /// Whether events go unencrypted to another machine.
    pub(super) fn is_exposed(&self) -> bool {
        self.secret.scheme().eq_ignore_ascii_case("http") && !self.is_loopback()
    }

    /// Whether events stay on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.secret.host();
        let ip = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        ip.map_or(host == "localhost", |ip| ip.is_loopback())
    }

    /// What a request to Sentry proves its right with.
    pub(super) fn authorization(&self) -> String {
        format!(
            "Sentry sentry_version=7, sentry_client={}, sentry_key={}",
            super::USER_AGENT,
            &self.secret.expose_secret()[self.key.clone()]
        )
    }
}

impl fmt::Debug for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.secret.fmt(f)
    }
}

/// Returns why a URL is not a DSN.
pub(super) fn flaw(secret: &SecretUrl) -> Option<Reason> {
    read(secret).err()
}

/// The place of the key, the endpoint, and the DSN with another key.
fn read(secret: &SecretUrl) -> Result<(Range<usize>, String, sentry::types::Dsn), Reason> {
    let (key, endpoint, keyless) = parse(secret.expose_secret())?;
    // Whether a URL can have this host is decided by the parser of URLs.
    let keyless = keyless.parse().map_err(|_| Reason::Host)?;
    Ok((key, endpoint, keyless))
}

/// The place of the key, the endpoint, and the text of the DSN with another key.
fn parse(text: &str) -> Result<(Range<usize>, String, String), Reason> {
    let (scheme, rest) = text.split_once("://").ok_or(Reason::Scheme)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(Reason::Scheme);
    }
    if rest.contains(['?', '#']) {
        return Err(Reason::Project);
    }
    let (authority, path) = rest.split_once('/').ok_or(Reason::Project)?;
    let (user, host) = authority.rsplit_once('@').ok_or(Reason::Key)?;
    // What old DSNs have after a colon is of no use any more.
    let key = user.split(':').next().unwrap_or_default();
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if key.is_empty() || !key.bytes().all(is_key) {
        return Err(Reason::Key);
    }
    if host.is_empty() {
        return Err(Reason::Host);
    }
    let path = path.trim_end_matches('/');
    let (prefix, project) = match path.rsplit_once('/') {
        Some((prefix, project)) => (format!("{prefix}/"), project),
        None => (String::new(), path),
    };
    if project.is_empty() || !project.bytes().all(is_key) {
        return Err(Reason::Project);
    }
    let start = scheme.len() + "://".len();
    Ok((
        start..start + key.len(),
        format!("{scheme}://{host}/{prefix}api/{project}/envelope/"),
        format!("{scheme}://redacted@{host}/{prefix}{project}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dsn(text: &str) -> Result<Dsn, SentryError> {
        Dsn::new(SecretUrl::new(text).unwrap())
    }

    #[test]
    fn the_endpoint_has_no_key() {
        for (text, endpoint) in [
            (
                "https://0123abcd@o1.ingest.sentry.io/42",
                "https://o1.ingest.sentry.io/api/42/envelope/",
            ),
            (
                "https://0123abcd:old@sentry.example:9000/a/b/42/",
                "https://sentry.example:9000/a/b/api/42/envelope/",
            ),
            (
                "http://0123abcd@[::1]:8000/1",
                "http://[::1]:8000/api/1/envelope/",
            ),
        ] {
            let dsn = dsn(text).unwrap();
            assert_eq!(dsn.endpoint(), endpoint);
            assert!(dsn.authorization().ends_with("sentry_key=0123abcd"));
            assert_eq!(dsn.keyless().public_key(), "redacted");
            assert!(!format!("{dsn:?} {:?}", dsn.keyless()).contains("0123abcd"));
        }
    }

    #[test]
    fn what_is_no_dsn_is_told_without_it() {
        for (text, told) in [
            ("ftp://0123abcd@host/1", "https or http"),
            ("https:0123abcd", "https or http"),
            ("https://host/1", "no key"),
            ("https://@host/1", "no key"),
            ("https://0123%41bcd@host/1", "no key"),
            ("https://0123abcd@/1", "no host"),
            ("https://0123abcd@host", "project"),
            ("https://0123abcd@host/", "project"),
            ("https://0123abcd@host/a?b=1", "project"),
            ("https://0123abcd@ho%st/1", "no host"),
        ] {
            // What is not even a URL does not get here.
            let Ok(secret) = SecretUrl::new(text) else {
                continue;
            };
            let error = Dsn::new(secret).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(told), "{text}: {shown}");
            assert!(!shown.contains("0123"), "{shown}");
        }
    }

    #[test]
    fn clear_text_is_for_this_machine() {
        for (text, exposed) in [
            ("http://0123abcd@127.0.0.1:9000/1", false),
            ("http://0123abcd@localhost/1", false),
            ("http://0123abcd@[::1]/1", false),
            ("https://0123abcd@sentry.io/1", false),
            ("http://0123abcd@sentry.example/1", true),
        ] {
            assert_eq!(dsn(text).unwrap().is_exposed(), exposed, "{text}");
        }
    }
}
