//! Reads forwarding headers from the right, where the nearest proxy wrote.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::address;

/// `X-Forwarded-For`: addresses, the nearest proxy's last.
pub(super) static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// `X-Forwarded-Proto`: the scheme of the client's own connection.
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What one proxy wrote of the hop before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// The address; `None` when there is none that can be read.
    pub(super) ip: Option<IpAddr>,
    /// Whether that hop came in by https; `None` when the proxy does not say.
    pub(super) https: Option<bool>,
    /// There is something in the place of the address that cannot be read.
    pub(super) is_unreadable: bool,
}

impl Hop {
    fn at(&mut self, address: &[u8]) {
        self.ip = address::parse(address);
        self.is_unreadable = self.ip.is_none() && !address::is_withheld(address);
    }
}

/// The hops of `X-Forwarded-For`, the nearest first.
pub(super) fn x_forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Hop> + '_ {
    headers
        .get_all(&X_FORWARDED_FOR)
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|&byte| byte == b','))
        .map(|entry| {
            let mut hop = Hop::default();
            hop.at(trim(entry));
            hop
        })
}

/// Whether `X-Forwarded-Proto` says `https`, and says nothing else; `None` when it is not there.
pub(super) fn x_forwarded_proto(headers: &HeaderMap) -> Option<bool> {
    let mut lines = headers.get_all(&X_FORWARDED_PROTO).iter().peekable();
    lines.peek()?;
    Some(
        lines
            .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
            .all(|scheme| trim(scheme).eq_ignore_ascii_case(b"https")),
    )
}

/// The hops of `Forwarded` (RFC 7239), the nearest first.
pub(super) fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Hop> + '_ {
    headers
        .get_all(header::FORWARDED)
        .iter()
        .rev()
        .flat_map(|line: &HeaderValue| Elements(Some(line.as_bytes())))
        // An element that cannot be read says nothing.
        .map(|element| {
            hop(element).unwrap_or(Hop {
                is_unreadable: true,
                ..Hop::default()
            })
        })
}

/// The comma-separated elements of a `Forwarded` line, the last first.
///
/// Split from the right, so that an open quote in what the caller sent cannot swallow what the proxy
/// appended.
struct Elements<'a>(Option<&'a [u8]>);

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.0?;
        let mut quoted = false;
        for at in (0..line.len()).rev() {
            match line[at] {
                b'"' if !is_escaped(line, at) => quoted = !quoted,
                b',' if !quoted => {
                    self.0 = Some(&line[..at]);
                    return Some(&line[at + 1..]);
                }
                _ => {}
            }
        }
        self.0 = None;
        Some(line)
    }
}

/// Whether an odd number of backslashes stands before `at`.
///
/// A run of backslashes is bounded to what a sane value holds, so that hostile ones cost no more.
fn is_escaped(line: &[u8], at: usize) -> bool {
    line[..at]
        .iter()
        .rev()
        .take(16)
        .take_while(|&&byte| byte == b'\\')
        .count()
        % 2
        == 1
}

/// Reads one element: `for=192.0.2.1;proto=https;by=…`. A parameter that stands twice makes it unreadable.
fn hop(element: &[u8]) -> Option<Hop> {
    let mut hop = Hop::default();
    let (mut has_for, mut has_proto) = (false, false);
    let mut rest = trim(element);
    while !rest.is_empty() {
        let equals = rest.iter().position(|&byte| byte == b'=')?;
        let name = &rest[..equals];
        if name.is_empty() || !name.iter().copied().all(is_token) {
            return None;
        }
        let (value, after) = value(&rest[equals + 1..])?;
        if name.eq_ignore_ascii_case(b"for") {
            if std::mem::replace(&mut has_for, true) {
                return None;
            }
            hop.at(value);
        } else if name.eq_ignore_ascii_case(b"proto") {
            if std::mem::replace(&mut has_proto, true) {
                return None;
            }
            hop.https = Some(value.eq_ignore_ascii_case(b"https"));
        }
        rest = match trim(after) {
            [] => &[],
            [b';', more @ ..] => trim(more),
            _ => return None,
        };
    }
    Some(hop)
}

