//! Settings that contradict each other, or could not work.

use std::time::Duration;

use super::address::BindAddr;
use super::error::Problem;
use super::settings::ServerSettings;

/// Less would refuse browsers.
const LEAST_HEADER_SIZE: usize = 1024;
const MOST_HEADER_SIZE: usize = 1024 * 1024;

/// The largest flow-control window (RFC 9113 §6.9.1).
const MOST_WINDOW: u32 = (1 << 31) - 1;

/// A day: longer is a mistake of units, and would overflow nothing.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Every problem of the settings.
pub(super) fn problems(settings: &ServerSettings) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |fine: bool, name: &'static str, problem: &str| {
        if !fine {
            problems.push(Problem {
                name,
                problem: problem.to_owned(),
            });
        }
    };
    for (name, value) in [
        ("PROXY_PROTOCOL_TIMEOUT", settings.proxy_protocol_timeout),
        ("HANDSHAKE_TIMEOUT", settings.handshake_timeout),
        ("HEADER_TIMEOUT", settings.header_timeout),
        ("BODY_TIMEOUT", settings.body_timeout),
        ("WRITE_TIMEOUT", settings.write_timeout),
        ("KEEP_ALIVE_TIMEOUT", settings.keep_alive_timeout),
        ("DRAIN_TIMEOUT", settings.drain_timeout),
    ] {
        check(
            !value.is_zero() && value <= LONGEST,
            name,
            "must be more than nothing and at most a day",
        );
    }
    check(
        settings
            .drain_delay
            .is_none_or(|delay| delay <= settings.drain_timeout),
        "DRAIN_DELAY",
        "is part of DRAIN_TIMEOUT and cannot be longer",
    );
    check(
        settings.tls_reload_interval <= LONGEST,
        "TLS_RELOAD_INTERVAL",
        "must be at most a day",
    );
    check(
        settings.max_connections > 0,
        "MAX_CONNECTIONS",
        "must be at least 1",
    );
    check(
        (1..=4096).contains(&settings.reserved_connections),
        "RESERVED_CONNECTIONS",
        "must be from 1 to 4096",
    );
    check(
        (LEAST_HEADER_SIZE..=MOST_HEADER_SIZE).contains(&settings.max_header_size),
        "MAX_HEADER_SIZE",
        "must be from 1024 to 1048576",
    );
    check(
        (1..=4096).contains(&settings.max_headers),
        "MAX_HEADERS",
        "must be from 1 to 4096",
    );
    check(
        settings.http2_max_streams > 0,
        "HTTP2_MAX_STREAMS",
        "must be at least 1",
    );
    for (name, window) in [
        ("HTTP2_STREAM_WINDOW", settings.http2_stream_window),
        ("HTTP2_CONNECTION_WINDOW", settings.http2_connection_window),
    ] {
        // A connection's window starts at 65,535 and can only be made larger (RFC 9113 §6.9.2).
        check(
            (65_535..=MOST_WINDOW).contains(&window),
            name,
            "must be from 65535 to 2147483647",
        );
    }
    check(
        settings.unix_socket_mode & !0o777 == 0,
        "UNIX_SOCKET_MODE",
        "must be permission bits, such as 0660",
    );
    check(
        settings.tls_cert_path.is_some() == settings.tls_key_path.is_some(),
        if settings.tls_cert_path.is_some() {
            "TLS_KEY_PATH"
        } else {
            "TLS_CERT_PATH"
        },
        "must be set too: a certificate is of no use without its key, nor a key without its certificate",
    );
    check(
        cfg!(feature = "tls") || settings.tls_cert_path.is_none(),
        "TLS_CERT_PATH",
        "this build has no TLS; enable the feature `tls` of secure-runtime",
    );
    check(
        cfg!(feature = "proxy-protocol") || settings.proxy_protocol_networks.is_empty(),
        "PROXY_PROTOCOL_NETWORKS",
        "this build does not read PROXY headers; enable the feature `proxy-protocol` of secure-runtime",
    );
    check(
        settings.redirect_port.is_none() || settings.tls_cert_path.is_some(),
        "REDIRECT_PORT",
        "needs TLS_CERT_PATH and TLS_KEY_PATH: there is no https to redirect to",
    );
    check(
        settings.redirect_port.is_none() || !matches!(settings.bind_addr, Some(BindAddr::Unix(_))),
        "REDIRECT_PORT",
        "needs an IP address as BIND_ADDR",
    );
    check(
        settings.admin_exposed || settings.admin_addr.as_ref().is_none_or(BindAddr::is_private),
        "ADMIN_ADDR",
        "must be a loopback address or a unix socket; ADMIN_EXPOSED=true allows others",
    );
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_fine() {
        assert!(problems(&ServerSettings::default()).is_empty());
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let settings = ServerSettings {
            header_timeout: Duration::ZERO,
            drain_delay: Some(Duration::from_secs(26)),
            max_header_size: 100,
            admin_addr: Some("0.0.0.0".parse().unwrap()),
            tls_cert_path: Some("cert.pem".into()),
            http2_stream_window: 1000,
            unix_socket_mode: 0o4777,
            ..ServerSettings::default()
        };
        let names: Vec<_> = problems(&settings).iter().map(|problem| problem.name).collect();
        let mut want = vec![
            "HEADER_TIMEOUT",
            "DRAIN_DELAY",
            "MAX_HEADER_SIZE",
            "HTTP2_STREAM_WINDOW",
            "UNIX_SOCKET_MODE",
            "TLS_KEY_PATH",
            "ADMIN_ADDR",
        ];
        if cfg!(not(feature = "tls")) {
            want.insert(6, "TLS_CERT_PATH");
        }
        assert_eq!(names, want);
    }

    #[test]
    fn redirects_need_https_and_exposure_can_be_asked_for() {
        let mut settings = ServerSettings {
            redirect_port: Some(80),
            ..ServerSettings::default()
        };
        assert_eq!(
            problems(&settings).first().map(|problem| problem.name),
            Some("REDIRECT_PORT")
        );
        settings.redirect_port = None;
        settings.admin_addr = Some("::".parse().unwrap());
        settings.admin_exposed = true;
        assert!(problems(&settings).is_empty());
    }
}
