//! The host that a request is for: whether it is one, and whether the request contradicts itself.

use std::net::{IpAddr, Ipv6Addr};

use http::header::{HOST, HeaderMap, HeaderValue};
use http::{Method, Request, Version};

/// Returns `true` if the request names at most one host, in a valid form, and as often as its version requires.
///
/// A proxy and a service that read different hosts from one request are what attacks on caches and virtual hosts are made of.
///
/// - HTTP/1.1 needs exactly one `Host`; a request with an invalid one must be refused (RFC 9112 §3.2).
/// - On HTTP/2 `Host` and `:authority` must not contradict each other, one of them must be there, and neither has a user (RFC 9113 §8.3.1).
#[inline]
pub(super) fn is_sound<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    match request.version() {
        Version::HTTP_11 => {
            // The target's own authority, in absolute form, has been parsed, and takes precedence (RFC 9112 §3.2.2).
            one(headers).is_some_and(|host| is_valid(host.as_bytes())) && has_plain_target(request)
        }
        Version::HTTP_2 => is_sound_http2(request),
        _ => match headers.get(HOST) {
            Some(_) => one(headers).is_some_and(|host| is_valid(host.as_bytes())),
            None => true,
        },
    }
}

fn is_sound_http2<B>(request: &Request<B>) -> bool {
    let host = match request.headers().get(HOST) {
        None => None,
        Some(_) => match one(request.headers()) {
            Some(host) if is_valid(host.as_bytes()) => Some(host.as_bytes()),
            _ => return false,
        },
    };
    match (request.uri().authority(), host) {
        (Some(authority), host) => {
            let authority = authority.as_str().as_bytes();
            let default: &[u8] = match request.uri().scheme_str() {
                Some("https") => b":443",
                _ => b":80",
            };
            let plain = |host: &[u8]| without_default(host, default).to_ascii_lowercase();
            is_valid(authority) && host.is_none_or(|host| plain(host) == plain(authority))
        }
        (None, Some(_)) => true,
        // A target that has no authority, as in `OPTIONS *` by way of a proxy.
        (None, None) => request.method() == Method::OPTIONS && request.uri().path() == "*",
    }
}

/// The one `Host`; `None` if there is none, or more than one.
#[inline]
fn one(headers: &HeaderMap) -> Option<&HeaderValue> {
    let host = crate::lookup::first(headers, &HOST)?;
    let is_one = headers.keys_len() == headers.len() || headers.get_all(HOST).iter().nth(1).is_none();
    is_one.then_some(host)
}

fn has_plain_target<B>(request: &Request<B>) -> bool {
    request
        .uri()
        .authority()
        .is_none_or(|authority| !authority.as_str().contains('@'))
}

fn without_default<'a>(host: &'a [u8], port: &[u8]) -> &'a [u8] {
    let host = host.strip_suffix(port).unwrap_or(host);
    host.strip_suffix(b":").unwrap_or(host)
}

/// Returns `true` for `uri-host [ ":" port ]` (RFC 9110 §7.2): a name, an IPv4 address or an IPv6 address in brackets; empty where the
/// target has no authority. Commas, which join what two headers said, are not part of any name.
#[inline]
fn is_valid(host: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let name = host.iter().position(|byte| !plain(byte)).unwrap_or(host.len());
    match &host[name..] {
        [] => true,
        [b':', port @ ..] => is_port(port),
        _ => is_unusual(host),
    }
}

#[cold]
fn is_unusual(host: &[u8]) -> bool {
    if let [b'[', rest @ ..] = host {
        let Some(end) = rest.iter().position(|byte| *byte == b']') else {
            return false;
        };
        let (ip, port) = (&rest[..end], &rest[end + 1..]);
        let is_ip = std::str::from_utf8(ip).is_ok_and(|ip| ip.parse::<Ipv6Addr>().is_ok());
        return is_ip && (port.is_empty() || port.strip_prefix(b":").is_some_and(is_port));
    }
    let end = host.iter().position(|byte| *byte == b':').unwrap_or(host.len());
    let (mut name, port) = host.split_at(end);
    if !port.strip_prefix(b":").is_none_or(is_port) {
        return false;
    }
    loop {
        name = match name {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
            [byte, rest @ ..] if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+;=".contains(byte) => rest,
            _ => return false,
        };
    }
}

/// Digits up to 65535, or none.
fn is_port(port: &[u8]) -> bool {
    port.len() <= 5
        && port.iter().all(u8::is_ascii_digit)
        && port
            .iter()
            .fold(0_u32, |port, digit| port * 10 + u32::from(digit - b'0'))
            <= 65_535
}