/// Splits a token or quoted string from the front. Addresses and schemes need no escapes, so a quoted
/// string that has one keeps it and is then no address.
fn value(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if let [b'"', inner @ ..] = text {
        let mut escaped = false;
        let end = inner.iter().position(|&byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        return Some((&inner[..end], &inner[end + 1..]));
    }
    let end = text
        .iter()
        .position(|&byte| !is_token(byte))
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A character of a token (RFC 9110 §5.6.2), or the `:`, `[` and `]` that proxies forget to quote.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:[]".contains(&byte)
}

fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(name: &HeaderName, lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, HeaderValue::from_static(line));
        }
        headers
    }

    fn ips(lines: &[&'static str]) -> Vec<Option<String>> {
        forwarded(&map(&header::FORWARDED, lines))
            .map(|hop| hop.ip.map(|ip| ip.to_string()))
            .collect()
    }

    fn some(ip: &str) -> Option<String> {
        Some(ip.to_owned())
    }

    #[test]
    fn forwarded_is_read_from_the_right() {
        assert_eq!(
            ips(&[
                "for=192.0.2.1, for=\"[2001:db8::17]:4711\"",
                "For=198.51.100.17;by=203.0.113.60;proto=http"
            ]),
            [some("198.51.100.17"), some("2001:db8::17"), some("192.0.2.1")]
        );
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_proxys_word() {
        assert_eq!(ips(&["for=\"1.2.3.4, for=192.0.2.1"])[0], some("192.0.2.1"));
        assert_eq!(ips(&["x=\"a\\\", for=192.0.2.1"])[0], some("192.0.2.1"));
    }

    #[test]
    fn commas_and_semicolons_in_quotes_belong_to_the_value() {
        assert_eq!(
            ips(&["for=192.0.2.1;ext=\"a,b;for=1.1.1.1\""]),
            [some("192.0.2.1")]
        );
        assert_eq!(ips(&["ext=\"a\\\",b\";for=192.0.2.1"]), [some("192.0.2.1")]);
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for line in [
            "",
            "for",
            "for=",
            "=192.0.2.1",
            "for=unknown",
            "for=_hidden",
            "for=192.0.2.1;for=192.0.2.2",
            "for=192.0.2.1 by=1.1.1.1",
            "for=\"192.0.2.1",
            "for =192.0.2.1",
            "for=192.0.2.1;;=",
        ] {
            assert_eq!(ips(&[line]), [None], "{line}");
        }
    }

    #[test]
    fn proto_is_told_per_element() {
        let hops: Vec<_> = forwarded(&map(
            &header::FORWARDED,
            &["for=192.0.2.1;proto=HTTPS, for=10.0.0.1;proto=http"],
        ))
        .collect();
        assert_eq!(hops[0].https, Some(false));
        assert_eq!(hops[1].https, Some(true));
        assert_eq!(hop(b"for=192.0.2.1").unwrap().https, None);
    }

    #[test]
    fn x_forwarded_proto_must_be_of_one_mind() {
        let proto = |lines: &[&'static str]| x_forwarded_proto(&map(&X_FORWARDED_PROTO, lines));
        assert_eq!(proto(&[]), None);
        assert_eq!(proto(&["https"]), Some(true));
        assert_eq!(proto(&["HTTPS , https"]), Some(true));
        assert_eq!(proto(&["https, http"]), Some(false));
        assert_eq!(proto(&["https", "http"]), Some(false));
        assert_eq!(proto(&["https,"]), Some(false));
        assert_eq!(proto(&[""]), Some(false));
    }

    #[test]
    fn x_forwarded_for_joins_its_lines() {
        let headers = map(&X_FORWARDED_FOR, &["192.0.2.1,192.0.2.2", " 192.0.2.3:80 "]);
        let ips: Vec<_> = x_forwarded_for(&headers)
            .map(|hop| hop.ip.unwrap().to_string())
            .collect();
        assert_eq!(ips, ["192.0.2.3", "192.0.2.2", "192.0.2.1"]);
    }
}
