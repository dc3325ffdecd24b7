//! What holds for every header an attacker can send.

use std::{net::IpAddr, time::Instant};

use proptest::prelude::*;
use secure_runtime::client::ForwardedHeader::{Forwarded, XForwardedFor};

use crate::support::{client, from, trusting};

/// Anything that may stand in a header.
fn header_value(max: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        8 => prop::sample::select(b" ,;=\"\\:.[]abcdefor0123456789%_".to_vec()),
        1 => 0x20_u8..=0x7e,
        1 => 0x80_u8..=0xff,
    ];
    prop::collection::vec(byte, 0..max)
}

/// What an attacker might write to look like a chain.
fn claim() -> impl Strategy<Value = Vec<u8>> {
    let entry = prop_oneof![
        any::<IpAddr>().prop_map(|ip| ip.to_string()),
        any::<IpAddr>().prop_map(|ip| format!("for=\"{ip}\"")),
        (0_u8..=255).prop_map(|n| format!("10.0.0.{n}")),
        (0_u8..=255).prop_map(|n| format!("for=10.0.0.{n};proto=https")),
        Just("for=\"".to_owned()),
        Just("\\\\\\\"".to_owned()),
    ];
    prop_oneof![
        header_value(200),
        prop::collection::vec(entry, 0..40).prop_map(|entries| entries.join(", ").into_bytes()),
    ]
}

fn public() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        (11_u8..=223, any::<[u8; 3]>()).prop_map(|(a, [b, c, d])| IpAddr::from([a, b, c, d])),
        any::<[u16; 7]>().prop_map(|[a, b, c, d, e, f, g]| IpAddr::from([0x2001, a, b, c, d, e, f, g])),
    ]
}

/// How a proxy adds what it saw to what the caller sent: to the same line, or as a line of its own.
fn append(claim: &[u8], told: &str, is_new_line: bool) -> Vec<Vec<u8>> {
    if is_new_line || claim.is_empty() {
        return vec![claim.to_vec(), told.as_bytes().to_vec()];
    }
    vec![[claim, b", ", told.as_bytes()].concat()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_claim_moves_a_client_behind_a_proxy(
        claim in claim(), caller in public(), is_new_line: bool, by_hops: bool, port in prop::option::of(1_u16..),
    ) {
        let proxies = if by_hops { "1" } else { "10.0.0.0/8" };
        let node = match (caller, port) {
            (IpAddr::V6(ip), Some(port)) => format!("[{ip}]:{port}"),
            (ip, Some(port)) => format!("{ip}:{port}"),
            (ip, None) => ip.to_string(),
        };

        let lines = append(&claim, &node, is_new_line);
        let headers: Vec<_> = lines.iter().map(|line| ("x-forwarded-for", line.as_slice())).collect();
        let told = client(&trusting(proxies, XForwardedFor), Some(from("10.0.0.1")), &headers);
        prop_assert_eq!(told.ip(), Some(caller));

        let node = if caller.is_ipv6() && port.is_none() { format!("[{node}]") } else { node };
        let lines = append(&claim, &format!("for=\"{node}\";proto=http"), is_new_line);
        let headers: Vec<_> = lines.iter().map(|line| ("forwarded", line.as_slice())).collect();
        let told = client(&trusting(proxies, Forwarded), Some(from("10.0.0.1")), &headers);
        prop_assert_eq!(told.ip(), Some(caller));
        prop_assert!(!told.is_secure());
    }

    #[test]
    fn a_stranger_is_always_itself(peer in public(), value in claim(), proto in header_value(20), tls: bool) {
        let headers: Vec<(&str, &[u8])> = vec![
            ("x-forwarded-for", &value), ("forwarded", &value), ("x-forwarded-proto", &proto), ("x-forwarded-proto", b"https"),
        ];
        for header in [XForwardedFor, Forwarded] {
            let connection = from(&peer.to_string()).with_tls(tls);
            let client = client(&trusting("10.0.0.0/8", header), Some(connection), &headers);
            prop_assert_eq!(client.ip(), Some(peer.to_canonical()));
            prop_assert_eq!(client.is_secure(), tls);
            prop_assert!(!client.is_proxied());
        }
    }

    #[test]
    fn the_client_is_the_peer_or_stands_in_the_header(value in claim(), proxies in prop::sample::select(vec!["1", "3", "10.0.0.0/8"])) {
        for (name, header) in [("x-forwarded-for", XForwardedFor), ("forwarded", Forwarded)] {
            let client = client(&trusting(proxies, header), Some(from("10.0.0.1")), &[(name, &value)]);
            let ip = client.ip().unwrap();
            if ip != IpAddr::from([10, 0, 0, 1]) {
                // Some entry of the header parses as that address.
                let text = String::from_utf8_lossy(&value).into_owned();
                let words = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':'));
                let is_there = words.flat_map(|word| [word, word.rsplit_once(':').map_or(word, |(ip, _)| ip), word.trim_matches(':')])
                    .filter_map(|word| word.parse::<IpAddr>().ok())
                    .any(|word| word.to_canonical() == ip);
                prop_assert!(is_there, "{} is not in {}", ip, text);
            }
        }
    }
}

#[test]
fn hostile_headers_cost_little() {
    let quotes = "\"".repeat(60_000);
    let slashes = format!("\"{}", "\\".repeat(60_000));
    let commas = ",".repeat(60_000);
    let trusted = "10.0.0.2,".repeat(7_000);
    let trusted_elements = "for=10.0.0.2,".repeat(5_000);
    let start = Instant::now();
    for value in [&quotes, &slashes, &commas, &trusted, &trusted_elements] {
        for (name, header) in [("x-forwarded-for", XForwardedFor), ("forwarded", Forwarded)] {
            for proxies in ["255", "10.0.0.0/8"] {
                client(
                    &trusting(proxies, header),
                    Some(from("10.0.0.1")),
                    &[(name, value.as_bytes())],
                );
            }
        }
    }
    // Each of the 20 requests is linear in its header at worst, which takes milliseconds; a square would take many minutes.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
