//! What headers say, and what holds for any bytes.

use super::{Announced, Invalid, Step, read, v1, v2};

/// Feeds a connection's bytes as they are asked for; what came of it, and how many were taken.
fn feed(bytes: &[u8]) -> (Option<Result<Announced, Invalid>>, usize) {
    let mut taken = 0;
    loop {
        match read(&bytes[..taken]) {
            Ok(Step::Done(announced)) => return (Some(Ok(announced)), taken),
            Err(invalid) => return (Some(Err(invalid)), taken),
            Ok(Step::More(more)) => {
                assert!(more > 0, "it must go on");
                taken += more;
                assert!(taken <= 16 + v2::MAX_LEN, "it is bounded");
                if taken > bytes.len() {
                    return (None, bytes.len());
                }
            }
        }
    }
}

/// What holds for any bytes: no panic, a bound, and nothing read beyond a header.
pub(crate) fn hold(bytes: &[u8]) {
    let (outcome, taken) = feed(bytes);
    if let Some(Ok(announced)) = outcome {
        assert_eq!(read(&bytes[..taken]), Ok(Step::Done(announced)));
        // The header alone says the same, and a byte less is not yet one.
        assert!(matches!(read(&bytes[..taken - 1]), Ok(Step::More(_))));
        if bytes.starts_with(b"PROXY") {
            assert!(taken <= v1::MAX_LEN && bytes[..taken].ends_with(b"\r\n"));
            assert!(!bytes[..taken - 2].contains(&b'\n'));
        }
    }
}

#[cfg(test)]
mod known {
    use proptest::prelude::*;

    use super::*;

    fn client(text: &str) -> Announced {
        Announced::Client {
            addr: text.parse().unwrap(),
            tls: false,
        }
    }