/// Returns `true` if every name that the request gives for its target is `localhost` or an IP address, and there is one.
///
/// A page whose name an attacker lets resolve to this machine (DNS rebinding) has a name of its own.
pub(super) fn is_local<B>(request: &Request<B>) -> bool {
    let header = request.headers().get_all(HOST).iter().map(HeaderValue::to_str);
    let target = request.uri().authority().map(|authority| Ok(authority.as_str()));
    let mut named = false;
    for name in header.chain(target) {
        named = true;
        if !name.is_ok_and(is_local_name) {
            return false;
        }
    }
    named
}

fn is_local_name(name: &str) -> bool {
    let host = match name.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => name.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(version: Version, target: &str, hosts: &[&str]) -> Request<()> {
        let mut request = Request::builder().version(version).uri(target);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        request.body(()).unwrap()
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for host in [
            "",
            "example.com",
            "EXAMPLE.com:8080",
            "example.com:",
            "my_app",
            "xn--bcher-kva.example",
            "a%2fb",
            "a~b!$&'()*+;=c",
            "127.0.0.1:1",
            "[::1]",
            "[2001:db8::1]:65535",
        ] {
            assert!(is_sound(&request(Version::HTTP_11, "/", &[host])), "{host}");
            assert!(is_sound(&request(Version::HTTP_10, "/", &[host])), "{host}");
        }
        for host in [
            "a b",
            "a, b",
            "a,b",
            "a/b",
            "http://a",
            "me@a",
            "a?b",
            "a#b",
            "a\\b",
            "a\"b",
            "<a>",
            "a:b",
            "a:1:2",
            "a:65536",
            "a:123456",
            "a:-1",
            "::1",
            "[::1",
            "[::1]8080",
            "[a]",
            "[]",
            "a%2",
            "a%zz",
            "a|b",
        ] {
            assert!(!is_sound(&request(Version::HTTP_11, "/", &[host])), "{host}");
            assert!(!is_sound(&request(Version::HTTP_10, "/", &[host])), "{host}");
            assert!(
                !is_sound(&request(Version::HTTP_2, "http://a/", &[host])),
                "{host}"
            );
        }
    }

    #[test]
    fn as_many_hosts_as_the_version_has() {
        for (version, target, hosts, sound) in [
            (Version::HTTP_11, "/", &[][..], false),
            (Version::HTTP_11, "/", &["a", "a"], false),
            (Version::HTTP_11, "http://a/", &["a"], true),
            (Version::HTTP_11, "http://me@a/", &["a"], false),
            (Version::HTTP_10, "/", &[], true),
            (Version::HTTP_10, "/", &["a", "b"], false),
            (Version::HTTP_2, "/", &[], false),
            (Version::HTTP_2, "/", &["a"], true),
            (Version::HTTP_2, "http://a/", &[], true),
            (Version::HTTP_2, "http://me@a/", &[], false),
            (Version::HTTP_2, "http://a/", &["a"], true),
            (Version::HTTP_2, "http://a/", &["A"], true),
            (Version::HTTP_2, "http://a/", &["a:80"], true),
            (Version::HTTP_2, "https://a:443/", &["a"], true),
            (Version::HTTP_2, "https://a/", &["a:80"], false),
            (Version::HTTP_2, "http://a/", &["b"], false),
            (Version::HTTP_2, "http://a/", &["a:81"], false),
            (Version::HTTP_2, "http://a/", &[""], false),
            (Version::HTTP_2, "http://a/", &["a", "a"], false),
        ] {
            let request = request(version, target, hosts);
            assert_eq!(is_sound(&request), sound, "{version:?} {target} {hosts:?}");
        }
    }

    #[test]
    fn a_local_name_is_localhost_or_an_address() {
        for host in [
            "localhost",
            "LOCALHOST:9090",
            "127.0.0.1:9090",
            "[::1]:9090",
            "10.1.2.3",
        ] {
            assert!(is_local(&request(Version::HTTP_11, "/", &[host])), "{host}");
        }
        for hosts in [
            &[][..],
            &[""],
            &["evil.example"],
            &["localhost.evil.example"],
            &["127.0.0.1.evil.example:9090"],
            &["localhost", "evil.example"],
        ] {
            assert!(!is_local(&request(Version::HTTP_11, "/", hosts)), "{hosts:?}");
        }
        assert!(!is_local(&request(Version::HTTP_2, "http://evil.example/", &[])));
    }
}
