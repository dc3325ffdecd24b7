//! Version 1: a line of text, `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Announced, Invalid, Step};

const BEGIN: &[u8] = b"PROXY ";

/// The longest line with its end, from the specification.
pub(super) const MAX_LEN: usize = 107;

/// The end of the line.
const END: usize = b"\r\n".len();

pub(super) fn read(bytes: &[u8]) -> Result<Step, Invalid> {
    let known = bytes.len().min(BEGIN.len());
    if bytes[..known] != BEGIN[..known] {
        return Err(Invalid::Missing);
    }
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) if at + 1 == bytes.len() => {
            let line = bytes.strip_suffix(b"\r\n").ok_or(Invalid::Malformed)?;
            if bytes.len() > MAX_LEN {
                return Err(Invalid::TooLong);
            }
            line_of(line).map(Step::Done).ok_or(Invalid::Malformed)
        }
        // More than was asked for has been read: a fault of the caller, and not to be believed.
        Some(_) => Err(Invalid::Malformed),
        None => {
            let more = still_missing(bytes);
            if bytes.len() + more > MAX_LEN {
                return Err(Invalid::TooLong);
            }
            Ok(Step::More(more))
        }
    }
}

/// How many bytes any line that begins so still has.
fn still_missing(bytes: &[u8]) -> usize {
    if bytes.last() == Some(&b'\r') {
        return 1;
    }
    let spaces = bytes.iter().filter(|byte| **byte == b' ').count();
    let is_tcp = bytes.starts_with(b"PROXY TCP");
    // Each space to come is followed by a field.
    let fields = if is_tcp { 5_usize.saturating_sub(spaces) } else { 0 };
    let field = usize::from(bytes.last() == Some(&b' ') && is_tcp);
    field + fields * 2 + END
}

/// Reads a line without its end.
fn line_of(line: &[u8]) -> Option<Announced> {
    let text = std::str::from_utf8(line).ok()?;
    let rest = text.strip_prefix("PROXY ")?;
    let (family, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    // Whatever follows UNKNOWN is to be ignored.
    if family == "UNKNOWN" {
        return Some(Announced::Proxy);
    }
    let mut fields = rest.split(' ');
    let mut next = || fields.next();
    let (source, destination) = (next()?, next()?);
    let ip: IpAddr = match family {
        "TCP4" => {
            destination.parse::<Ipv4Addr>().ok()?;
            source.parse::<Ipv4Addr>().ok()?.into()
        }
        "TCP6" => {
            destination.parse::<Ipv6Addr>().ok()?;
            source.parse::<Ipv6Addr>().ok()?.into()
        }
        _ => return None,
    };
    let (source_port, _) = (port(next()?)?, port(next()?)?);
    if next().is_some() || ip.is_unspecified() {
        return None;
    }
    Some(Announced::Client {
        addr: SocketAddr::new(ip, source_port),
        tls: false,
    })
}

/// A number from 0 to 65535, without sign or leading zero.
fn port(text: &str) -> Option<u16> {
    let plain = text == "0" || (text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}
