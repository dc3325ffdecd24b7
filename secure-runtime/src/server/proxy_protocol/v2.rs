//! Version 2: a binary header with a length, addresses and tagged values.

use std::net::{IpAddr, SocketAddr};

use super::{Announced, Invalid, Step};

pub(super) const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// The signature, version and command, family, length.
const FIXED: usize = 16;

/// The most that may follow the fixed part: addresses take up to 216 bytes; a client's certificate, which HAProxy can add, a
/// few thousand.
pub(super) const MAX_LEN: usize = 4096;

const LOCAL: u8 = 0x20;
const PROXY: u8 = 0x21;
const TCP_OVER_IPV4: u8 = 0x11;
const TCP_OVER_IPV6: u8 = 0x21;

/// A tagged value about the client's TLS with the proxy.
const SSL: u8 = 0x20;
/// The client connected over TLS: the first bit of that value's first byte.
const CLIENT_SSL: u8 = 0x01;

/// Reads bytes that begin as the signature does.
pub(super) fn read(bytes: &[u8]) -> Result<Step, Invalid> {
    let Some((fixed, rest)) = bytes.split_at_checked(FIXED) else {
        // First the signature alone: version 1 may be as short as this.
        let wanted = if bytes.len() < SIGNATURE.len() {
            SIGNATURE.len()
        } else {
            FIXED
        };
        return Ok(Step::More(wanted - bytes.len()));
    };
    let length = usize::from(u16::from_be_bytes([fixed[14], fixed[15]]));
    if length > MAX_LEN {
        return Err(Invalid::TooLong);
    }
    if rest.len() < length {
        return Ok(Step::More(length - rest.len()));
    }
    // More than was asked for has been read: a fault of the caller, and not to be believed.
    if rest.len() > length {
        return Err(Invalid::Malformed);
    }
    match fixed[12] {
        LOCAL => Ok(Step::Done(Announced::Proxy)),
        PROXY => client(fixed[13], rest).map(Step::Done).ok_or(Invalid::Malformed),
        _ => Err(Invalid::Malformed),
    }
}

/// Reads what follows the fixed part.
fn client(family: u8, rest: &[u8]) -> Option<Announced> {
    let (addr, values) = match family {
        TCP_OVER_IPV4 => {
            let (addresses, values) = rest.split_at_checked(12)?;
            let ip: [u8; 4] = addresses.get(..4)?.try_into().ok()?;
            (address(ip.into(), addresses.get(8..10)?)?, values)
        }
        TCP_OVER_IPV6 => {
            let (addresses, values) = rest.split_at_checked(36)?;
            let ip: [u8; 16] = addresses.get(..16)?.try_into().ok()?;
            (address(ip.into(), addresses.get(32..34)?)?, values)
        }
        // Unspecified, datagrams and the proxy's own unix sockets: it has no address to tell of.
        0x00 | 0x12 | 0x22 | 0x31 | 0x32 => return Some(Announced::Proxy),
        _ => return None,
    };
    Some(Announced::Client {
        addr,
        tls: is_tls(values)?,
    })
}

fn address(ip: IpAddr, port: &[u8]) -> Option<SocketAddr> {
    let port = u16::from_be_bytes(port.try_into().ok()?);
    (!ip.is_unspecified()).then(|| SocketAddr::new(ip, port))
}

/// Whether the tagged values say that the client came over TLS; `None` if they are malformed.
fn is_tls(mut values: &[u8]) -> Option<bool> {
    let mut tls = false;
    while let [tag, high, low, rest @ ..] = values {
        let (value, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
        if *tag == SSL {
            // Flags, and four bytes for what became of the client's certificate.
            let (flags, _) = value.split_at_checked(5)?;
            tls = flags[0] & CLIENT_SSL != 0;
        }
        values = rest;
    }
    values.is_empty().then_some(tls)
}
