//! Whether a text is an origin as browsers send it, and one that may be trusted.

use std::net::{Ipv4Addr, Ipv6Addr};

use secure_config::Profile;

/// The most that a name in the DNS can have.
const MAX_HOST: usize = 253;

/// A code and the reason with the remedy.
pub(super) type Flaw = (&'static str, &'static str);

/// What is wrong with an origin; `*` is not one.
pub(super) fn flaw(origin: &str, profile: Profile) -> Option<Flaw> {
    check(origin, profile).err()
}

fn check(origin: &str, profile: Profile) -> Result<(), Flaw> {
    if origin == "null" {
        return Err((
            "null-origin",
            "every sandboxed frame, data: and file: page sends it, whoever wrote it; list the page's real origin",
        ));
    }
    let Some((scheme, rest)) = origin.split_once("://") else {
        return Err(("no-scheme", "is no origin; write https:// and the host"));
    };
    let is_page = matches!(scheme, "https" | "http");
    if !is_page {
        check_scheme(scheme)?;
    }
    if rest.contains('@') {
        return Err(("user", "an origin has no user; leave out what is before the @"));
    }
    if rest.contains('*') {
        return Err((
            "wildcard",
            "a subdomain that someone else takes over would be let in; list each host",
        ));
    }
    if rest.contains(['/', '?', '#', '\\']) {
        return Err((
            "path",
            "an origin ends with the host or port, and browsers send no / after it; leave out the rest",
        ));
    }
    if !rest.is_ascii() {
        return Err((
            "not-ascii",
            "browsers send such a host in punycode; write it as xn--…",
        ));
    }
    if rest.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(UPPER_CASE);
    }
    let (host, port) = split_port(rest)?;
    if port == Some(if scheme == "https" { "443" } else { "80" }) {
        return Err((
            "default-port",
            "browsers leave out the scheme's own port; leave it out",
        ));
    }
    check_host(host)?;
    if !is_page {
        // The pages of an app: its `localhost` is the app itself.
        return Ok(());
    }
    let local = is_loopback(host);
    if local && profile.is_deployed() {
        return Err((
            "loopback",
            "is the visitor's own machine, and any program there; it is for the development and test profiles",
        ));
    }
    if scheme == "http" && !local {
        return Err((
            "http",
            "whoever sits on the network can write this page; serve it by https",
        ));
    }
    Ok(())
}

/// Accepts the scheme of an app's own pages, such as `capacitor`, `ionic`, `tauri`, `app` or `chrome-extension`.
fn check_scheme(scheme: &str) -> Result<(), Flaw> {
    if scheme.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(UPPER_CASE);
    }
    // None of them is the origin of one page: browsers send `null` or the origin of another scheme.
    let is_shared = matches!(
        scheme,
        "file"
            | "data"
            | "blob"
            | "filesystem"
            | "about"
            | "javascript"
            | "view-source"
            | "content"
            | "ftp"
            | "ws"
            | "wss"
            | "null"
    );
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.len() <= 64
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte));
    if is_scheme && !is_shared {
        Ok(())
    } else {
        Err((
            "foreign-scheme",
            "is not the origin of one page or app; write https:// and the host, or the app's own scheme, such as capacitor://localhost",
        ))
    }
}

const UPPER_CASE: Flaw = (
    "upper-case",
    "browsers send origins in lower case, so this matches nothing; write it in lower case",
);

const NO_HOST: Flaw = (
    "host",
    "has no host as browsers write it; write a name, an IPv4 address or an IPv6 address in brackets",
);

fn split_port(rest: &str) -> Result<(&str, Option<&str>), Flaw> {
    let after_host = match rest.find(']') {
        Some(end) => end + 1,
        None if rest.starts_with('[') => return Err(NO_HOST),
        None => rest.find(':').unwrap_or(rest.len()),
    };
    let (host, port) = rest.split_at(after_host);
    if port.is_empty() {
        return Ok((host, None));
    }
    let port = port.strip_prefix(':').ok_or(NO_HOST)?;
    let plain = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    if plain && port.parse::<u16>().is_ok() {
        Ok((host, Some(port)))
    } else {
        Err(("port", "a port is a number from 1 to 65535"))
    }
}

/// A host as the URL standard serializes it.
fn check_host(host: &str) -> Result<(), Flaw> {
    if let Some(ip) = host.strip_prefix('[') {
        let ip = ip.strip_suffix(']').ok_or(NO_HOST)?;
        let parsed: Ipv6Addr = ip.parse().map_err(|_| NO_HOST)?;
        // Browsers never write the last 32 bits as an IPv4 address, as Rust does for mapped ones.
        let written = match parsed.to_ipv4_mapped() {
            Some(_) => {
                let [.., high, low] = parsed.segments();
                format!("::ffff:{high:x}:{low:x}")
            }
            None => parsed.to_string(),
        };
        return if written == ip { Ok(()) } else { Err(NO_HOST) };
    }
    if host.is_empty() || host.len() > MAX_HOST || host.ends_with('.') {
        return Err(NO_HOST);
    }
    // What ends in a number is an IPv4 address to browsers.
    let ends_in_number = host
        .rsplit('.')
        .next()
        .is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()) || label.starts_with("0x"));
    if ends_in_number {
        return host.parse::<Ipv4Addr>().map(drop).map_err(|_| NO_HOST);
    }
    let fine = host.split('.').all(|label| {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        (1..=63).contains(&label.len()) && label.bytes().all(plain)
    });
    if fine { Ok(()) } else { Err(NO_HOST) }
}

