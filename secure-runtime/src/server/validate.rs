//! The rules of the settings: for a load, and for settings that were made by hand.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::uri::Authority;
use secure_config::describe::{Field, Rule};
use secure_config::{Check, Profile, SecureConfig};

use super::address::BindAddr;
use super::error::Problem;
use super::settings::ServerSettings;
use crate::client::Network;

/// A day: longer is a mistake of units, and would overflow nothing.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What is wrong with a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// The field of [`ServerSettings`].
    field: &'static str,
    reason: &'static str,
    remedy: &'static str,
}

impl Flaw {
    pub(super) const fn new(field: &'static str, reason: &'static str, remedy: &'static str) -> Self {
        Self {
            field,
            reason,
            remedy,
        }
    }
}

/// Returns every problem of settings that may have been made by hand. The files of the certificate are read by who uses them.
pub(super) fn problems(settings: &ServerSettings, profile: Profile) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |field: &'static str, result: Result<(), String>| {
        if let Err(problem) = result {
            let name = variable(field);
            problems.push(Problem { name, problem });
        }
    };
    for (field, value) in [
        ("proxy_protocol_timeout", settings.proxy_protocol_timeout),
        ("handshake_timeout", settings.handshake_timeout),
        ("header_timeout", settings.header_timeout),
        ("body_timeout", settings.body_timeout),
        ("write_timeout", settings.write_timeout),
        ("keep_alive_timeout", settings.keep_alive_timeout),
        ("drain_timeout", settings.drain_timeout),
    ] {
        check(field, timeout(&value).map_err(str::to_owned));
    }
    let reload = interval(&settings.tls_reload_interval);
    check("tls_reload_interval", reload.map_err(str::to_owned));
    let mode = permission_bits(&settings.unix_socket_mode);
    check("unix_socket_mode", mode.map_err(str::to_owned));
    if let Some(host) = &settings.redirect_host {
        check("redirect_host", redirect_host(host).map_err(str::to_owned));
    }
    for (field, value) in [
        ("max_connections", settings.max_connections as u64),
        ("reserved_connections", settings.reserved_connections as u64),
        ("max_header_size", settings.max_header_size as u64),
        ("max_headers", settings.max_headers as u64),
        ("http2_max_streams", settings.http2_max_streams.into()),
        ("http2_stream_window", settings.http2_stream_window.into()),
        ("http2_connection_window", settings.http2_connection_window.into()),
    ] {
        check(field, in_range(field, value));
    }
    let flaws = [
        drain_flaw(settings.drain_delay.as_ref(), &settings.drain_timeout),
        pair_flaw(settings.tls_cert_path.as_ref(), settings.tls_key_path.as_ref()),
        tls_flaw(settings.tls_cert_path.as_ref()),
        proxy_protocol_flaw(&settings.proxy_protocol_networks),
        admin_flaw(settings.admin_addr.as_ref(), settings.admin_exposed),
    ];
    let redirect = redirect_flaws(
        settings.redirect_port,
        settings.tls_cert_path.as_ref(),
        settings.bind_addr.as_ref(),
    );
    let places = Places {
        main: (settings.bind_addr.as_ref(), settings.port),
        metrics: (settings.metrics_addr.as_ref(), settings.metrics_port),
        admin: (settings.admin_addr.as_ref(), settings.admin_port),
        redirect: settings.redirect_port,
    };
    for flaw in flaws
        .into_iter()
        .flatten()
        .chain(redirect)
        .chain(places.flaws(profile))
    {
        check(flaw.field, Err(format!("{}; {}", flaw.reason, flaw.remedy)));
    }
    problems
}

fn descriptor(field: &str) -> Option<&'static Field> {
    ServerSettings::schema()
        .fields()
        .iter()
        .find(|one| one.ident() == field)
}

/// Returns the name of the field's variable.
pub(super) fn variable(field: &'static str) -> &'static str {
    descriptor(field).map_or(field, |field| field.names()[0])
}

/// Applies the range that the field's attribute states.
fn in_range(field: &str, value: u64) -> Result<(), String> {
    for rule in descriptor(field).map_or(&[][..], Field::rules) {
        if let Rule::Range(low, high) = rule {
            let (low, high) = (
                low.map_or(0, |low| low.int),
                high.map_or(i128::MAX, |high| high.int),
            );
            if !(low..=high).contains(&value.into()) {
                return Err(if high == i128::MAX {
                    format!("must be at least {low}")
                } else {
                    format!("must be from {low} to {high}")
                });
            }
        }
    }
    Ok(())
}

pub(super) fn timeout(time: &Duration) -> Result<(), &'static str> {
    if !time.is_zero() && *time <= LONGEST {
        Ok(())
    } else {
        Err("must be more than nothing and at most a day")
    }
}

