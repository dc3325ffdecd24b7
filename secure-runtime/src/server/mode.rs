//! What a connection may ask for: everything, health checks only, reading only, or to be sent to https.

use std::sync::Arc;

use http::uri::{Authority, PathAndQuery};
use http::{HeaderValue, Method, Request};

use super::host;

/// What a connection may ask for.
#[derive(Clone, Debug)]
pub(super) enum Mode {
    /// Everything.
    Full,
    /// Health checks: the listener is full.
    HealthOnly(Arc<[String]>),
    /// What changes nothing: the metrics listener.
    ReadOnly {
        /// Only this machine reaches the listener, so requests name this machine.
        is_local: bool,
    },
    /// Health checks; all else is sent to https.
    Redirect(Arc<Redirect>),
}

/// Where the redirect listener sends everyone.
#[derive(Debug)]
pub(super) struct Redirect {
    host: Authority,
    health: Arc<[String]>,
}

/// How a request is to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    /// By the service.
    Serve,
    /// 308 to this address.
    Redirect(HeaderValue),
    /// 503: the listener is full.
    Full,
    /// 405: only GET and HEAD.
    ReadOnly,
    /// 400: the target cannot be redirected, or is not clear.
    BadTarget,
    /// 421: the request is for a host that this listener is not.
    Misdirected,
    /// 500: the service failed.
    Fail,
}

impl Mode {
    /// Whether a connection gets one answer only, because others wait for its place.
    pub(super) const fn is_single(&self) -> bool {
        matches!(self, Self::HealthOnly(_))
    }

    pub(super) fn rule<B>(&self, request: &Request<B>) -> Ruling {
        match self {
            Self::Full => Ruling::Serve,
            Self::HealthOnly(paths) if is_health(request, paths) => Ruling::Serve,
            Self::HealthOnly(_) => Ruling::Full,
            Self::ReadOnly { is_local: true } if !host::is_local(request) => Ruling::Misdirected,
            Self::ReadOnly { .. } if is_read(request) => Ruling::Serve,
            Self::ReadOnly { .. } => Ruling::ReadOnly,
            Self::Redirect(redirect) if is_health(request, &redirect.health) => Ruling::Serve,
            Self::Redirect(redirect) => redirect.rule(request),
        }
    }
}

fn is_read<B>(request: &Request<B>) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

fn is_health<B>(request: &Request<B>, paths: &[String]) -> bool {
    is_read(request) && paths.iter().any(|path| path == request.uri().path())
}

impl Redirect {
    /// Redirects to `host`, except for the paths in `health`.
    pub(super) const fn new(host: Authority, health: Arc<[String]>) -> Self {
        Self { host, health }
    }

    fn rule<B>(&self, request: &Request<B>) -> Ruling {
        // The target's own authority (absolute form) counts as little as the Host header. `CONNECT host:443` has no
        // path, and the one of `OPTIONS *` is no path.
        let path = match request.uri().path_and_query().map(PathAndQuery::as_str) {
            Some(path) if path.starts_with('/') => path,
            _ => return Ruling::BadTarget,
        };
        let mut location = String::with_capacity("https://".len() + self.host.as_str().len() + path.len());
        location.push_str("https://");
        location.push_str(self.host.as_str());
        location.push_str(path);
        HeaderValue::try_from(location).map_or(Ruling::BadTarget, Ruling::Redirect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> Arc<[String]> {
        ["/health".to_owned(), "/health/ready".to_owned()].into()
    }

    fn ask(mode: &Mode, method: &str, target: &str) -> Ruling {
        mode.rule(&Request::builder().method(method).uri(target).body(()).unwrap())
    }

    #[test]
    fn redirects_to_the_configured_host_only() {
        let mode = Mode::Redirect(Arc::new(Redirect::new(
            "www.example.org:8443".parse().unwrap(),
            paths(),
        )));
        for (target, location) in [
            ("/", "https://www.example.org:8443/"),
            ("/a/b?c=d&e", "https://www.example.org:8443/a/b?c=d&e"),
            ("http://evil.example/x", "https://www.example.org:8443/x"),
            ("http://evil.example", "https://www.example.org:8443/"),
            ("//evil.example/x", "https://www.example.org:8443//evil.example/x"),
            ("/health/other", "https://www.example.org:8443/health/other"),
        ] {
            let want = Ruling::Redirect(HeaderValue::from_static(location));
            assert_eq!(ask(&mode, "GET", target), want, "{target}");
            assert_eq!(ask(&mode, "POST", target), want, "{target}");
        }
        assert_eq!(ask(&mode, "OPTIONS", "*"), Ruling::BadTarget);
        assert_eq!(ask(&mode, "CONNECT", "evil.example:443"), Ruling::BadTarget);
    }

    #[test]
    fn health_is_answered_where_it_is_asked() {
        for mode in [
            Mode::Redirect(Arc::new(Redirect::new("example.org".parse().unwrap(), paths()))),
            Mode::HealthOnly(paths()),
        ] {
            assert_eq!(ask(&mode, "GET", "/health"), Ruling::Serve);
            assert_eq!(ask(&mode, "HEAD", "/health/ready?verbose"), Ruling::Serve);
            assert_ne!(ask(&mode, "POST", "/health"), Ruling::Serve);
            assert_ne!(ask(&mode, "GET", "/healthy"), Ruling::Serve);
        }
    }

    #[test]
    fn reading_only_means_get_and_head() {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "PURGE"] {
            let mode = Mode::ReadOnly { is_local: false };
            assert_eq!(ask(&mode, method, "/metrics"), Ruling::ReadOnly);
        }
        for is_local in [true, false] {
            let mode = Mode::ReadOnly { is_local };
            assert_eq!(ask(&mode, "HEAD", "http://localhost:9090/metrics"), Ruling::Serve);
        }
    }

    /// A page of an attacker whose name resolves to 127.0.0.1 reads no metrics.
    #[test]
    fn a_local_listener_is_asked_by_a_local_name() {
        let ask_for = |is_local, target| ask(&Mode::ReadOnly { is_local }, "GET", target);
        assert_eq!(ask_for(true, "http://evil.example/metrics"), Ruling::Misdirected);
        assert_eq!(ask_for(true, "http://127.0.0.1/metrics"), Ruling::Serve);
        assert_eq!(ask_for(false, "http://service.monitoring/metrics"), Ruling::Serve);
    }
}