fn is_loopback(host: &str) -> bool {
    let ipv4 = || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || ipv4()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(origin: &str, profile: Profile) -> &'static str {
        flaw(origin, profile).map_or("", |(code, _)| code)
    }

    #[test]
    fn origins_as_browsers_send_them() {
        for origin in [
            "https://example.com",
            "https://app.example.com:8443",
            "https://xn--bcher-kva.example",
            "https://192.0.2.1",
            "https://[2001:db8::1]:8443",
            "https://[::ffff:c000:201]",
            "https://my_app.example.com",
            "https://a",
        ] {
            assert_eq!(code(origin, Profile::Production), "", "{origin}");
        }
        for origin in [
            "http://localhost:3000",
            "http://127.0.0.1:5173",
            "http://[::1]:8080",
            "https://localhost",
            "http://app.localhost",
        ] {
            for profile in [Profile::Development, Profile::Test] {
                assert_eq!(code(origin, profile), "", "{origin}");
            }
            for profile in [Profile::Staging, Profile::Production] {
                assert_eq!(code(origin, profile), "loopback", "{origin}");
            }
        }
    }

    #[test]
    fn origins_of_apps() {
        for origin in [
            "capacitor://localhost",
            "ionic://localhost",
            "tauri://localhost",
            "app://-",
            "wails://wails:34115",
            "com.example.app://localhost",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            "moz-extension://8d1b4c2e-3f6a-4b7c-9d8e-1f2a3b4c5d6e",
        ] {
            for profile in [Profile::Development, Profile::Production] {
                assert_eq!(code(origin, profile), "", "{origin}");
            }
        }
    }

    #[test]
    fn what_is_refused_in_every_profile() {
        for (origin, want) in [
            ("null", "null-origin"),
            ("", "no-scheme"),
            ("example.com", "no-scheme"),
            ("https:example.com", "no-scheme"),
            ("file://", "foreign-scheme"),
            ("file://localhost", "foreign-scheme"),
            ("wss://example.com", "foreign-scheme"),
            ("data://localhost", "foreign-scheme"),
            ("javascript://localhost", "foreign-scheme"),
            ("1app://localhost", "foreign-scheme"),
            ("an app://localhost", "foreign-scheme"),
            ("://localhost", "foreign-scheme"),
            ("Capacitor://localhost", "upper-case"),
            ("capacitor://", "host"),
            ("capacitor://Localhost", "upper-case"),
            ("capacitor://localhost/", "path"),
            ("capacitor://*", "wildcard"),
            ("capacitor://a@localhost", "user"),
            ("tauri://localhost:0", "port"),
            ("ionic://a b", "host"),
            ("HTTPS://example.com", "upper-case"),
            ("https://Example.com", "upper-case"),
            ("https://me:pw@example.com", "user"),
            ("https://*.example.com", "wildcard"),
            ("https://*", "wildcard"),
            ("https://example.com/", "path"),
            ("https://example.com/app", "path"),
            ("https://example.com?a", "path"),
            ("https://example.com#a", "path"),
            ("https://bücher.example", "not-ascii"),
            ("https://example.com:443", "default-port"),
            ("http://localhost:80", "default-port"),
            ("https://example.com:", "port"),
            ("https://example.com:0", "port"),
            ("https://example.com:08443", "port"),
            ("https://example.com:65536", "port"),
            ("https://example.com:8443:1", "port"),
            ("https://", "host"),
            ("https://:8443", "host"),
            ("https://example.com.", "host"),
            ("https://example..com", "host"),
            ("https://exam ple.com", "host"),
            ("https://192.0.2", "host"),
            ("https://192.0.2.01", "host"),
            ("https://0x7f000001", "host"),
            ("https://[2001:db8::1", "host"),
            ("https://[2001:db8:0::1]", "host"),
            ("https://[::ffff:192.0.2.1]", "host"),
            ("https://[::1]x", "host"),
            ("http://example.com", "http"),
            ("http://localhost.example.com", "http"),
            ("http://192.168.1.5:3000", "http"),
        ] {
            for profile in [Profile::Development, Profile::Production] {
                assert_eq!(code(origin, profile), want, "{origin}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_passes_is_one_origin(origin in ".{0,60}", like in "(https?|capacitor|app|File|[a-z+.-]{1,9})://[a-zA-Z0-9.:\\[\\]@*/_é-]{0,20}") {
            for origin in [origin, like] {
                for profile in [Profile::Test, Profile::Production] {
                    if flaw(&origin, profile).is_none() {
                        prop_assert!(http::HeaderValue::from_str(&origin).is_ok());
                        prop_assert_eq!(origin.to_ascii_lowercase(), origin.clone());
                        let (scheme, host) = origin.split_once("://").unwrap();
                        prop_assert!(!scheme.is_empty() && !host.is_empty());
                        prop_assert!(!host.contains(['/', '@', '*', '?', '#', ' ', ',']), "{}", origin);
                    }
                }
            }
        }

        #[test]
        fn what_passes_is_a_header_and_https(origin in "(https?|null|HTTPS)://[a-zA-Z0-9.:\\[\\]@*/é-]{0,40}") {
            if flaw(&origin, Profile::Production).is_none() {
                prop_assert!(http::HeaderValue::from_str(&origin).is_ok());
                let rest = origin.strip_prefix("https://").unwrap();
                prop_assert!(!rest.contains(['/', '@', '*']) && rest.to_ascii_lowercase() == rest);
            }
        }
    }
}