pub(super) fn interval(time: &Duration) -> Result<(), &'static str> {
    if *time <= LONGEST {
        Ok(())
    } else {
        Err("must be at most a day")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what a validator is given")]
pub(super) fn permission_bits(mode: &u32) -> Result<(), &'static str> {
    if mode & !0o777 == 0 {
        Ok(())
    } else {
        Err("must be permission bits, such as 0660")
    }
}

#[expect(clippy::ptr_arg, reason = "what a validator is given")]
pub(super) fn redirect_host(host: &String) -> Result<(), &'static str> {
    match authority(host) {
        Some(_) => Ok(()),
        None => Err("must be host or host:port"),
    }
}

/// Returns where redirects point to, if the text is a host with or without a port.
pub(super) fn authority(text: &str) -> Option<Authority> {
    let authority = text.parse::<Authority>().ok()?;
    let port = authority.as_str().strip_prefix(authority.host());
    let is_port = |port: &str| {
        port.is_empty()
            || port
                .strip_prefix(':')
                .is_some_and(|port| port.parse::<u16>().is_ok())
    };
    let is_fine = !authority.as_str().contains('@') && !authority.host().is_empty();
    (is_fine && port.is_some_and(is_port)).then_some(authority)
}

fn refuse(check: &mut Check<'_>, flaws: impl IntoIterator<Item = Flaw>) {
    for flaw in flaws {
        check.refuse_with(flaw.field, flaw.reason, flaw.remedy);
    }
}

pub(super) fn drain(delay: &Option<Duration>, timeout: &Duration, check: &mut Check<'_>) {
    refuse(check, drain_flaw(delay.as_ref(), timeout));
}

fn drain_flaw(delay: Option<&Duration>, timeout: &Duration) -> Option<Flaw> {
    let is_longer = delay.is_some_and(|delay| delay > timeout);
    is_longer.then_some(Flaw::new(
        "drain_delay",
        "is part of DRAIN_TIMEOUT and cannot be longer",
        "lower it, or raise DRAIN_TIMEOUT",
    ))
}

pub(super) fn admin(addr: &Option<BindAddr>, exposed: &bool, check: &mut Check<'_>) {
    refuse(check, admin_flaw(addr.as_ref(), *exposed));
}

fn admin_flaw(addr: Option<&BindAddr>, exposed: bool) -> Option<Flaw> {
    let is_private = exposed || addr.is_none_or(BindAddr::is_private);
    (!is_private).then_some(Flaw::new(
        "admin_addr",
        "must be a loopback address or a unix socket",
        "ADMIN_EXPOSED=true allows others",
    ))
}

pub(super) fn proxy_protocol(networks: &[Network], check: &mut Check<'_>) {
    refuse(check, proxy_protocol_flaw(networks));
}

fn proxy_protocol_flaw(networks: &[Network]) -> Option<Flaw> {
    (cfg!(not(feature = "proxy-protocol")) && !networks.is_empty()).then_some(Flaw::new(
        "proxy_protocol_networks",
        "this build does not read PROXY headers",
        "enable the feature `proxy-protocol` of secure-runtime",
    ))
}

fn pair_flaw(certificate: Option<&PathBuf>, key: Option<&PathBuf>) -> Option<Flaw> {
    let field = match (certificate, key) {
        (Some(_), None) => "tls_key_path",
        (None, Some(_)) => "tls_cert_path",
        _ => return None,
    };
    let (reason, remedy) = match field {
        "tls_key_path" => ("is not set, but TLS_CERT_PATH is", "set both or neither"),
        _ => ("is not set, but TLS_KEY_PATH is", "set both or neither"),
    };
    Some(Flaw::new(field, reason, remedy))
}

fn tls_flaw(certificate: Option<&PathBuf>) -> Option<Flaw> {
    (cfg!(not(feature = "tls")) && certificate.is_some()).then_some(Flaw::new(
        "tls_cert_path",
        "this build has no TLS",
        "enable the feature `tls` of secure-runtime",
    ))
}

