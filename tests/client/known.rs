//! Cases known from elsewhere: each is a way in which services have been fooled.

use secure_runtime::{
    client::{
        ClientLayer, ClientSettings,
        ForwardedHeader::{Forwarded, XForwardedFor},
    },
    connection::Connection,
};

use crate::support::{client, from, ip, trusting};

const NETWORKS: &str = "10.0.0.0/8, fd00::/8";

#[test]
fn nobody_is_trusted_by_default() {
    let layer = ClientLayer::from(&ClientSettings::default());
    for name in [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "cf-connecting-ip",
        "true-client-ip",
    ] {
        assert_eq!(
            ip(&layer, "10.0.0.1", &[(name, "203.0.113.7")]),
            "10.0.0.1",
            "{name}"
        );
    }
    let https: &[(&str, &[u8])] = &[("x-forwarded-proto", b"https"), ("forwarded", b"proto=https")];
    assert!(!client(&layer, Some(from("10.0.0.1")), https).is_secure());
}

#[test]
fn the_leftmost_entry_is_the_callers_own_claim() {
    let layer = trusting(NETWORKS, XForwardedFor);
    assert_eq!(
        ip(&layer, "10.0.0.1", &[("x-forwarded-for", "1.1.1.1, 203.0.113.7")]),
        "203.0.113.7"
    );
    let layer = trusting("1", XForwardedFor);
    assert_eq!(
        ip(&layer, "10.0.0.1", &[("x-forwarded-for", "1.1.1.1, 203.0.113.7")]),
        "203.0.113.7"
    );
}

#[test]
fn several_lines_are_one_list() {
    let layer = trusting(NETWORKS, XForwardedFor);
    let lines = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-for", "203.0.113.7, 10.0.0.2"),
    ];
    assert_eq!(ip(&layer, "10.0.0.1", &lines), "203.0.113.7");
}

#[test]
fn several_proxies_are_followed() {
    let chain = [("x-forwarded-for", "1.1.1.1, 203.0.113.7, 10.2.0.1, fd00::5")];
    assert_eq!(
        ip(&trusting(NETWORKS, XForwardedFor), "10.0.0.1", &chain),
        "203.0.113.7"
    );
    assert_eq!(
        ip(&trusting("3", XForwardedFor), "10.0.0.1", &chain),
        "203.0.113.7"
    );
    let chain = [(
        "forwarded",
        "for=1.1.1.1, for=203.0.113.7;proto=https, for=10.2.0.1, for=\"[fd00::5]:80\"",
    )];
    assert_eq!(
        ip(&trusting(NETWORKS, Forwarded), "10.0.0.1", &chain),
        "203.0.113.7"
    );
}

#[test]
fn the_other_family_of_headers_is_not_read() {
    let both = [
        ("x-forwarded-for", "203.0.113.7"),
        ("forwarded", "for=1.1.1.1;proto=https"),
    ];
    assert_eq!(
        ip(&trusting(NETWORKS, XForwardedFor), "10.0.0.1", &both),
        "203.0.113.7"
    );
    let both = [
        ("forwarded", "for=203.0.113.7"),
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-proto", "https"),
    ];
    assert_eq!(
        ip(&trusting(NETWORKS, Forwarded), "10.0.0.1", &both),
        "203.0.113.7"
    );
    let headers: Vec<_> = both
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    assert!(!client(&trusting(NETWORKS, Forwarded), Some(from("10.0.0.1")), &headers).is_secure());
}

#[test]
fn fewer_entries_than_hops_means_a_way_around_the_proxies() {
    let layer = trusting("2", XForwardedFor);
    let headers: &[(&str, &[u8])] = &[
        ("x-forwarded-for", b"203.0.113.7"),
        ("x-forwarded-proto", b"https"),
    ];
    let client = client(&layer, Some(from("198.51.100.9")), headers);
    assert_eq!(client.ip(), Some("198.51.100.9".parse().unwrap()));
    assert!(!client.is_proxied() && !client.is_secure());
}

