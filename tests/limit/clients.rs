//! Nobody is many.

use http::Request;
use secure_runtime::{client::TrustedProxies, connection::Connection};
use tests::lines::capture;

use crate::support::{call, from, limited, passed, ten_an_hour, with};

/// The n-th of many addresses.
fn address(n: u32) -> String {
    std::net::Ipv4Addr::from_bits(0x0b00_0000 + n).to_string()
}

#[test]
fn a_rotating_x_forwarded_for_gets_ten() {
    let mut service = limited(TrustedProxies::none(), ten_an_hour());
    let requests = (0..100_000).map(|n| {
        let request = with(from("198.51.100.7:4000"), "x-forwarded-for", &address(n));
        with(request, "forwarded", &format!("for={}", address(n)))
    });
    assert_eq!(passed(&mut service, requests), 10);
}

#[test]
fn so_behind_a_proxy_that_appends() {
    for proxies in [
        TrustedProxies::networks(["10.0.0.0/8"]).unwrap(),
        "1".parse().unwrap(),
    ] {
        let mut service = limited(proxies, ten_an_hour());
        let requests = (0..100_000).map(|n| {
            let forwarded = format!("{}, 198.51.100.7", address(n));
            with(from("10.0.0.1:4000"), "x-forwarded-for", &forwarded)
        });
        assert_eq!(passed(&mut service, requests), 10);
    }
}

#[test]
fn ten_thousand_addresses_of_one_64_get_ten() {
    let mut service = limited(TrustedProxies::none(), ten_an_hour());
    let requests = (0..10_000).map(|n| from(&format!("[2001:db8:1:2:{n:x}::{n:x}]:4000")));
    assert_eq!(passed(&mut service, requests), 10);
    assert_eq!(call(&mut service, from("[2001:db8:1:3::1]:4000")).status(), 200);
}

#[test]
fn an_address_is_the_same_on_either_kind_of_socket() {
    let mut service = limited(TrustedProxies::none(), ten_an_hour());
    let requests = (0..100).map(|n| match n % 2 {
        0 => from("198.51.100.7:4000"),
        _ => from("[::ffff:198.51.100.7]:4000"),
    });
    assert_eq!(passed(&mut service, requests), 10);
}

#[test]
fn clients_behind_a_trusted_proxy_are_told_apart() {
    let mut service = limited(TrustedProxies::networks(["10.0.0.0/8"]).unwrap(), ten_an_hour());
    let requests = (0..1_000).map(|n| with(from("10.0.0.1:4000"), "x-forwarded-for", &address(n % 50)));
    assert_eq!(passed(&mut service, requests), 500);
}

#[test]
fn behind_a_proxy_that_nobody_trusts_all_share_a_quota_and_it_is_said_once() {
    let (lines, _guard) = capture();
    let mut service = limited(TrustedProxies::none(), ten_an_hour());
    let requests = (0..1_000).map(|n| with(from("10.0.0.1:4000"), "x-forwarded-for", &address(n)));
    assert_eq!(passed(&mut service, requests), 10);
    let warnings: Vec<_> = lines
        .take()
        .into_iter()
        .filter(|line| line["level"] == "WARN" && line["target"] == "secure_runtime::client::service")
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(warnings[0]["peer"], "10.0.0.1");
}

#[test]
fn a_peer_without_an_address_is_one_client_and_no_error() {
    let mut service = limited(TrustedProxies::none(), ten_an_hour());
    let on_unix_socket = || {
        Request::builder()
            .extension(Connection::new(None))
            .body(())
            .unwrap()
    };
    assert_eq!(passed(&mut service, (0..100).map(|_| on_unix_socket())), 10);
    // So is one of which nothing is known.
    let mut service = limited(TrustedProxies::none(), ten_an_hour());
    assert_eq!(passed(&mut service, (0..100).map(|_| Request::new(()))), 10);
}

#[test]
fn a_proxy_on_a_unix_socket_speaks_for_its_clients() {
    let mut service = limited(TrustedProxies::networks(["10.0.0.0/8"]).unwrap(), ten_an_hour());
    let requests = (0..1_000).map(|n| {
        let request = Request::builder()
            .extension(Connection::new(None))
            .body(())
            .unwrap();
        with(request, "x-forwarded-for", &address(n % 50))
    });
    assert_eq!(passed(&mut service, requests), 500);
}