/// Checks that certificate and key are set together, and that the server can use what is in the files.
pub(super) fn certificate(certificate: &Option<PathBuf>, key: &Option<PathBuf>, check: &mut Check<'_>) {
    let flaws = [
        pair_flaw(certificate.as_ref(), key.as_ref()),
        tls_flaw(certificate.as_ref()),
    ];
    let are_usable = flaws.iter().all(Option::is_none);
    refuse(check, flaws.into_iter().flatten());
    // A running server exchanges its certificate by itself, and keeps the old one when the files are bad.
    #[cfg(feature = "tls")]
    if let (Some(certificate), Some(key), true, false) = (certificate, key, are_usable, check.is_reload()) {
        match super::tls::read_pair(certificate, key) {
            Ok(facts) if facts.not_after <= std::time::SystemTime::now() => {
                check.warn(
                    "tls_cert_path",
                    "names a certificate that has expired",
                    "renew it",
                );
            }
            Ok(_) => {}
            Err(error) => refuse(check, [error.flaw()]),
        }
    }
    #[cfg(not(feature = "tls"))]
    let _ = are_usable;
}

/// Checks that redirects have a name to point to: their own setting, or a name of the certificate.
pub(super) fn redirect_name(
    port: &Option<u16>,
    host: &Option<String>,
    certificate: &Option<PathBuf>,
    key: &Option<PathBuf>,
    check: &mut Check<'_>,
) {
    #[cfg(feature = "tls")]
    if let (Some(_), None, Some(certificate), Some(key), false) =
        (port, host, certificate, key, check.is_reload())
    {
        // What is wrong with the files themselves is reported for these.
        if let Ok(facts) = super::tls::read_pair(certificate, key) {
            let is_name = |name: &str| authority(name).is_some();
            if !facts.name.as_deref().is_some_and(is_name) {
                refuse(check, [NO_NAME]);
            }
        }
    }
    #[cfg(not(feature = "tls"))]
    let _ = (port, host, certificate, key, check);
}

/// The certificate gives redirects no name to point to.
pub(super) const NO_NAME: Flaw = Flaw::new(
    "redirect_host",
    "must be set: the certificate has no name without a wildcard to redirect to",
    "set it to the host that clients use",
);

impl From<Flaw> for super::error::ServerError {
    fn from(flaw: Flaw) -> Self {
        Self::setting(variable(flaw.field), format!("{}; {}", flaw.reason, flaw.remedy))
    }
}

pub(super) fn redirect(
    port: &Option<u16>,
    certificate: &Option<PathBuf>,
    bind_addr: &Option<BindAddr>,
    check: &mut Check<'_>,
) {
    refuse(
        check,
        redirect_flaws(*port, certificate.as_ref(), bind_addr.as_ref()),
    );
}

fn redirect_flaws(
    port: Option<u16>,
    certificate: Option<&PathBuf>,
    bind_addr: Option<&BindAddr>,
) -> impl Iterator<Item = Flaw> + use<> {
    let no_tls = certificate.is_none().then_some(Flaw::new(
        "redirect_port",
        "is set without TLS: there is no https to redirect to",
        "set TLS_CERT_PATH and TLS_KEY_PATH, or leave it out",
    ));
    let no_addr = matches!(bind_addr, Some(BindAddr::Unix(_))).then_some(Flaw::new(
        "redirect_port",
        "needs an IP address as BIND_ADDR",
        "set BIND_ADDR to an IP address, or leave REDIRECT_PORT out",
    ));
    let flaws = no_tls.into_iter().chain(no_addr);
    flaws.filter(move |_| port.is_some())
}

#[expect(
    clippy::too_many_arguments,
    reason = "each setting that says where a listener binds"
)]
pub(super) fn listeners(
    bind_addr: &Option<BindAddr>,
    port: &u16,
    metrics_addr: &Option<BindAddr>,
    metrics_port: &Option<u16>,
    admin_addr: &Option<BindAddr>,
    admin_port: &Option<u16>,
    redirect_port: &Option<u16>,
    check: &mut Check<'_>,
) {
    let places = Places {
        main: (bind_addr.as_ref(), *port),
        metrics: (metrics_addr.as_ref(), *metrics_port),
        admin: (admin_addr.as_ref(), *admin_port),
        redirect: *redirect_port,
    };
    refuse(check, places.flaws(check.profile()));
}