#[test]
fn what_cannot_be_read_is_not_guessed() {
    let layer = trusting(NETWORKS, XForwardedFor);
    for (told, client) in [
        ("unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("203.0.113.7,", "10.0.0.1"),
        ("203.0.113.7, garbage, 10.0.0.2", "10.0.0.2"),
        ("203.0.113.7 10.0.0.2", "10.0.0.1"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ] {
        assert_eq!(
            ip(&layer, "10.0.0.1", &[("x-forwarded-for", told)]),
            client,
            "{told:?}"
        );
    }
}

#[test]
fn a_dual_stack_socket_shows_the_same_proxies() {
    let layer = trusting(NETWORKS, XForwardedFor);
    assert_eq!(
        ip(
            &layer,
            "::ffff:10.0.0.1",
            &[("x-forwarded-for", "::ffff:203.0.113.7")]
        ),
        "203.0.113.7"
    );
    assert_eq!(
        ip(
            &layer,
            "::ffff:198.51.100.9",
            &[("x-forwarded-for", "203.0.113.7")]
        ),
        "198.51.100.9"
    );
}

#[test]
fn a_unix_socket_is_a_hop_of_this_host() {
    let unix = Some(Connection::new(None));
    let headers: &[(&str, &[u8])] = &[
        ("x-forwarded-for", b"203.0.113.7, 10.0.0.2"),
        ("x-forwarded-proto", b"https"),
    ];
    let told = client(&trusting(NETWORKS, XForwardedFor), unix, headers);
    assert_eq!(told.ip(), Some("203.0.113.7".parse().unwrap()));
    assert!(told.is_secure() && told.is_proxied());

    let untold = client(&trusting("none", XForwardedFor), unix, headers);
    assert_eq!((untold.ip(), untold.is_secure()), (None, false));
}

#[test]
fn without_a_connection_nobody_is_believed() {
    let headers: &[(&str, &[u8])] = &[
        ("x-forwarded-for", b"203.0.113.7"),
        ("x-forwarded-proto", b"https"),
    ];
    for proxies in ["1", NETWORKS] {
        let client = client(&trusting(proxies, XForwardedFor), None, headers);
        assert_eq!(client.ip(), None);
        assert!(!client.is_secure() && !client.is_proxied());
    }
}

#[test]
fn tls_behind_a_proxy_is_not_the_clients() {
    let layer = trusting(NETWORKS, XForwardedFor);
    let tls = Some(from("10.0.0.1").with_tls(true));
    let secure = |headers: &[(&str, &[u8])]| client(&layer, tls, headers).is_secure();
    assert!(secure(&[]), "the proxy itself asks");
    assert!(
        !secure(&[("x-forwarded-for", b"203.0.113.7")]),
        "it speaks for a client and does not say"
    );
    assert!(!secure(&[
        ("x-forwarded-for", b"203.0.113.7"),
        ("x-forwarded-proto", b"http")
    ]));
    assert!(secure(&[
        ("x-forwarded-for", b"203.0.113.7"),
        ("x-forwarded-proto", b"https")
    ]));
    assert!(!secure(&[
        ("x-forwarded-for", b"203.0.113.7"),
        ("x-forwarded-proto", b"http, https")
    ]));
}

#[test]
fn only_the_clients_own_element_says_how_it_came() {
    let layer = trusting(NETWORKS, Forwarded);
    let secure =
        |value: &str| client(&layer, Some(from("10.0.0.1")), &[("forwarded", value.as_bytes())]).is_secure();
    assert!(secure("for=203.0.113.7;proto=https, for=10.0.0.2;proto=http"));
    assert!(!secure("for=203.0.113.7;proto=http, for=10.0.0.2;proto=https"));
    assert!(!secure("for=203.0.113.7, for=10.0.0.2;proto=https"));
    assert!(!secure("for=1.1.1.1;proto=https, for=203.0.113.7;proto=http"));
}

#[test]
fn an_ipv6_client_is_counted_by_its_network() {
    let layer = trusting("none", XForwardedFor);
    let key = |peer: &str| client(&layer, Some(from(peer)), &[]).key();
    assert_eq!(key("2001:db8:1:2:aaaa::1"), key("2001:db8:1:2:bbbb::2"));
    assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
}

#[test]
fn an_address_with_a_port_is_an_address() {
    for header in ["x-forwarded-for", "forwarded"] {
        let kind = if header == "forwarded" {
            Forwarded
        } else {
            XForwardedFor
        };
        let layer = trusting(NETWORKS, kind);
        for (written, client) in [
            ("203.0.113.7:54321", "203.0.113.7"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:db8:0:0:0:0:0:1:443", "2001:db8::1"),
            ("\"[2001:db8::1]:443\"", "2001:db8::1"),
        ] {
            let value = if header == "forwarded" {
                format!("for={written}")
            } else {
                written.to_owned()
            };
            assert_eq!(
                ip(&layer, "10.0.0.1", &[(header, value.as_str())]),
                client,
                "{header}: {value}"
            );
        }
    }
}

/// All its clients would share one limit then, and nothing would say why.
#[test]
fn an_entry_of_a_trusted_proxy_that_cannot_be_read_is_reported_once() {
    let (lines, _guard) = tests::lines::capture();
    for (proxies, peer) in [(NETWORKS, "10.0.0.1"), ("1", "192.0.2.1")] {
        let layer = trusting(proxies, XForwardedFor);
        for withheld in ["unknown", "_hidden", ""] {
            assert_eq!(ip(&layer, peer, &[("x-forwarded-for", withheld)]), peer);
        }
        let quiet = lines
            .take()
            .iter()
            .all(|line| !line["message"].contains("not an IP address"));
        assert!(quiet, "the proxy has said that it does not say");
        for unreadable in ["client.example", "fe80::1%eth0", "203.0.113.7:http"] {
            assert_eq!(ip(&layer, peer, &[("x-forwarded-for", unreadable)]), peer);
        }
        let reported: Vec<_> = lines
            .take()
            .into_iter()
            .filter(|line| line["message"].contains("not an IP address"))
            .map(|line| (line["peer"].clone(), line["header"].clone()))
            .collect();
        assert_eq!(reported, [(peer.to_owned(), "x-forwarded-for".to_owned())]);
    }
}