    fn header_v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let mut header = v2::SIGNATURE.to_vec();
        header.extend([command, family]);
        header.extend(u16::try_from(rest.len()).unwrap().to_be_bytes());
        header.extend(rest);
        header
    }

    const V4: [u8; 12] = [203, 0, 113, 7, 10, 0, 0, 1, 0xdc, 0x04, 0x01, 0xbb];

    fn v6() -> Vec<u8> {
        let ip = |text: &str| text.parse::<std::net::Ipv6Addr>().unwrap().octets();
        [
            &ip("2001:db8::7")[..],
            &ip("fd00::1"),
            &56324_u16.to_be_bytes(),
            &443_u16.to_be_bytes(),
        ]
        .concat()
    }

    #[test]
    fn lines_of_version_1() {
        for (line, want) in [
            (
                "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443",
                client("203.0.113.7:56324"),
            ),
            ("PROXY TCP4 1.1.1.1 1.1.1.1 0 1", client("1.1.1.1:0")),
            (
                "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535",
                client("255.255.255.255:65535"),
            ),
            (
                "PROXY TCP6 2001:db8::7 ::1 56324 443",
                client("[2001:db8::7]:56324"),
            ),
            ("PROXY TCP6 ::1 :: 1 1", client("[::1]:1")),
            ("PROXY UNKNOWN", Announced::Proxy),
            (
                "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535",
                Announced::Proxy,
            ),
            ("PROXY UNKNOWN what ever", Announced::Proxy),
        ] {
            let bytes = format!("{line}\r\nGET / HTTP/1.1\r\n\r\n");
            assert_eq!(feed(bytes.as_bytes()), (Some(Ok(want)), line.len() + 2), "{line}");
        }
    }

    #[test]
    fn lines_that_are_refused() {
        for line in [
            "PROXY\r\n        ",
            "PROXY TCP4\r\n        ",
            "PROXY TCP4 203.0.113.7 10.0.0.1 56324\r\n        ",
            "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443 1\r\n",
            "PROXY TCP4 203.0.113.7  10.0.0.1 56324 443\r\n",
            "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443 \r\n",
            "PROXY TCP4 203.0.113.7 10.0.0.1 +56324 443\r\n",
            "PROXY TCP4 203.0.113.7 10.0.0.1 056324 443\r\n",
            "PROXY TCP4 203.0.113.7 10.0.0.1 65536 443\r\n",
            "PROXY TCP4 203.0.113.07 10.0.0.1 56324 443\r\n",
            "PROXY TCP4 2001:db8::7 ::1 56324 443\r\n",
            "PROXY TCP6 203.0.113.7 10.0.0.1 56324 443\r\n",
            "PROXY TCP6 fe80::1%eth0 ::1 56324 443\r\n",
            "PROXY TCP4 0.0.0.0 10.0.0.1 56324 443\r\n",
            "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\n  ",
            "PROXY UDP4 203.0.113.7 10.0.0.1 56324 443\r\n",
            "PROXY unknown\r\n          ",
            "proxy TCP4 203.0.113.7 10.0.0.1 56324 443\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
            "\x16\x03\x01\x02\x00\x01\x00\x01\x7c\x03\x03____",
        ] {
            assert!(matches!(feed(line.as_bytes()), (Some(Err(_)), _)), "{line:?}");
        }
        let long = format!("PROXY UNKNOWN {}\r\n", "x".repeat(100));
        assert_eq!(feed(long.as_bytes()).0, Some(Err(Invalid::TooLong)));
    }

    #[test]
    fn headers_of_version_2() {
        let tls = |flags: u8| [0x20, 0, 5, flags, 0, 0, 0, 0];
        let secured = |tls| Announced::Client {
            addr: "203.0.113.7:56324".parse().unwrap(),
            tls,
        };
        for (header, want) in [
            (header_v2(0x21, 0x11, &V4), secured(false)),
            (header_v2(0x21, 0x21, &v6()), client("[2001:db8::7]:56324")),
            (header_v2(0x20, 0x00, &[]), Announced::Proxy),
            (header_v2(0x20, 0x11, &V4), Announced::Proxy),
            (header_v2(0x21, 0x00, &[1, 2, 3]), Announced::Proxy),
            (header_v2(0x21, 0x31, &[0; 216]), Announced::Proxy),
            (header_v2(0x21, 0x11, &[&V4[..], &tls(1)].concat()), secured(true)),
            (
                header_v2(0x21, 0x11, &[&V4[..], &tls(0)].concat()),
                secured(false),
            ),
            (
                header_v2(
                    0x21,
                    0x11,
                    &[&V4[..], &[4, 0, 2, 0, 0], &tls(7), &[0xea, 0, 1, 1]].concat(),
                ),
                secured(true),
            ),
        ] {
            let bytes = [&header[..], b"\x16\x03\x01"].concat();
            assert_eq!(feed(&bytes), (Some(Ok(want)), header.len()), "{header:?}");
        }
    }

    #[test]
    fn headers_that_are_refused() {
        for (header, why) in [
            (header_v2(0x11, 0x11, &V4), Invalid::Malformed),
            (header_v2(0x22, 0x11, &V4), Invalid::Malformed),
            (header_v2(0x31, 0x11, &V4), Invalid::Malformed),
            (header_v2(0x21, 0x11, &V4[..11]), Invalid::Malformed),
            (header_v2(0x21, 0x21, &V4), Invalid::Malformed),
            (header_v2(0x21, 0x41, &V4), Invalid::Malformed),
            (header_v2(0x21, 0x11, &[0; 12]), Invalid::Malformed),
            (
                header_v2(0x21, 0x11, &[&V4[..], &[4, 0, 9, 1]].concat()),
                Invalid::Malformed,
            ),
            (
                header_v2(0x21, 0x11, &[&V4[..], &[4, 0]].concat()),
                Invalid::Malformed,
            ),
            (
                header_v2(0x21, 0x11, &[&V4[..], &[0x20, 0, 1, 1]].concat()),
                Invalid::Malformed,
            ),
            (header_v2(0x21, 0x11, &[0; v2::MAX_LEN + 1]), Invalid::TooLong),
        ] {
            assert_eq!(feed(&header).0, Some(Err(why)), "{header:?}");
        }
    }

    #[test]
    fn too_little_is_waited_for() {
        for bytes in [
            &b""[..],
            b"\r\n\r\n",
            b"PROXY TC",
            b"PROXY TCP4 1.2.3.4 1.2",
            &v2::SIGNATURE[..],
            &header_v2(0x21, 0x11, &V4)[..27],
        ] {
            assert_eq!(feed(bytes).0, None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            hold(&bytes);
        }

        #[test]
        fn any_line(line in "PROXY (TCP4|TCP6|UNKNOWN|T)[ 0-9a-f:.]{0,110}\r?\n?.{0,9}") {
            hold(line.as_bytes());
        }

        #[test]
        fn any_header(command in 0x1f_u8..0x23, family: u8, rest in proptest::collection::vec(any::<u8>(), 0..80)) {
            hold(&header_v2(command, family, &rest));
        }

        #[test]
        fn what_a_proxy_writes_is_read(ip: std::net::IpAddr, port: u16, after in ".{0,40}") {
            prop_assume!(!ip.is_unspecified());
            let family = if ip.is_ipv4() { "TCP4" } else { "TCP6" };
            let line = format!("PROXY {family} {ip} {ip} {port} 443\r\n");
            let want = Announced::Client { addr: (ip, port).into(), tls: false };
            prop_assert_eq!(feed(format!("{line}{after}").as_bytes()), (Some(Ok(want)), line.len()));
        }
    }
}