/// Where the settings put each listener.
struct Places<'a> {
    main: (Option<&'a BindAddr>, u16),
    metrics: (Option<&'a BindAddr>, Option<u16>),
    admin: (Option<&'a BindAddr>, Option<u16>),
    redirect: Option<u16>,
}

/// Where one listener binds.
#[derive(Clone, Copy)]
enum Place<'a> {
    Ip(IpAddr, u16),
    Unix(&'a Path),
}

impl Place<'_> {
    /// Whether the second of two listeners could not bind.
    fn overlaps(self, other: Self) -> bool {
        match (self, other) {
            (Self::Unix(one), Self::Unix(other)) => one == other,
            (Self::Ip(one, port), Self::Ip(other, other_port)) => {
                let (one, other) = (one.to_canonical(), other.to_canonical());
                let is_any = |any: IpAddr, ip: IpAddr| {
                    // The unspecified address of IPv6 takes IPv4 as well.
                    any.is_unspecified() && (any.is_ipv6() || ip.is_ipv4())
                };
                // A port of 0 is a free one.
                port == other_port && port != 0 && (one == other || is_any(one, other) || is_any(other, one))
            }
            _ => false,
        }
    }
}

impl<'a> Places<'a> {
    /// Returns a flaw for each listener that would bind where another one does.
    fn flaws(&self, profile: Profile) -> Vec<Flaw> {
        const REMEDY: &str = "give each listener a port or path of its own";
        let side = |(addr, port): (Option<&'a BindAddr>, Option<u16>)| match (addr, port) {
            (Some(BindAddr::Unix(path)), _) => Some(Place::Unix(path)),
            (_, None) => None,
            (Some(BindAddr::Ip(ip)), Some(port)) => Some(Place::Ip(*ip, port)),
            (None, Some(port)) => Some(Place::Ip(Ipv4Addr::LOCALHOST.into(), port)),
        };
        let main = match self.main {
            (Some(BindAddr::Unix(path)), _) => Place::Unix(path),
            (Some(BindAddr::Ip(ip)), port) => Place::Ip(*ip, port),
            (None, port) if profile.is_development() => Place::Ip(Ipv4Addr::LOCALHOST.into(), port),
            (None, port) => Place::Ip(Ipv6Addr::UNSPECIFIED.into(), port),
        };
        let redirect = match (main, self.redirect) {
            (Place::Ip(ip, _), Some(port)) => Some(Place::Ip(ip, port)),
            _ => None,
        };
        // Each with the field that says where it is, and what is wrong when another one is there already.
        let field = |place: Option<Place<'_>>, addr, port| match place {
            Some(Place::Unix(_)) => addr,
            _ => port,
        };
        let (metrics, admin) = (side(self.metrics), side(self.admin));
        let all = [
            (Some(main), "port", "is where the main listener is"),
            (
                metrics,
                field(metrics, "metrics_addr", "metrics_port"),
                "is where the metrics listener is",
            ),
            (
                admin,
                field(admin, "admin_addr", "admin_port"),
                "is where the admin listener is",
            ),
            (redirect, "redirect_port", "is where the redirect listener is"),
        ];
        let mut flaws = Vec::new();
        for (index, (place, field, _)) in all.iter().enumerate() {
            let earlier = all[..index].iter();
            let taken = earlier.filter_map(|(other, _, taken)| {
                let (one, other) = (*place, *other);
                one?.overlaps(other?).then_some(*taken)
            });
            flaws.extend(taken.take(1).map(|taken| Flaw::new(field, taken, REMEDY)));
        }
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(settings: &ServerSettings) -> Vec<&'static str> {
        let problems = problems(settings, Profile::Production);
        problems.iter().map(|problem| problem.name).collect()
    }

    #[test]
    fn the_defaults_are_fine() {
        for profile in [Profile::Development, Profile::Production] {
            assert!(problems(&ServerSettings::default(), profile).is_empty());
        }
    }

    #[test]
    fn settings_made_by_hand_have_every_problem_told_at_once() {
        let settings = ServerSettings {
            header_timeout: Duration::ZERO,
            drain_delay: Some(Duration::from_secs(26)),
            max_header_size: 100,
            admin_addr: Some("0.0.0.0".parse().unwrap()),
            tls_cert_path: Some("cert.pem".into()),
            http2_stream_window: 1000,
            unix_socket_mode: 0o4777,
            redirect_host: Some("a/b".to_owned()),
            metrics_port: Some(8080),
            ..ServerSettings::default()
        };
        let mut want = vec![
            "HEADER_TIMEOUT",
            "UNIX_SOCKET_MODE",
            "REDIRECT_HOST",
            "MAX_HEADER_SIZE",
            "HTTP2_STREAM_WINDOW",
            "DRAIN_DELAY",
            "TLS_KEY_PATH",
            "ADMIN_ADDR",
            "METRICS_PORT",
        ];
        if cfg!(not(feature = "tls")) {
            want.insert(7, "TLS_CERT_PATH");
        }
        assert_eq!(names(&settings), want);
    }

    #[test]
    fn redirects_need_https_and_exposure_can_be_asked_for() {
        let mut settings = ServerSettings {
            redirect_port: Some(80),
            ..ServerSettings::default()
        };
        assert_eq!(names(&settings), ["REDIRECT_PORT"]);
        settings.redirect_port = None;
        settings.admin_addr = Some("::".parse().unwrap());
        settings.admin_exposed = true;
        assert_eq!(names(&settings), [""; 0]);
    }

    #[test]
    fn listeners_do_not_share_a_place() {
        let of = |vars: &[(&'static str, &'static str)], profile| {
            let loaded = ServerSettings::loader()
                .vars(vars.to_vec())
                .profile(profile)
                .load();
            let refused = loaded.err();
            refused.map_or(Vec::new(), |refused| {
                refused
                    .problems()
                    .map(|problem| problem.key().to_owned())
                    .collect()
            })
        };
        for (vars, taken) in [
            (&[("PORT", "9000"), ("METRICS_PORT", "9000")][..], "METRICS_PORT"),
            (&[("PORT", "0"), ("METRICS_PORT", "0"), ("ADMIN_PORT", "0")], ""),
            (&[("METRICS_PORT", "9000"), ("ADMIN_PORT", "9000")], "ADMIN_PORT"),
            (
                &[
                    ("METRICS_PORT", "9000"),
                    ("METRICS_ADDR", "127.0.0.2"),
                    ("ADMIN_PORT", "9000"),
                ],
                "",
            ),
            (
                &[
                    ("METRICS_PORT", "9000"),
                    ("METRICS_ADDR", "0.0.0.0"),
                    ("ADMIN_PORT", "9000"),
                ],
                "ADMIN_PORT",
            ),
            (
                &[
                    ("METRICS_PORT", "9000"),
                    ("METRICS_ADDR", "::"),
                    ("ADMIN_PORT", "9000"),
                ],
                "ADMIN_PORT",
            ),
            (
                &[
                    ("METRICS_PORT", "9000"),
                    ("METRICS_ADDR", "::1"),
                    ("ADMIN_PORT", "9000"),
                ],
                "",
            ),
            (
                &[("METRICS_ADDR", "unix:/run/s"), ("ADMIN_ADDR", "unix:/run/s")],
                "ADMIN_ADDR",
            ),
            (
                &[("METRICS_ADDR", "unix:/run/s"), ("ADMIN_ADDR", "unix:/run/t")],
                "",
            ),
            (&[("BIND_ADDR", "10.0.0.1"), ("METRICS_PORT", "8080")], ""),
        ] {
            for profile in [Profile::Development, Profile::Production] {
                assert_eq!(of(vars, profile).concat(), taken, "{vars:?}");
            }
        }
    }

    #[test]
    fn one_bad_setting_does_not_hide_another() {
        let vars = [
            ("PORT", "http"),
            ("TLS_CERT_PATH", "cert.pem"),
            ("REDIRECT_HOST", "https://example.com"),
            ("DRAIN_DELAY", "1h"),
            ("MAX_HEADERS", "0"),
            ("BODY_TIMEOUT", "0s"),
            ("ADMIN_ADDR", "0.0.0.0"),
        ];
        let refused = ServerSettings::loader().vars(vars).load().unwrap_err();
        let text = refused.to_string();
        for (name, _) in vars.iter().filter(|(name, _)| *name != "TLS_CERT_PATH") {
            assert!(text.contains(name), "{name} in {text}");
        }
        assert!(text.contains("TLS_KEY_PATH"), "{text}");
    }
}
